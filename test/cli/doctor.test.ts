import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Diagnosis } from '../../src/doctor/diagnosis.ts';
import { TestAuthority } from '../support/certificates.ts';
import { askAt } from '../support/gafferd.ts';
import { type TestMachine, test } from '../support/machine.ts';
import { Program, type ProgramResult } from '../support/program.ts';

const isRoot = process.geteuid?.() === 0;

/** Runs `gaffer doctor` as a user of the machine whose own configuration is in its folder. */
async function doctor(machine: TestMachine, ...args: readonly string[]): Promise<ProgramResult> {
  const home = join(machine.root, 'home');
  mkdirSync(home, { recursive: true });
  return await new Program(['doctor', ...args], { cwd: machine.root, env: machine.env({ HOME: home }) }).result();
}

/** What it finds, in short, without what is in order. */
async function found(
  machine: TestMachine,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly findings: readonly Diagnosis[]; readonly ids: readonly string[] }> {
  const { code, stdout, stderr } = await doctor(machine, '--json', ...args);
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout) as { findings: readonly Diagnosis[] };
  const ids = findings.filter(({ level, id }) => level !== 'ok' && id !== 'node-version').map(({ level, id }) => `${level} ${id}`);
  return { code, findings, ids };
}

/** Opens the way to the configuration, as `/etc` is open. */
function openWay(machine: TestMachine): void {
  chmodSync(dirname(machine.root), 0o755);
  chmodSync(machine.root, 0o755);
}

/** A file beside the configuration, with a mode. */
function file(machine: TestMachine, name: string, mode: number, ...lines: readonly string[]): string {
  const path = machine.write(name, ...lines);
  chmodSync(path, mode);
  return path;
}

/** Everything on the machine, with what would show that it was touched. */
function everything(machine: TestMachine): readonly string[] {
  const top = dirname(machine.root);
  return readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'tmp') // what was in it is gone: the rig looks
    .map((name) => {
      const { mode, uid, size, mtimeMs } = statSync(join(top, name));
      return [name, mode, uid, size, mtimeMs].join(' ');
    })
    .toSorted();
}

describe('gaffer doctor', () => {
  test('finds nothing to change about a good set-up that does not run', async ({ machine }) => {
    openWay(machine);
    machine.configure('bind = 127.0.0.1:1', '[process:web]', 'cmd = sleep 1000', ...(isRoot ? ['uid = nobody'] : []));
    mkdirSync(join(machine.root, 'plugins'));
    const { code, stdout, stderr } = await doctor(machine);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^advice:\n/);
    expect(stdout).toMatch(/ {2}advice {3}node {4}no node answers at http:\/\/127\.0\.0\.1:1: what was looked at is this machine alone -> /);
    expect(stdout).toMatch(/in order:\n(?: {2}ok {7}\S.*\n)+\nnothing has to be changed\n$/);
  });

  test('finds what is wrong about a bad one, and its commands mend it', async ({ machine }) => {
    openWay(machine);
    const { cert, key } = new TestAuthority().server();
    const lines = ['bind = 127.0.0.1:1', '[process:web]', `cmd = ${machine.root}/web.sh`, '[env:web]', 'PASSWORD = x'];
    const ini = file(machine, 'gafferd.ini', 0o666, '[gaffer]', ...lines);
    file(machine, 'node.pem', 0o644, cert);
    const keyFile = file(machine, 'node.key', 0o644, key);
    const script = file(machine, 'web.sh', 0o777, '#!/bin/sh');
    mkdirSync(join(machine.root, 'plugins'));
    chmodSync(join(machine.root, 'plugins'), 0o777);
    const own = file(machine, 'home/.gaffer/gaffer.ini', 0o644, '[node "http://127.0.0.1:1"]', 'key = 0a1b2c');
    const line = ['--', '--bind', '0.0.0.0:1', '--no-require-key', '--certfile', 'node.pem', '--keyfile', 'node.key'];
    const bad = await found(machine, ...line);
    expect(bad.ids).toEqual([
      'problem config-writable',
      'problem config-readable',
      'problem open-to-all',
      'problem key-file-readable',
      'problem plugins-writable',
      'problem job-file-writable',
      'problem user-config-readable',
      ...(isRoot ? ['advice root-jobs'] : []),
      'advice node',
    ]);
    expect(bad.code).toBe(1);
    const remedies = bad.findings.flatMap(({ remedy = '' }) => (remedy.startsWith('chmod ') ? [remedy] : []));
    expect(remedies).toEqual([
      `chmod go-w ${ini}`,
      `chmod go= ${ini}`,
      `chmod go= ${keyFile}`,
      `chmod go-w ${join(machine.root, 'plugins')}`,
      `chmod go-w ${script}`,
      `chmod go= ${own}`,
    ]);
    execFileSync('sh', ['-ec', remedies.join('\n')]);
    const mended = await found(machine, ...line);
    expect(mended.ids.filter((id) => !id.startsWith('advice'))).toEqual(['problem open-to-all']);
  });

  test.runIf(isRoot)('finds files of other users', async ({ machine }) => {
    openWay(machine);
    machine.configure('bind = 127.0.0.1:1');
    const included = machine.write('jobs.ini', '[process:web]', 'cmd = sleep 1000', 'uid = nobody');
    machine.configure('bind = 127.0.0.1:1', 'include = jobs.ini');
    chownSync(included, 65_534, 65_534);
    const { findings, code } = await found(machine);
    expect(code).toBe(1);
    expect(findings[0]).toMatchObject({
      level: 'problem',
      area: 'config',
      message: `${included}: the user nobody, whose it is, can write it, and so have gafferd run any program as root`,
      remedy: `chown root ${included}`,
    });
  });

  test.runIf(isRoot)('looks at files as the user that gafferd goes on as', async ({ machine }) => {
    openWay(machine);
    machine.configure('bind = 127.0.0.1:1', 'state_dir = state', '[process:web]', 'cmd = sleep 1000');
    mkdirSync(join(machine.root, 'state'), { mode: 0o700 });
    chownSync(join(machine.root, 'state'), 65_534, 65_534);
    expect((await found(machine)).ids).toEqual(['problem state-writable', 'advice root-jobs', 'advice node']);
    expect((await found(machine, '--', '--user', 'nobody')).ids).toEqual(['advice node']);
  });

  test('tells all that is wrong in the configuration, and looks at the files all the same', async ({ machine }) => {
    openWay(machine);
    const ini = machine.configure('bnd = 127.0.0.1:1');
    chmodSync(ini, 0o666);
    const { ids, findings, code } = await found(machine, '--endpoint', 'http://127.0.0.1:1');
    expect(code).toBe(1);
    expect(ids).toEqual(['problem config-error', 'problem config-writable', 'problem node']);
    expect(findings[0]?.message).toBe(`${ini}:2: [gaffer] bnd: no such key; did you mean "bind"?`);
  });

  test('asks the node of the configuration what a page of another origin could ask', async ({ machine }) => {
    machine.configure();
    const safe = await machine.start();
    const [url = ''] = safe.urls;
    const { code, findings } = await found(machine, '--endpoint', url);
    expect(code).toBe(0);
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'ok', id: 'browser', message: `${url} refuses web pages of other origins, and names that are not its own` }),
    );
    await safe.end('SIGTERM');
    const open = await machine.start(['--allowed-origin', '*']);
    const driven = await found(machine, '--endpoint', open.urls[0] ?? '');
    expect(driven).toMatchObject({ code: 1, ids: ['problem other-origin'] });
    expect((await found(machine, '--endpoint', open.urls[0] ?? '', '--', '--allowed-origin', '*')).ids).toEqual([
      'problem any-page',
      'problem other-origin',
    ]);
  });

  test('asks a node with keys and TLS, and finds nothing to change', async ({ machine }) => {
    const authority = new TestAuthority();
    const { cert, key } = authority.server();
    machine.write('ca.pem', authority.ca);
    machine.write('node.pem', cert);
    file(machine, 'node.key', 0o600, key);
    machine.configure();
    const line = ['--certfile', 'node.pem', '--keyfile', 'node.key', '--require-key'];
    const { stdout } = await machine.run(['--create-admin-user', '--username', 'ada', '--password-file', machine.write('password', 'correct horse')]);
    const [, admin = ''] = /API Key: (\S+)/.exec(stdout) ?? [];
    const daemon = await machine.start(line);
    const [url = ''] = daemon.urls;
    const without = await found(machine, '--endpoint', url, '--cacert', 'ca.pem', '--', ...line);
    expect({ code: without.code, ids: without.ids }).toEqual({ code: 0, ids: [] });
    expect(without.findings).toContainEqual(expect.objectContaining({ level: 'ok', id: 'node-key', message: `${url} asks for a key` }));
    const made = await askAt(url, 'POST', '/keys', { permissions: { read: ['shop'] }, label: 'reader' }, { 'x-api-key': admin });
    const { api_key: reader } = made.json as { readonly api_key: string };
    const rightsOf = async (secret: string): Promise<readonly string[]> => {
      file(machine, 'home/.gaffer/gaffer.ini', 0o600, `[node "${url}"]`, `key = ${secret}`);
      const { findings } = await found(machine, '--endpoint', url, '--cacert', 'ca.pem', '--', ...line);
      return findings.filter(({ id }) => /^key(-|$)/.test(id)).map(({ level, id }) => `${level} ${id}`);
    };
    expect(await rightsOf(admin)).toEqual(['advice key-admin']);
    expect(await rightsOf(reader)).toEqual(['ok key']);
    expect(await rightsOf('0123456789abcdef0123456789abcdef')).toEqual(['problem key-unknown']);
    expect((await found(machine, '--endpoint', url, '--', ...line)).ids).toEqual(['problem node-untrusted']);
    expect(daemon.stderr.text).not.toContain(admin);
  });

  test('finds that a key is asked for and there is none, also where gafferd has run before', async ({ machine }) => {
    machine.configure();
    await (await machine.start()).end('SIGTERM');
    const { ids } = await found(machine, '--', '--bind', '127.0.0.1:1', '--require-key');
    expect(ids).toEqual(['problem no-keys', 'advice node']);
  });

  test('changes nothing', async ({ machine }) => {
    openWay(machine);
    machine.configure();
    const daemon = await machine.start();
    await doctor(machine);
    const before = everything(machine);
    await doctor(machine, '--endpoint', daemon.urls[0] ?? '');
    expect(everything(machine)).toEqual(before);
  });

  test('has colours by how much it matters where that is wanted', async ({ machine }) => {
    machine.configure('bind = 127.0.0.1:1', 'allowed_origins = *');
    const { stdout } = await doctor(machine, '--color');
    expect(stdout).toMatch(/^\x1b\[1mto change:\x1b\[22m\n {2}\x1b\[1m\x1b\[31mproblem\x1b\[39m\x1b\[22m {2}access/);
    expect(stdout).toContain('\x1b[32mok');
  });

  test.for([
    [['--nonsense'], /^gaffer: unknown option --nonsense/],
    [['more'], /^gaffer: unexpected argument "more"/],
    [['--', '--bnd', 'x'], /^gaffer: behind --: unknown option --bnd; did you mean "--bind"\? \(gafferd --help tells more\)/],
    [['--', '--list-admins'], /^gaffer: expected the options that gafferd runs with behind --, got --list-admins/],
    [['-c', 'a', '--', '-c', 'b'], /^gaffer: expected one configuration, got "a" and "b"/],
    [['--endpoint', 'ftp://x'], /^gaffer: expected an endpoint like/],
    [['--timeout', 'long'], /^gaffer: --timeout: expected/],
  ] as const)('does not take %j', async ([args, complaint], { machine }) => {
    const { code, stdout, stderr } = await doctor(machine, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(complaint);
  });
});

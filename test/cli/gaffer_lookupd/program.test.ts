import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { askAt } from '../../support/gafferd.ts';
import { GAFFER_LOOKUPD } from '../../support/lookupd-program.ts';
import { becomes, runs } from '../../support/processes.ts';
import type { Program, ProgramResult } from '../../support/program.ts';
import { type TestProject, test } from '../../support/project.ts';

function spawn(project: TestProject, args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  return project.spawn(args, { program: GAFFER_LOOKUPD, env: { XDG_STATE_HOME: join(project.root, 'state'), ...env } });
}

async function run(project: TestProject, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ProgramResult> {
  return await spawn(project, args, env).result();
}

/** Starts one that listens at a free port, and tells where. */
async function start(project: TestProject, args: readonly string[] = []): Promise<{ readonly program: Program; readonly url: string }> {
  const program = spawn(project, ['--bind', '127.0.0.1:0', ...args]);
  await program.stderr.until(/listens on .*\n/);
  return { program, url: /listens on (\S+?),?\s/.exec(program.stderr.text)?.[1] ?? '' };
}

/** Ends a process that is nobody's child here. */
async function endAndWait(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  expect(await becomes(() => !runs(pid), 10_000)).toBe(true);
}

describe('gaffer_lookupd', () => {
  test.for([['SIGTERM'], ['SIGINT'], ['SIGQUIT']] as const)(
    'ends with 0 when it is told to by %s, and leaves nothing',
    async ([signal], { project }) => {
      const { program, url } = await start(project, ['--pidfile', 'pid']);
      expect((await askAt(url, 'GET', '/')).json).toMatchObject({ welcome: 'gaffer-lookupd' });
      expect(readFileSync(join(project.root, 'pid'), 'utf8')).toBe(`${program.pid}\n`);
      const { code, stdout, stderr } = await program.end(signal);
      expect([code, stdout]).toEqual([0, '']);
      expect(stderr).toMatch(new RegExp(`${signal}: stopping\\n.*stopped\\n$`));
      expect(existsSync(join(project.root, 'pid'))).toBe(false);
    },
  );

  test('goes on after SIGHUP, with a log that is opened anew', async ({ project }) => {
    const log = join(project.root, 'log');
    const program = spawn(project, ['--bind', 'unix:s', '--error-log', 'log']);
    await expect.poll(() => (existsSync(log) ? readFileSync(log, 'utf8') : '')).toContain('listens on');
    renameSync(log, `${log}.1`);
    program.signal('SIGHUP');
    await expect.poll(() => existsSync(log)).toBe(true);
    await askAt(`unix://${join(project.root, 's')}`, 'GET', '/jobs');
    await expect.poll(() => readFileSync(log, 'utf8')).toContain('"GET /jobs" 200');
    expect((await program.end('SIGTERM')).code).toBe(0);
  });

  test('runs in the background, once with a pidfile and at an address', async ({ project }) => {
    const args = ['--daemon', '--bind', 'unix:s', '--pidfile', 'pid', '--error-log', 'log'];
    const { code, stdout } = await run(project, args);
    const pid = Number(readFileSync(join(project.root, 'pid'), 'utf8'));
    expect([code, stdout]).toEqual([0, `gaffer_lookupd runs in the background with pid ${pid}\n`]);
    expect((await askAt(`unix://${join(project.root, 's')}`, 'GET', '/ping')).text).toBe('OK');
    const again = await run(project, args);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining(`gaffer_lookupd: gaffer_lookupd is running already: ${join(project.root, 'pid')} names process ${pid}`),
    ]);
    const elsewhere = await run(project, ['--bind', 'unix:s']);
    expect(elsewhere).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^gaffer_lookupd: cannot listen on unix:.*: another program listens there/) as string,
    });
    await endAndWait(pid);
    expect(['s', 'pid'].filter((name) => existsSync(join(project.root, name)))).toEqual([]);
  });

  test('makes, lists and deletes keys', async ({ project }) => {
    const node = await run(project, ['--create-key', 'box.example.org+m', '--label', 'box']);
    const [, id, secret] = /^The key '(key-\w+)' has been created\.\nAPI Key: ([0-9a-f]{32})\n$/.exec(node.stdout) ?? [];
    expect([node.code, secret]).toEqual([0, expect.any(String)]);
    const both = await run(project, ['--create-key', '*+r', '--create-key', '*+m']);
    expect(both.code).toBe(0);
    const listed = await run(project, ['--list-keys']);
    expect(listed.stdout.split('\n')).toEqual([`${id}  box.example.org+m  box`, expect.stringMatching(/^key-\w+ {2}\*\+m \*\+r$/), '']);
    expect(listed.stdout).not.toContain(secret);
    expect(await run(project, ['--delete-key', id ?? ''])).toMatchObject({ code: 0, stdout: `The key '${id}' has been deleted.\n` });
    expect(await run(project, ['--delete-key', id ?? ''])).toMatchObject({
      code: 1,
      stderr: `gaffer_lookupd: there is no key "${id}"; gaffer_lookupd --list-keys lists them by their ids\n`,
    });
  });

  test('lists no keys, and makes no folder, where none were made', async ({ project }) => {
    expect(await run(project, ['--list-keys'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(existsSync(join(project.root, 'state'))).toBe(false);
    project.write('file', '');
    expect(await run(project, ['--list-keys', '--state-dir', 'file'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^gaffer_lookupd: cannot keep the state of gafferd in .*\/file: it is no folder; /) as string,
    });
  });

  test('tells its version, and help', async ({ project }) => {
    const version = await run(project, ['--version']);
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
    expect(await run(project, ['-v', '--version'])).toMatchObject({ code: 0, stdout: version.stdout });
    const { code, stdout } = await run(project, ['-h']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('[env: GAFFER_LOOKUPD_STORE]')]);
  });

  test('says in one line what is wrong with a command line', async ({ project }) => {
    const wrong: readonly (readonly [args: readonly string[], message: string | RegExp])[] = [
      [['--bnd', 'x'], 'unknown option --bnd; did you mean "--bind"? (gaffer_lookupd --help tells more)'],
      [['start'], 'unexpected argument "start" (gaffer_lookupd --help tells more)'],
      [['--label', 'x'], '--label: expected --create-key beside it: it says what that key is for'],
      [['--create-key', 'shop+r'], /^--create-key: expected NODE\+m for a node of that name, .* got "shop\+r"$/],
      [['--create-key', '+m'], /^--create-key: expected NODE\+m for a node of that name, \*\+m for all nodes, .* got "\+m"$/],
      [['--create-key', 'a+m', '--list-keys'], /^--list-keys and --create-key exclude each other/],
      [['--bind', '0.0.0.0:0'], /^bind: other machines can reach 0\.0\.0\.0:0, so a key is asked for there, and there is none yet; make some with /],
      [['--store', 'redis'], /^--store: expected memory, or etcd:/],
    ];
    const results = await Promise.all(wrong.map(([args]) => run(project, args)));
    for (const [index, { code, stdout, stderr }] of results.entries()) {
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr.replace(/^gaffer_lookupd: /, '').trimEnd()).toMatch(wrong[index]?.[1] ?? '');
    }
  });
});

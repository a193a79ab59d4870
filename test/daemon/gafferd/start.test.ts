import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from '../../support/machine.ts';

const SLEEP = { cmd: 'sleep 1000', os_env: true };

describe('gafferd', () => {
  test('starts with no configuration at all', async ({ machine }) => {
    const daemon = await machine.start([], { env: { GAFFERD_CONFIG: undefined, HOME: machine.root } });
    expect(await daemon.ask('GET', '/ping')).toMatchObject({ status: 200, text: 'OK' });
    expect((await daemon.ask('GET', '/jobs')).json).toEqual({ jobs: [] });
    expect(daemon.stderr.text).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[\d+\] \[INFO\] gafferd [\d.]+ listens on http:\/\/127\.0\.0\.1:\d+\n/);
    expect(statSync(machine.state).mode & 0o777).toBe(0o700);
    expect(statSync(join(machine.state, 'state.db')).mode & 0o777).toBe(0o600);
    expect(await daemon.end('SIGTERM')).toMatchObject({ code: 0, stdout: '' });
  });

  test('starts the jobs of its configuration, by their priority, each in its group', async ({ machine }) => {
    machine.configure(
      '[process:late]',
      'cmd = sleep 1000',
      'priority = 9',
      '[process:test:dummy]',
      'cmd = sleep 1000',
      'numprocesses = 2',
      'priority = 1',
      'env:COLOUR = blue',
      '[job:rests]',
      'cmd = sleep 1000',
      'start = false',
    );
    const daemon = await machine.start(['--log-level', 'debug']);
    expect((await daemon.ask('GET', '/jobs')).json).toEqual({ jobs: ['test.dummy', 'default.late', 'default.rests'] });
    expect((await daemon.ask('GET', '/jobs/test/dummy')).json).toMatchObject({ running: 2, config: { env: { COLOUR: 'blue' }, os_env: true } });
    expect((await daemon.ask('GET', '/jobs/default/rests')).json).toMatchObject({ running: 0, state: 'stopped' });
    await daemon.stderr.until('spawn', 3);
    expect([...daemon.stderr.text.matchAll(/spawn (\S+)/g)].map(([, name]) => name)).toEqual(['test.dummy', 'test.dummy', 'default.late']);
  });

  test('is called gafferd by the system, and writes its pid into a file that it removes again', async ({ machine }) => {
    const pidfile = join(machine.root, 'gafferd.pid');
    const daemon = await machine.start(['--pidfile', pidfile]);
    expect(readFileSync(`/proc/${daemon.pid}/cmdline`, 'latin1').replace(/\0.*$/s, '')).toBe('gafferd');
    expect(readFileSync(pidfile, 'utf8')).toBe(`${daemon.pid}\n`);
    expect(statSync(pidfile).mode & 0o777).toBe(0o644);
    await daemon.end('SIGTERM');
    expect(existsSync(pidfile)).toBe(false);
  });

  test('prints its version alone, and its help', async ({ machine }) => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await machine.run(['--version'], { bind: [] })).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(await machine.run(['-v', '--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await machine.run(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('--state-dir');
    expect((await machine.run(['-h'])).stdout).toBe(help.stdout);
  });
});

describe('gafferd does not start', () => {
  test('with an option that it does not know, and suggests one', async ({ machine }) => {
    const stderr = 'gafferd: unknown option --pidfil; did you mean "--pidfile"? (gafferd --help tells more)\n';
    expect(await machine.run(['--pidfil', 'x'])).toMatchObject({ code: 2, stdout: '', stderr });
  });

  test('with a configuration that has errors, and tells all of them', async ({ machine }) => {
    machine.configure(
      'log_level = loud',
      'bindd = :1',
      '[process:web]',
      'cmd = sleep 1000',
      'numprocesses = many',
      '[process:db]',
      'cmd = sleep 1000',
      '[webs]',
      'a = b',
    );
    const { code, stdout, stderr } = await machine.run([]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.replaceAll(`${machine.root}/`, '').split('\n')).toEqual([
      expect.stringMatching(/^gafferd: gafferd\.ini:2: \[gaffer\] log_level: expected one of .*"loud"$/),
      expect.stringMatching(/^gafferd: gafferd\.ini:3: \[gaffer\] bindd: no such key; did you mean "bind"\?$/),
      expect.stringMatching(/^gafferd: gafferd\.ini:6: .*numprocesses.*"many"/),
      expect.stringMatching(/^gafferd: gafferd\.ini:9: .*webs/),
      'gafferd: 4 errors in the configuration; nothing was started',
      '',
    ]);
    const checked = await machine.run(['--check-config']);
    expect(checked).toMatchObject({ code: 1, stderr: stderr.replace('; nothing was started', '') });
  });

  test('when it only checks the configuration', async ({ machine }) => {
    machine.configure('bind = 127.0.0.1:1', '[process:web]', 'cmd = sleep 1000');
    expect(await machine.run(['--check-config'], { bind: [] })).toMatchObject({
      code: 0,
      stdout: `${machine.root}/gafferd.ini: ok, 1 job\n`,
      stderr: '',
    });
    expect(existsSync(machine.state)).toBe(false);
  });

  test.for(['0.0.0.0:0', ':0'])('where others can reach it and nobody has a key: %s', async (address, { machine }) => {
    const { code, stderr } = await machine.run([], { bind: ['--bind', address] });
    expect({ code, lines: stderr.trim().split('\n') }).toEqual({ code: 2, lines: [expect.stringMatching(/^gafferd: bind: .*--no-require-key/)] });
    const daemon = await machine.start(['--no-require-key'], { bind: ['--bind', address] });
    expect((await daemon.ask('GET', '/ping', undefined, `http://127.0.0.1:${new URL(daemon.urls[0]!).port}`)).text).toBe('OK');
  });

  test('when its port is in use, and starts no job', async ({ machine }) => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const started = join(machine.root, 'started');
    machine.configure('[process:web]', `cmd = touch ${started}`);
    expect(await machine.run([], { bind: ['--bind', `127.0.0.1:0,127.0.0.1:${port}`] })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `gafferd: cannot listen on 127.0.0.1:${port}: another program listens there; stop it, or name another address with --bind\n`,
    });
    expect(existsSync(started)).toBe(false);
    expect(machine.stateFiles).toEqual(['state.db']);
    server.close();
  });

  test('on the state folder of another one', async ({ machine }) => {
    machine.configure('[process:web]', 'cmd = sleep 1000');
    const first = await machine.start();
    const second = await machine.run([]);
    const stderr = `gafferd: gafferd is running already with the state folder ${machine.state} (pid ${first.pid}): stop that one, or choose another folder with --state-dir\n`;
    expect(second).toMatchObject({ code: 1, stdout: '', stderr });
    expect(await first.ask('GET', '/jobs/default/web/state')).toMatchObject({ text: '1' });
    const third = await machine.start(['--state-dir', join(machine.root, 'other')]);
    expect((await third.ask('GET', '/ping')).text).toBe('OK');
  });

  test('while the pidfile names another process that runs', async ({ machine }) => {
    const pidfile = machine.write('gafferd.pid', String(process.pid));
    expect(await machine.run(['--pidfile', pidfile])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`names process ${process.pid}`) as string,
    });
    expect(readFileSync(pidfile, 'utf8')).toBe(`${process.pid}\n`);
    writeFileSync(pidfile, '4194305\n');
    expect((await machine.start(['--pidfile', pidfile])).hasEnded).toBe(false);
  });

  test('when its state folder is a file, cannot be made, or is for all', async ({ machine }) => {
    const file = machine.write('file', 'x');
    const shared = join(machine.root, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    writeFileSync(join(shared, 'another'), '');
    for (const [folder, problem] of [
      [file, 'not a directory|to be a folder'],
      [join(file, 'sub'), 'not a directory'],
      [shared, 'but others use it too'],
    ]) {
      const { code, stderr } = await machine.run(['--state-dir', folder!]);
      expect({ code, lines: stderr.trim().split('\n') }).toEqual({ code: 1, lines: [expect.stringMatching(new RegExp(problem!))] });
      expect(stderr).toContain('--state-dir');
    }
  });

  test('when its log cannot be opened, and leaves nothing behind', async ({ machine }) => {
    const { code, stderr } = await machine.run(['--error-log', 'nowhere/gafferd.log', '--pidfile', 'gafferd.pid']);
    expect({ code, lines: stderr.trim().split('\n') }).toEqual({ code: 1, lines: [expect.stringContaining('there is no folder')] });
    expect(readdirSync(machine.root)).toEqual(['gafferd.ini']);
  });
});

describe('a state file that is damaged', () => {
  test('is kept aside, and gafferd says so and goes on without', async ({ machine }) => {
    const first = await machine.start();
    await first.ask('POST', '/jobs/shop', { name: 'web', ...SLEEP });
    await first.end('SIGTERM');
    const file = join(machine.state, 'state.db');
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 0, 600);
    writeFileSync(file, bytes);
    const second = await machine.start();
    expect(second.stderr.text).toMatch(
      /\[CRITICAL\] .*state\.db .*it is kept as .*state\.db\.broken-.*without what was in it: jobs, webhooks, users and keys/,
    );
    expect((await second.ask('GET', '/jobs')).json).toEqual({ jobs: [] });
    const aside = machine.stateFiles.filter((name) => name.startsWith('state.db.broken-'));
    expect(readFileSync(join(machine.state, aside[0]!))).toEqual(bytes);
    aside.forEach((name) => machine.mayStay.add(name));
    await second.ask('POST', '/jobs/shop', { name: 'web', ...SLEEP });
    await second.end('SIGTERM');
    expect((await (await machine.start()).ask('GET', '/jobs')).json).toEqual({ jobs: ['shop.web'] });
  });
});

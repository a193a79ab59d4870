import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { describe, expect } from 'vitest';
import { askAt, GAFFERD } from '../../support/gafferd.ts';
import { type TestMachine, test } from '../../support/machine.ts';
import { becomes, runs, sessionOf } from '../../support/processes.ts';

const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Ends what runs in the background. */
async function endBackground(machine: TestMachine, pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  expect(await becomes(() => !runs(pid), 10_000)).toBe(true);
  expect(existsSync(join(machine.root, 'gafferd.pid'))).toBe(false);
}

describe('gafferd in the background', () => {
  test('says its pid when it is ready, and writes its pidfile and log', async ({ machine }) => {
    const socket = join(machine.root, 'gafferd.sock');
    machine.configure(
      `bind = unix:${socket}`,
      'daemonize = yes',
      'pidfile = gafferd.pid',
      'error_log = gafferd.log',
      '[process:web]',
      'cmd = sleep 1000',
    );
    const { code, stdout, stderr } = await machine.run([], { bind: [] });
    const pid = Number(read(join(machine.root, 'gafferd.pid')));
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `gafferd runs in the background with pid ${pid}\n`, stderr: '' });
    expect(await askAt(`unix://${socket}`, 'GET', '/jobs')).toMatchObject({ json: { jobs: ['default.web'] } });
    expect(sessionOf(pid)).toBe(pid);
    const { json } = await askAt(`unix://${socket}`, 'GET', '/1');
    expect(Object.keys((json as { env: object }).env)).not.toContain('GAFFER_BACKGROUND');
    await endBackground(machine, pid);
    expect(read(join(machine.root, 'gafferd.log'))).toMatch(/\[INFO\] gafferd [^]*\[INFO\] SIGTERM: stopping\n[^]*\[INFO\] stopped\n$/);
  });

  test('says each warning once', async ({ machine }) => {
    const { code, stderr } = await machine.run(['--daemon', '--pidfile', 'gafferd.pid']);
    expect({ code, warnings: stderr.match(/nobody will see the log/g) }).toEqual({ code: 0, warnings: ['nobody will see the log'] });
    await endBackground(machine, Number(read(join(machine.root, 'gafferd.pid'))));
  });

  test('that cannot start says why, and ends with 1', async ({ machine }) => {
    const first = await machine.start();
    const { code, stdout, stderr } = await machine.run(['--daemon', '--error-log', 'gafferd.log']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`gafferd is running already with the state folder ${machine.state} (pid ${first.pid})`);
    expect(read(join(machine.root, 'gafferd.log'))).toContain("[CRITICAL] gafferd can't start: gafferd is running already");
    machine.configure('log_level = loud');
    expect((await machine.run(['--daemon'])).stderr).toMatch(/log_level.*\n.*nothing was started\n$/);
  });

  test('outlives the terminal that it was started on', async ({ machine }) => {
    const args = ['--daemon', '--bind', '127.0.0.1:0', '--pidfile', 'gafferd.pid', '--error-log', 'gafferd.log'];
    machine.configure();
    const terminal = spawn(process.execPath, [GAFFERD, ...args], { cwd: machine.root, env: machine.env() });
    const ended = new Promise((resolve) => terminal.onExit(resolve)); // it may have ended before the log is looked at
    expect(await becomes(() => read(join(machine.root, 'gafferd.log')).includes('listens on'), 10_000)).toBe(true);
    const pid = Number(read(join(machine.root, 'gafferd.pid')));
    await ended;
    (terminal as unknown as { destroy(): void }).destroy();
    const [, url = ''] = /listens on (.*)/.exec(read(join(machine.root, 'gafferd.log'))) ?? [];
    expect((await askAt(url, 'GET', '/ping')).text).toBe('OK');
    await endBackground(machine, pid);
  });
});

describe('gafferd in the foreground', () => {
  test('goes on when its terminal is closed', async ({ machine }) => {
    machine.configure(
      'error_log = gafferd.log',
      'bind = 127.0.0.1:0',
      '[process:loud]',
      'cmd = sh -c "while echo x; do sleep 0.01; done"',
      'redirect_output = out',
    );
    const terminal = spawn(process.execPath, [GAFFERD, '-vv'], { cwd: machine.root, env: machine.env() });
    const log = join(machine.root, 'gafferd.log');
    expect(await becomes(() => read(log).includes('listens on'), 10_000)).toBe(true);
    (terminal as unknown as { destroy(): void }).destroy();
    expect(await becomes(() => read(log).includes('is read anew'), 10_000)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [, url = ''] = /listens on (.*)/.exec(read(log)) ?? [];
    expect((await askAt(url, 'GET', '/ping')).text).toBe('OK');
    process.kill(terminal.pid, 'SIGTERM');
    expect(await becomes(() => read(log).includes('[INFO] stopped'), 10_000)).toBe(true);
    expect(await becomes(() => !runs(terminal.pid), 10_000)).toBe(true);
  });
});

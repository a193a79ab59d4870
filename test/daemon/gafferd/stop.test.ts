import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { askAt, type Gafferd } from '../../support/gafferd.ts';
import { test } from '../../support/machine.ts';
import { becomes, processesWith } from '../../support/processes.ts';
import { program } from '../../support/programs.ts';

/** Starts a grandchild that ignores SIGTERM, in a session of its own. */
const STUBBORN = 'cmd = setsid sh -c "trap \'\' TERM; while :; do sleep 100; done" & while :; do sleep 100; done';

/** Resolves when the first process ignores SIGTERM. */
async function isReady(daemon: Gafferd): Promise<void> {
  await expect.poll(async () => (await daemon.ask('GET', '/1/tail')).text).toBe('ready\n');
}

describe('gafferd that is told to end', () => {
  test.for(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)('by %s ends with 0, and nobody is left', async (signal, { machine }) => {
    machine.configure(
      ...['[process:plain]', 'cmd = sleep 1000', 'numprocesses = 3'],
      ...['[process:tree]', 'shell = true', STUBBORN, 'graceful_timeout = 1'],
      ...['[process:deaf]', `cmd = ${program('ignores-term.sh')}`, 'graceful_timeout = 1'],
    );
    const daemon = await machine.start(['--pidfile', 'gafferd.pid']);
    expect(await becomes(() => machine.processes.length >= 8, 10_000)).toBe(true);
    const { code, stderr } = await daemon.end(signal);
    expect(code).toBe(0);
    expect(machine.processes).toEqual([]);
    expect(stderr).toMatch(new RegExp(`\\[INFO\\] ${signal}: stopping\\n[^]*\\[INFO\\] stopped\\n$`));
    expect(existsSync(join(machine.root, 'gafferd.pid'))).toBe(false);
    expect(machine.stateFiles).toEqual(['state.db']);
  });

  test('a second time kills what is left', async ({ machine }) => {
    machine.configure('[process:deaf]', `cmd = ${program('ignores-term.sh')}`, 'graceful_timeout = 600', 'redirect_output = out');
    const daemon = await machine.start(['-vv']);
    await daemon.stdout.until('ready');
    daemon.signal('SIGTERM');
    await daemon.stderr.until('SIGTERM: stopping');
    const isOver = await becomes(() => {
      daemon.signal('SIGINT');
      return daemon.hasEnded;
    }, 10_000);
    expect(isOver).toBe(true);
    const { code, stderr } = await daemon.result();
    expect({ code, said: stderr.includes('SIGINT again: killing what is left') }).toEqual({ code: 0, said: true });
  });

  test('at any moment of its start leaves nothing behind', async ({ machine }) => {
    machine.configure('[process:plain]', 'cmd = sleep 1000', 'numprocesses = 20');
    for (let ms = 60; ms <= 360; ms += 30) {
      const daemon = machine.spawn(['--pidfile', 'gafferd.pid']);
      await new Promise((resolve) => setTimeout(resolve, ms));
      daemon.signal('SIGTERM');
      daemon.signal('SIGTERM');
      daemon.signal('SIGINT');
      const { code, signal } = await daemon.result();
      expect(code === 0 || signal !== null, `${ms} ms`).toBe(true);
      const left = (): unknown[] => [
        ...processesWith(machine.root),
        ...machine.processes,
        ...machine.stateFiles.filter((file) => file !== 'state.db'),
      ];
      await becomes(() => left().length === 0, 10_000); // a keeper that had just begun may go a moment later
      expect(left(), `${ms} ms`).toEqual([]);
      expect(existsSync(join(machine.root, 'gafferd.pid'))).toBe(false);
    }
  });

  test('answers the requests that have begun', async ({ machine }) => {
    const daemon = await machine.start();
    const job = {
      name: 'slow',
      cmd: program('ignores-term.sh'),
      env: { PATH: process.env['PATH'] },
      graceful_timeout: 0.5,
      redirect_output: ['out'],
    };
    await daemon.ask('POST', '/jobs/shop', job);
    await isReady(daemon);
    const answer = daemon.ask('POST', '/jobs/shop/slow/state?wait=true', '0');
    await daemon.stderr.until('stop shop.slow');
    daemon.signal('SIGTERM');
    expect(await answer).toMatchObject({ status: 202, json: { ok: true } });
    expect((await daemon.result()).code).toBe(0);
  });

  test('keeps what was begun with a whole session as it was meant', async ({ machine }) => {
    const first = await machine.start();
    const job = {
      name: 'slow',
      cmd: program('ignores-term.sh'),
      env: { PATH: process.env['PATH'] },
      graceful_timeout: 1.5,
      redirect_output: ['out'],
    };
    await first.ask('POST', '/jobs/shop', job);
    await isReady(first);
    expect((await first.ask('POST', '/sessions/shop/state', '2')).status).toBe(202);
    expect((await first.end('SIGTERM')).code).toBe(0);
    const second = await machine.start();
    expect((await second.ask('GET', '/jobs/shop/slow')).json).toMatchObject({ state: 'started', running: 1 });
  });

  test('is not held up by whoever does not read what it shows', async ({ machine }) => {
    machine.configure('[process:loud]', 'cmd = yes', 'redirect_output = out');
    const daemon = await machine.start(['-vv']);
    daemon.stopReading();
    await new Promise((resolve) => setTimeout(resolve, 500));
    daemon.signal('SIGTERM');
    expect(await becomes(() => daemon.hasEnded, 10_000)).toBe(true);
    expect(await daemon.exit).toEqual({ code: 0, signal: null });
    daemon.readOn();
  });

  test('leaves a job with detach alone, and the next one does not start it twice', async ({ machine }) => {
    machine.configure('[process:stays]', 'cmd = sleep 1000', 'detach = true', '[process:goes]', 'cmd = sleep 1000');
    const first = await machine.start();
    const [left = 0] = await first.osPids({ session: 'default', job: 'stays' });
    expect(await first.end('SIGTERM')).toMatchObject({ code: 0, stderr: expect.stringContaining('1 process of jobs with detach goes on') as string });
    expect(machine.processes.map(({ pid }) => pid)).toEqual([left]);
    const second = await machine.start();
    expect(second.stderr.text).toContain('1 process goes on from the gafferd before this one');
    expect(await becomes(() => machine.processes.length === 3, 10_000)).toBe(true);
    expect(await second.osPids({ session: 'default', job: 'stays' })).toEqual([left]);
    machine.configure('[process:stays]', 'cmd = sleep 1000');
    second.signal('SIGHUP');
    await second.stderr.until('is read anew');
  });
});

describe('gafferd is not ended', () => {
  test('by the signal that others take for opening their logs', async ({ machine }) => {
    const log = join(machine.root, 'gafferd.log');
    const daemon = machine.spawn(['--error-log', log, '--bind', `unix:${machine.root}/socket`]);
    const url = `unix://${machine.root}/socket`;
    expect(await becomes(() => existsSync(join(machine.root, 'socket')), 10_000)).toBe(true);
    writeFileSync(log, '');
    daemon.signal('SIGUSR1');
    expect(await askAt(url, 'GET', '/ping')).toMatchObject({ text: 'OK' });
    expect(daemon.stderr.text).not.toContain('Debugger');
  });

  test('by whoever closes its output', async ({ machine }) => {
    machine.configure('[process:loud]', 'cmd = yes', 'redirect_output = out');
    const daemon = await machine.start(['-vv']);
    daemon.closeStdout();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await daemon.ask('GET', '/ping')).text).toBe('OK');
  });
});

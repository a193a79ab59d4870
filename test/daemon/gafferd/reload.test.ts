import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { askAt, type Gafferd } from '../../support/gafferd.ts';
import { test } from '../../support/machine.ts';
import { becomes, runs } from '../../support/processes.ts';

const DONE = 'the configuration is read anew';

const of = (job: string) => ({ session: 'default', job });

/** A section of a job. */
function job(name: string, ...lines: readonly string[]): string[] {
  return [`[process:${name}]`, 'cmd = sleep 1000', ...lines];
}

/** Sends SIGHUP and waits until gafferd has dealt with it. */
async function reload(daemon: Gafferd, said: string | RegExp = DONE, times?: number): Promise<void> {
  const before = daemon.stderr.text.split(DONE).length;
  daemon.signal('SIGHUP');
  await daemon.stderr.until(said, times ?? (said === DONE ? before : 1));
}

describe('SIGHUP', () => {
  test('touches only what has changed', async ({ machine }) => {
    machine.configure(...job('same', 'numprocesses = 2'), ...job('changes'), ...job('grows'), ...job('shrinks', 'numprocesses = 3'), ...job('goes'));
    const daemon = await machine.start();
    await daemon.ask('POST', '/jobs/api', { name: 'mine', cmd: 'sleep 1000', os_env: true });
    const names = ['same', 'changes', 'grows', 'shrinks', 'goes'];
    const before = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await daemon.osPids(of(name))] as const)));
    const [mine] = await daemon.osPids({ session: 'api', job: 'mine' });
    machine.configure(
      ...job('same', 'numprocesses = 2'),
      ...job('changes', 'env:A = 1'),
      ...job('grows', 'numprocesses = 3'),
      ...job('shrinks'),
      ...job('comes'),
    );
    await reload(daemon);
    expect((await daemon.ask('GET', '/jobs')).json).toEqual({
      jobs: ['default.same', 'default.changes', 'default.grows', 'default.shrinks', 'default.comes', 'api.mine'],
    });
    expect(await daemon.osPids(of('same'))).toEqual(before['same']);
    expect(await daemon.osPids({ session: 'api', job: 'mine' })).toEqual([mine]);
    expect((await daemon.osPids(of('grows')))[0]).toBe(before['grows']?.[0]);
    expect(await daemon.osPids(of('grows'))).toHaveLength(3);
    expect(before['shrinks']).toEqual(expect.arrayContaining(await daemon.osPids(of('shrinks'))));
    expect(await daemon.osPids(of('shrinks'))).toHaveLength(1);
    expect(await daemon.osPids(of('changes'))).not.toEqual(before['changes']);
    expect((await daemon.ask('GET', '/jobs/default/changes')).json).toMatchObject({ config: { env: { A: '1' } }, running: 1 });
    expect(await becomes(() => !runs(before['goes']?.[0] ?? 0), 10_000)).toBe(true);
  });

  test('changes nothing when the file has an error, and says what is wrong', async ({ machine }) => {
    machine.configure(...job('web'));
    const daemon = await machine.start();
    const pids = await daemon.osPids(of('web'));
    machine.configure('log_level = loud', ...job('web', 'numprocesses = x'), ...job('new'));
    await reload(daemon, 'everything stays as it is');
    expect(daemon.stderr.text).toMatch(/\[ERROR\] .*gafferd\.ini:2: \[gaffer\] log_level.*\n.*\[ERROR\] .*gafferd\.ini:5: .*numprocesses/);
    expect((await daemon.ask('GET', '/jobs')).json).toEqual({ jobs: ['default.web'] });
    expect(await daemon.osPids(of('web'))).toEqual(pids);
    machine.configure('bind = 0.0.0.0:0', ...job('new'));
    const open = await machine.start(['--state-dir', 'other'], { bind: [], env: { GAFFERD_BIND: '127.0.0.1:0' } });
    await open.end('SIGTERM');
    machine.configure(...job('web'));
    await reload(daemon);
    expect(await daemon.osPids(of('web'))).toEqual(pids);
  });

  test('asks for keys from then on, and no more', async ({ machine }) => {
    machine.configure(...job('web'));
    const daemon = await machine.start();
    const pids = await daemon.osPids(of('web'));
    machine.configure('require_key = true', ...job('web'));
    await reload(daemon);
    expect([(await daemon.ask('GET', '/jobs')).status, (await daemon.ask('GET', '/ping')).status]).toEqual([401, 200]);
    expect(daemon.stderr.text).toMatch(/\[WARNING\] a key is asked for, and there is none: nobody gets in/);
    machine.configure(...job('web'));
    await reload(daemon);
    expect(await daemon.osPids(of('web'))).toEqual(pids);
  });

  test('stays as it was where others could reach it then and nobody has a key', async ({ machine }) => {
    machine.configure('bind = 127.0.0.1:0', ...job('web'));
    const daemon = await machine.start([], { bind: [] });
    machine.configure('bind = 0.0.0.0:0', ...job('new'));
    await reload(daemon, "configuration can't be read anew: bind: other machines can reach 0.0.0.0:0");
    expect((await daemon.ask('GET', '/jobs')).json).toEqual({ jobs: ['default.web'] });
  });

  test('adds and removes places to listen at without closing the others', async ({ machine }) => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => join(machine.root, name));
    machine.configure(`bind = unix:${one}, unix:${two}`);
    const daemon = await machine.start([], { bind: [] });
    const waiting = askAt(`unix://${one}`, 'GET', '/log?follow=true&lines=0');
    machine.configure(`bind = unix:${one}, unix:${three}, localhost:0`, 'allowed_hosts = node.example');
    await reload(daemon);
    expect(await askAt(`unix://${one}`, 'GET', '/ping')).toMatchObject({ text: 'OK' });
    expect(await askAt(`unix://${three}`, 'GET', '/ping')).toMatchObject({ text: 'OK' });
    expect(existsSync(two!)).toBe(false);
    const url = daemon.urls.find((place) => place.startsWith('http:'))!;
    expect((await askAt(url, 'GET', '/ping', undefined, { host: 'node.example' })).text).toBe('OK');
    expect((await askAt(url, 'GET', '/ping', undefined, { host: 'other.example' })).status).toBe(403);
    machine.configure(`bind = unix:${one}, /nowhere/socket`, 'allowed_hosts = node.example');
    await daemon.end('SIGTERM');
    expect((await waiting).status).toBe(200);
  });

  test('opens the log anew, also when the configuration has an error', async ({ machine }) => {
    const log = join(machine.root, 'gafferd.log');
    machine.configure('error_log = gafferd.log', `bind = unix:${machine.root}/socket`);
    const daemon = machine.spawn([], { bind: [] });
    const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
    expect(await becomes(() => read(log).includes('listens on'), 10_000)).toBe(true);
    renameSync(log, `${log}.1`);
    machine.configure('error_log = gafferd.log', 'nonsense = 1', `bind = unix:${machine.root}/socket`);
    daemon.signal('SIGHUP');
    expect(await becomes(() => read(log).includes('nonsense'), 10_000)).toBe(true);
    expect(read(`${log}.1`)).not.toContain('nonsense');
    machine.configure('error_log = other.log', 'log_level = debug', 'log_format = json', `bind = unix:${machine.root}/socket`);
    daemon.signal('SIGHUP');
    const other = join(machine.root, 'other.log');
    expect(await becomes(() => read(other).includes(DONE), 10_000)).toBe(true);
    expect(JSON.parse(read(other).split('\n')[0]!)).toMatchObject({ level: 'info', pid: daemon.pid });
    await daemon.end('SIGTERM');
    expect(read(other)).toContain('"stopped"');
  });

  test('comes as often as it likes, and loses no request', async ({ machine }) => {
    machine.configure(...job('web'));
    const daemon = await machine.start();
    let isOver = false;
    const answers: number[] = [];
    const hammer = async (index: number): Promise<void> => {
      const path = `/jobs/api/job${index}`;
      while (!isOver) {
        for (const [method, at, body] of [
          ['POST', '/jobs/api', { name: `job${index}`, cmd: 'sleep 1000', os_env: true }],
          ['GET', '/jobs/default/web', undefined],
          ['POST', `${path}/numprocesses`, { scale: '=2' }],
          ['DELETE', path, undefined],
        ] as const) {
          answers.push((await daemon.ask(method, at, body)).status);
        }
      }
    };
    const hammers = Promise.all([0, 1, 2, 3].map(hammer));
    for (let time = 1; time <= 20; time += 1) {
      machine.configure(...job('web', `numprocesses = ${1 + (time % 3)}`, `env:TIME = ${time >> 2}`));
      await reload(daemon);
      expect(await becomes(() => answers.length >= 4 * time, 10_000)).toBe(true);
    }
    machine.configure(...job('web', 'numprocesses = 2'), ...job('last'));
    for (let time = 1; time <= 10; time += 1) {
      daemon.signal('SIGHUP');
    }
    await daemon.stderr.until('load default.last');
    isOver = true;
    await hammers;
    expect([...new Set(answers)]).toEqual([200]);
    expect((await daemon.ask('GET', '/jobs')).json).toEqual({ jobs: ['default.web', 'default.last'] });
    expect(await daemon.osPids(of('web'))).toHaveLength(2);
    expect(await becomes(() => machine.processes.length === 4, 10_000)).toBe(true);
  });

  test('is not held up by a job that takes its time to end', async ({ machine }) => {
    machine.configure(
      '[process:deaf]',
      'cmd = sh -c "trap \'\' TERM; echo up; while :; do sleep 1; done"',
      'graceful_timeout = 2',
      'redirect_output = out',
    );
    const daemon = await machine.start(['-vv']);
    await daemon.stdout.until('up');
    machine.configure(...job('one'));
    await reload(daemon);
    machine.configure(...job('two'));
    await reload(daemon);
    expect((await daemon.ask('GET', '/jobs')).json).toEqual({ jobs: ['default.two'] });
  });
});

describe('SIGHUP that comes while gafferd starts', () => {
  test('is done when it has started', async ({ machine }) => {
    machine.configure(...job('web'));
    const daemon = machine.spawn();
    expect(await becomes(() => machine.stateFiles.includes('run'), 10_000)).toBe(true);
    daemon.signal('SIGHUP');
    await daemon.stderr.until(DONE);
  });
});

import { describe, expect } from 'vitest';
import type { EventRecord } from '../../../../src/protocol/event-record.ts';
import type { Gafferd } from '../../../support/gafferd.ts';
import { test } from '../../../support/obedient.ts';
import { becomes, runs } from '../../../support/processes.ts';

/** The events of a node since its beginning. */
async function events(daemon: Gafferd): Promise<readonly EventRecord[]> {
  const { text } = await daemon.ask('GET', '/log?lines=100000');
  return text
    .split('\n')
    .filter((line) => line.includes('"event"'))
    .map((line) => JSON.parse(line) as EventRecord);
}

describe('what children do while there is no gafferd', () => {
  test('is told by the next one: their codes, their signals, and how long they ran', async ({ machine, obedient }) => {
    const names = ['code', 'signal', 'stays'];
    const first = await obedient.start(
      names,
      names.flatMap((name) => obedient.section(name, 'on_exit = ignore')),
    );
    const before = await Promise.all(names.map(async (name) => await obedient.process(first, name)));
    await first.end('SIGKILL');
    obedient.order('code', 'echo last words; exit 7');
    obedient.order('signal', 'kill -SEGV $$');
    obedient.order('stays', 'echo still here');
    expect(await becomes(() => !runs(before[0]!.os_pid) && !runs(before[1]!.os_pid), 10_000)).toBe(true);
    const second = await machine.start();
    await obedient.written(second, 'stays', 'ready\nstill here\n');
    expect(await obedient.process(second, 'stays')).toEqual(before[2]);
    const told = await events(second);
    // Both ended at the same time: who was the first is not known here.
    const exits = told.filter(({ event }) => event === 'exit').toSorted((a, b) => a.name.localeCompare(b.name));
    expect(exits).toMatchObject([
      { name: 'default.code', os_pid: before[0]!.os_pid, exit_status: 7, term_signal: 0, requested: false },
      { name: 'default.signal', os_pid: before[1]!.os_pid, exit_status: 0, term_signal: 11, requested: false },
    ]);
    expect(exits.every(({ ran = 0 }) => ran > 0 && ran < 30)).toBe(true);
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index + 1));
    expect((await second.ask('GET', '/log?job=default.code')).text).toContain('last words');
    expect((await obedient.job(second, 'code')).running).toBe(0);
  });

  test('counts as flapping when it is', async ({ machine, obedient }) => {
    const first = await obedient.start(['web'], obedient.section('web', 'flapping = 2 600 300 5'));
    const { os_pid } = await obedient.process(first, 'web');
    obedient.order('web', 'exit 1');
    expect(await becomes(() => !runs(os_pid), 10_000)).toBe(true);
    await expect.poll(async () => (await obedient.processes(first, 'web')).map(({ restarts }) => restarts)).toEqual([1]);
    await obedient.written(first, 'web', 'ready\n');
    const next = await obedient.process(first, 'web');
    await first.end('SIGKILL');
    obedient.order('web', 'exit 1');
    expect(await becomes(() => !runs(next.os_pid), 10_000)).toBe(true);
    const second = await machine.start();
    await expect.poll(async () => (await obedient.job(second, 'web')).state).toBe('paused');
    await second.end('SIGKILL');
    const third = await machine.start();
    expect((await obedient.job(third, 'web')).state).toBe('paused');
    expect((await events(third)).map(({ event }) => event).filter((type) => type !== 'reap')).toEqual([
      ...['load', 'start', 'spawn', 'exit', 'spawn', 'exit', 'flap'],
    ]);
    await third.ask('POST', '/jobs/default/web/state', '1');
    await obedient.written(third, 'web', 'ready\n');
    expect(await obedient.process(third, 'web')).toMatchObject({ restarts: 2 });
  });

  test('is found when 300 of them end', async ({ machine }) => {
    machine.configure('[process:web]', 'cmd = sleep 1000', 'numprocesses = 300', 'flapping = none');
    const first = await machine.start();
    const started = async (): Promise<number[]> => (await first.osPids({ session: 'default', job: 'web' })).filter((pid) => pid > 0);
    await expect.poll(started).toHaveLength(300);
    const pids = await started();
    await first.end('SIGKILL');
    for (const pid of pids) {
      process.kill(pid, 'SIGTERM');
    }
    expect(await becomes(() => !pids.some(runs), 10_000)).toBe(true);
    const second = await machine.start();
    expect(await becomes(() => machine.processes.filter(({ command }) => command === 'sleep 1000').length === 300, 10_000)).toBe(true);
    const exits = (await events(second)).filter(({ event }) => event === 'exit');
    expect(exits).toHaveLength(300);
    expect(exits.every(({ term_signal }) => term_signal === 15)).toBe(true);
    expect(new Set(await second.osPids({ session: 'default', job: 'web' })).size).toBe(300);
  });
});

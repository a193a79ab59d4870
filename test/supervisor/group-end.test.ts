import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/supervisor/clock.ts';
import { GroupEnd } from '../../src/supervisor/group-end.ts';
import { isGroupEmpty, sendSignal } from '../../src/supervisor/process-table.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { becomes } from '../support/processes.ts';

const groups: number[] = [];

/** Starts a script as the leader of a group; resolves when it has said that it is ready. */
async function leader(script: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  groups.push(child.pid ?? 0);
  await once(child.stdout, 'data');
  return child as unknown as ChildProcess & { readonly pid: number };
}

function end(child: ChildProcess & { readonly pid: number }, graceMs: number, clock: Clock = systemClock): GroupEnd {
  const groupEnd = new GroupEnd(child.pid, { signal: 'SIGTERM', graceMs }, clock, false);
  child.once('exit', () => groupEnd.leaderExited());
  groupEnd.begin();
  return groupEnd;
}

afterEach(() => {
  for (const group of groups.splice(0)) {
    sendSignal(-group, 'SIGKILL');
  }
});

/** Time that a test does not want to see the end of. */
const LONG = 60_000;

const IGNORES = fileURLToPath(new URL('../programs/ignores-term.sh', import.meta.url));

describe('the end of a group', () => {
  it('comes with the signal for those who listen to it', async () => {
    const child = await leader('echo ready; sleep 100 & wait');
    expect(await end(child, LONG).done).toBe(true);
    expect(isGroupEmpty(child.pid)).toBe(true);
  });

  it('wakes those who are stopped', async () => {
    const child = await leader('echo ready; sleep 100 & wait');
    sendSignal(-child.pid, 'SIGSTOP');
    expect(await end(child, LONG).done).toBe(true);
  });

  it('is SIGKILL after the grace time for a leader that ignores the signal', async () => {
    const child = await leader(`exec sh ${IGNORES}`);
    expect(await end(child, 1).done).toBe(true);
    expect(child.signalCode).toBe('SIGKILL');
  });

  it('is SIGKILL for those whom the leader leaves behind', async () => {
    const child = await leader(`sh ${IGNORES} & exec sleep 100`);
    const clock = new FakeClock();
    const groupEnd = end(child, 50, clock);
    await once(child, 'exit');
    await clock.advance(49);
    expect(isGroupEmpty(child.pid)).toBe(false);
    await clock.advance(1);
    expect(await becomes(() => isGroupEmpty(child.pid), 10_000)).toBe(true);
    await clock.advance(1000);
    expect(await groupEnd.done).toBe(true);
  });

  it('is also that of a group whose leader is gone already', async () => {
    const child = await leader('sleep 100 & echo ready');
    if (child.exitCode === null) {
      await once(child, 'exit');
    }
    expect(isGroupEmpty(child.pid)).toBe(false);
    const groupEnd = new GroupEnd(child.pid, { signal: 'SIGTERM', graceMs: LONG }, systemClock, true);
    groupEnd.begin();
    expect(await groupEnd.done).toBe(true);
  });

  it('is SIGKILL at once when it is told so, as often as that may be', async () => {
    const child = await leader(`sh ${IGNORES} & exec sh ${IGNORES}`);
    const groupEnd = end(child, LONG);
    groupEnd.kill();
    groupEnd.kill();
    expect(await groupEnd.done).toBe(true);
    groupEnd.kill();
  });

  it('is not waited for when nothing helps', async () => {
    const clock = new FakeClock();
    // nobody has told that the leader has ended: as if it could not be killed
    const groupEnd = new GroupEnd(5_000_000, { signal: 'SIGTERM', graceMs: 1000 }, clock, false);
    groupEnd.begin();
    await clock.advance(1000 + 5100);
    expect(await groupEnd.done).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('does not ask again whom a predecessor has asked', async () => {
    const child = await leader(`trap 'echo asked' TERM; echo ready; while :; do sleep 0.01; done`);
    const asked: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => asked.push(chunk));
    const groupEnd = new GroupEnd(child.pid, { signal: 'SIGTERM', graceMs: 50, wasAsked: true }, systemClock, false);
    child.once('exit', () => groupEnd.leaderExited());
    groupEnd.begin();
    expect(await groupEnd.done).toBe(true);
    expect(Buffer.concat(asked).toString()).toBe('');
  });

  it('leaves a stranger alone who has got the number of a group that is gone', async () => {
    const stranger = await leader('echo ready; exec sleep 100');
    // a leader of that pid has ended long ago; while one of its group is left nobody else can get its number
    const groupEnd = new GroupEnd(stranger.pid, { signal: 'SIGKILL', graceMs: 0 }, systemClock, true);
    groupEnd.begin();
    expect(await groupEnd.done).toBe(true);
    expect(isGroupEmpty(stranger.pid)).toBe(false);
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../../src/supervisor/clock.ts';
import { FifoPool } from '../../src/supervisor/fifo-pool.ts';
import type { Instance } from '../../src/supervisor/instance.ts';
import { LaunchQueue } from '../../src/supervisor/launch-queue.ts';
import { FakeClock } from '../support/fake-clock.ts';

interface Waiting {
  readonly pid: number;
  kind: Instance['kind'];
}

function waiting(pid: number, outputs: readonly string[] = []): Instance & Waiting {
  return { pid, kind: 'waiting', identity: { settings: { outputs } } } as unknown as Instance & Waiting;
}

function queue(clock: Clock = new FakeClock()): { readonly queue: LaunchQueue; readonly started: number[]; readonly fifos: FifoPool } {
  const started: number[] = [];
  const fifos = new FifoPool();
  onTestFinished(() => fifos.close());
  return { queue: new LaunchQueue({ clock, fifos, start: (instance) => started.push(instance.pid) }), started, fifos };
}

describe('a launch queue', () => {
  it('starts in order, and tells each when it is started', async () => {
    const { queue: launches, started } = queue();
    const seen: number[] = [];
    await Promise.all([1, 2, 3].map((pid) => launches.add(waiting(pid)).then(() => seen.push(pid))));
    expect(started).toEqual([1, 2, 3]);
    expect(seen).toEqual([1, 2, 3]);
    await launches.add(waiting(4));
    expect(started).toEqual([1, 2, 3, 4]);
  });

  it('leaves out who was told to end before its turn, and tells it all the same', async () => {
    const { queue: launches, started } = queue();
    const second = waiting(2);
    const added = [waiting(1), second, waiting(3)].map((instance) => launches.add(instance));
    second.kind = 'gone';
    await Promise.all(added);
    expect(started).toEqual([1, 3]);
  });

  it('makes the pipes of all that are added together', async () => {
    const { queue: launches, fifos } = queue();
    await Promise.all(Array.from({ length: 20 }, (_, pid) => launches.add(waiting(pid, ['out', 'err']))));
    expect(fifos.has(40)).toBe(true);
  });

  it('makes one pipe where both outputs have one label', async () => {
    const { queue: launches, fifos } = queue();
    await Promise.all(Array.from({ length: 20 }, (_, pid) => launches.add(waiting(pid, ['out', 'out']))));
    expect([fifos.has(20), fifos.has(21)]).toEqual([true, false]);
  });

  it('gives the others a turn when starting takes long', async () => {
    const order: string[] = [];
    let nowMs = 0;
    const slow: Clock = { now: () => nowMs, wallTime: () => nowMs, after: () => () => undefined };
    const launches = new LaunchQueue({
      clock: slow,
      fifos: new FifoPool(),
      start: ({ pid }) => {
        order.push(`start ${pid}`);
        nowMs += 5;
      },
    });
    const added = [1, 2, 3, 4].map((pid) => launches.add(waiting(pid)));
    setImmediate(() => order.push('others'));
    await Promise.all(added);
    expect(order).toEqual(['start 1', 'start 2', 'others', 'start 3', 'start 4']);
  });
});

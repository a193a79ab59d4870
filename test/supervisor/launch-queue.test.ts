import { describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/supervisor/clock.ts';
import type { Host } from '../../src/supervisor/host.ts';
import type { Instance } from '../../src/supervisor/instance.ts';
import { LaunchQueue } from '../../src/supervisor/launch-queue.ts';
import { LocalHost } from '../../src/supervisor/local-host.ts';
import { FakeClock } from '../support/fake-clock.ts';

interface Waiting {
  readonly pid: number;
  kind: Instance['kind'];
}

function waiting(pid: number, outputs: readonly string[] = []): Instance & Waiting {
  return { pid, kind: 'waiting', identity: { settings: { outputs } } } as unknown as Instance & Waiting;
}

interface TestQueue {
  /** Adds an instance; it is started by noting its pid. */
  readonly add: (instance: Instance) => Promise<void>;
  readonly started: number[];
  readonly host: Host;
}

function queue(clock: Clock = new FakeClock(), onStart: (instance: Instance) => void = () => undefined): TestQueue {
  const started: number[] = [];
  const host = new LocalHost({ clock: systemClock, record: { add: () => undefined, remove: () => undefined } });
  onTestFinished(() => host.close());
  const launches = new LaunchQueue({ clock, host: () => host });
  const add = async (instance: Instance): Promise<void> =>
    await launches.add(instance, () => {
      started.push(instance.pid);
      onStart(instance);
    });
  return { add, started, host };
}

describe('a launch queue', () => {
  it('starts in order, and tells each when it is started', async () => {
    const { add, started } = queue();
    const seen: number[] = [];
    await Promise.all([1, 2, 3].map((pid) => add(waiting(pid)).then(() => seen.push(pid))));
    expect(started).toEqual([1, 2, 3]);
    expect(seen).toEqual([1, 2, 3]);
    await add(waiting(4));
    expect(started).toEqual([1, 2, 3, 4]);
  });

  it('leaves out who was told to end before its turn, and tells it all the same', async () => {
    const { add, started } = queue();
    const second = waiting(2);
    const added = [waiting(1), second, waiting(3)].map((instance) => add(instance));
    second.kind = 'gone';
    await Promise.all(added);
    expect(started).toEqual([1, 3]);
  });

  it('makes the pipes of all that are added together', async () => {
    const { add, host } = queue();
    await Promise.all(Array.from({ length: 20 }, (_, pid) => add(waiting(pid, ['out', 'err']))));
    expect(host.isReadyFor(40)).toBe(true);
  });

  it('makes one pipe where both outputs have one label', async () => {
    const { add, host } = queue();
    await Promise.all(Array.from({ length: 20 }, (_, pid) => add(waiting(pid, ['out', 'out']))));
    expect([host.isReadyFor(20), host.isReadyFor(21)]).toEqual([true, false]);
  });

  it('gives the others a turn when starting takes long', async () => {
    const order: string[] = [];
    let nowMs = 0;
    const slow: Clock = { now: () => nowMs, wallTime: () => nowMs, after: () => () => undefined };
    const { add } = queue(slow, ({ pid }) => {
      order.push(`start ${pid}`);
      nowMs += 5;
    });
    const added = [1, 2, 3, 4].map((pid) => add(waiting(pid)));
    setImmediate(() => order.push('others'));
    await Promise.all(added);
    expect(order).toEqual(['start 1', 'start 2', 'others', 'start 3', 'start 4']);
  });
});

import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { JobConfig } from '../../src/job/config.ts';
import type { GafferEvent } from '../../src/job/event.ts';
import type { ProcessExit } from '../../src/job/exit.ts';
import { settle } from '../support/fake-clock.ts';
import { FakeNode } from '../support/fake-node.ts';
import type { FakeChild } from '../support/fake-spawn.ts';
import { named } from '../support/test-node.ts';

const WEB = named('web');
const DIED: ProcessExit = { kind: 'signal', signal: 'SIGTERM' };

/** Groups that have got a signal to end; in reality nobody has these pids. */
const told = new Set<number>();

beforeEach(() => {
  vi.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    if (signal === 'SIGTERM' || signal === 'SIGKILL') {
      told.add(-pid);
    }
    throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** A job in whatever history, and what is known of it from outside. */
class History {
  readonly node = new FakeNode();
  readonly #config: Partial<JobConfig>;
  #version = 0;

  constructor(config: Partial<JobConfig>) {
    this.#config = config;
    told.clear();
  }

  async begin(): Promise<void> {
    await this.node.load('web', this.#config);
  }

  /** Children that nobody has told to end. */
  get up(): readonly FakeChild[] {
    return this.node.running.filter(({ osPid }) => !told.has(osPid));
  }

  /** Children that were told to end and have not. */
  get ending(): readonly FakeChild[] {
    return this.node.running.filter(({ osPid }) => told.has(osPid));
  }

  async update(more: Partial<JobConfig>): Promise<void> {
    this.#version += 1;
    await this.node.supervisor.update(WEB, { name: 'web', cmd: `program-${this.#version}`, ...this.#config, ...more });
  }
}

/** Something that happens; the number chooses among what can be chosen. */
type Step = readonly [kind: keyof typeof STEPS, choice: number];

const STEPS = {
  start: ({ node }: History) => node.supervisor.start(WEB),
  stop: ({ node }: History) => node.supervisor.stop(WEB),
  restart: ({ node }: History) => node.supervisor.restart(WEB),
  reload: ({ node }: History) => node.supervisor.reload(WEB),
  update: (history: History) => history.update({}),
  updateCount: (history: History, choice: number) => history.update({ numprocesses: choice % 4 }),
  updateOnly: (history: History, choice: number) => history.update({ numprocesses: choice % 4, start: false }),
  more: ({ node }: History, choice: number) => node.supervisor.scale(WEB, { op: '+', n: choice % 3 }),
  less: ({ node }: History, choice: number) => node.supervisor.scale(WEB, { op: '-', n: choice % 3 }),
  set: ({ node }: History, choice: number) => node.supervisor.scale(WEB, { op: '=', n: choice % 5 }),
  commit: ({ node }: History) => node.supervisor.commit(WEB),
  stopProcess: async ({ node }: History, choice: number) => {
    const pids = await node.supervisor.pids();
    await node.supervisor.stopProcess(pids[choice % Math.max(pids.length, 1)] ?? 0).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'process_not_found' });
    });
  },
  fail: async (history: History, choice: number) => {
    history.up[choice % Math.max(history.up.length, 1)]?.exit();
  },
  cannotStart: async (history: History, choice: number) => {
    history.up[choice % Math.max(history.up.length, 1)]?.exit({ kind: 'not_started', reason: 'no', code: 127 });
  },
  end: async (history: History, choice: number) => {
    history.ending[choice % Math.max(history.ending.length, 1)]?.exit(DIED);
  },
  wait: ({ node }: History, choice: number) => node.clock.advance([1, 300, 1000, 7000][choice % 4] ?? 0),
  killAll: async ({ node }: History) => node.supervisor.killAll(),
  stopAll: ({ node }: History) => node.supervisor.stopAll(),
};

const anyConfig: fc.Arbitrary<Partial<JobConfig>> = fc.record({
  numprocesses: fc.integer({ min: 0, max: 3 }),
  flapping: fc.constantFrom<NonNullable<JobConfig['flapping']>>(
    false,
    {},
    { attempts: 1 },
    { attempts: 3, max_retry: 1 },
    { attempts: 1, max_retry: 0 },
  ),
  on_exit: fc.constantFrom('restart', 'restart', 'ignore', 'stop'),
});

const anyStep: fc.Arbitrary<Step> = fc.tuple(fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[])), fc.nat(20));

const anySteps: fc.Arbitrary<readonly Step[]> = fc.array(anyStep, { maxLength: 40 });

/** Does one step; who asked need not get an answer before the next one. */
async function step(history: History, [kind, choice]: Step, pending: Promise<unknown>[]): Promise<void> {
  pending.push(STEPS[kind](history, choice));
  await settle();
}

/** What is always so. */
function checkAlways({ node }: History): void {
  const slots = node.slots.filter((slot) => slot !== 'web.0');
  expect(new Set(slots).size).toBe(slots.length);
  const exited = node.events.of('exit').map(({ process }) => process.pid);
  expect(new Set(exited).size).toBe(exited.length);
  const stopped = node.events.all.flatMap((event) => (event.type === 'stop_process' || event.type === 'reap' ? [event.process.pid] : []));
  expect(new Set(stopped).size).toBe(stopped.length);
  for (const { process, requested } of node.events.of('exit')) {
    expect(stopped.includes(process.pid)).toBe(requested);
  }
}

/** Lets everybody end who was told to, again and again until nobody is left of them. */
async function rest(history: History): Promise<void> {
  while (history.ending.length > 0) {
    for (const child of history.ending) {
      child.exit(DIED);
    }
    await settle();
  }
}

/** What a listener does in the middle of an event: the first few times that it hears one of that type. */
const anyReaction = fc.record({
  type: fc.constantFrom<GafferEvent['type']>('start', 'spawn', 'exit', 'reap', 'stop', 'stop_process', 'update', 'flap', 'give_up', 'done', 'reload'),
  steps: fc.array(anyStep, { maxLength: 3 }),
});

it('has as many processes as it wants when everything has come to rest, whatever has happened', async () => {
  await fc.assert(
    fc.asyncProperty(anyConfig, anySteps, anyReaction, async (config, steps, reaction) => {
      const history = new History(config);
      const pending: Promise<unknown>[] = [];
      await history.begin();
      const reactions = [...reaction.steps];
      history.node.supervisor.onEvent((event) => {
        const [kind, choice] = (event.type === reaction.type ? reactions.shift() : undefined) ?? [];
        if (kind !== undefined) {
          pending.push(STEPS[kind](history, choice ?? 0));
        }
      });
      for (const one of steps) {
        await step(history, one, pending);
        checkAlways(history);
      }
      reactions.length = 0;
      // a program that could not be executed is tried again after a second
      await history.node.clock.advance(1000);
      await rest(history);
      checkAlways(history);
      const { node } = history;
      const info = await node.supervisor.jobInfo(WEB);
      const supervised = await node.supervisor.pids(WEB);
      expect(node.running).toHaveLength(info.running);
      expect(supervised).toHaveLength(info.state === 'started' ? info.max_processes : 0);
      expect(node.clock.pending > 0).toBe(info.state === 'paused');
      // everybody who has asked has got an answer
      await Promise.all(pending);
      const stopped = node.supervisor.stopAll();
      await rest(history);
      await stopped;
      await node.clock.advance(1_000_000);
      expect({ running: node.running, pending: node.clock.pending, isIdle: node.supervisor.isIdle }).toEqual({
        running: [],
        pending: 0,
        isIdle: true,
      });
      node.supervisor.close();
    }),
    { numRuns: 300, timeout: 10_000 },
  );
});

it('has no process when it was unloaded, whatever has happened before', async () => {
  await fc.assert(
    fc.asyncProperty(anyConfig, anySteps, fc.nat(3), async (config, steps, endings) => {
      const history = new History(config);
      const pending: Promise<unknown>[] = [];
      await history.begin();
      for (const one of steps) {
        await step(history, one, pending);
      }
      const { node } = history;
      pending.push(node.supervisor.unload(WEB));
      await settle();
      const children = node.children.length;
      for (let i = 0; i < endings; i += 1) {
        node.running[0]?.exit();
        await node.clock.advance(7000);
      }
      await rest(history);
      await node.clock.advance(1_000_000);
      expect({ started: node.children.length - children, running: node.running, pending: node.clock.pending }).toEqual({
        started: 0,
        running: [],
        pending: 0,
      });
      expect(node.supervisor.isIdle).toBe(true);
      await Promise.all(pending);
      node.supervisor.close();
    }),
    { numRuns: 150 },
  );
});

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobConfig } from '../../src/job/config.ts';
import type { GafferEvent } from '../../src/job/event.ts';
import type { ProcessExit } from '../../src/job/exit.ts';
import { Supervisor } from '../../src/supervisor/supervisor.ts';
import { settle } from '../support/fake-clock.ts';
import { type PaperChild, PaperKeeper } from '../support/paper-keeper.ts';
import { named, SESSION } from '../support/test-node.ts';

const WEB = named('web');
const DIED: ProcessExit = { kind: 'signal', signal: 'SIGTERM' };

/** Supervisors that follow one another. */
class Dynasty {
  readonly keeper = new PaperKeeper();
  /** Those that have got a signal to end, by the system's pid. */
  readonly told = new Set<number>();
  /** What listeners were told. */
  readonly heard: GafferEvent[] = [];
  supervisor: Supervisor;

  constructor() {
    this.supervisor = this.#next();
  }

  #next(): Supervisor {
    const { clock, ...host } = this.keeper.visit();
    const supervisor = new Supervisor({ clock, osEnv: {} });
    supervisor.settleIn(host);
    supervisor.onEvent((event) => {
      if (!this.keeper.isForsaken) {
        this.heard.push(event);
      }
    });
    return supervisor;
  }

  /** The present one is killed, and another takes over. */
  async succeed(): Promise<void> {
    this.keeper.kill();
    await settle();
    this.supervisor = this.#next();
    this.supervisor.catchUp();
    await settle();
  }

  /** Somebody has sent a signal to a group. */
  signal(group: number): void {
    if (!this.keeper.isForsaken) {
      this.told.add(group);
    }
  }

  get up(): readonly PaperChild[] {
    return this.keeper.running.filter(({ osPid }) => !this.told.has(osPid));
  }

  get ending(): readonly PaperChild[] {
    return this.keeper.running.filter(({ osPid }) => this.told.has(osPid));
  }

  /** Lets everybody end who was told to, until nobody is left of them. */
  async rest(): Promise<void> {
    while (this.ending.length > 0) {
      for (const child of this.ending) {
        this.keeper.exit(child, DIED);
      }
      await settle();
    }
  }

  /** How the job is, and its processes. */
  async look() {
    const { state, max_processes } = await this.supervisor.jobInfo(WEB);
    const [{ processes } = { processes: [] }] = await this.supervisor.overview();
    return {
      state,
      max_processes,
      processes: processes.map(({ pid, os_pid, slot, restarts, create_time, stopping }) => ({ pid, os_pid, slot, restarts, create_time, stopping })),
    };
  }
}

let dynasty: Dynasty;

beforeEach(() => {
  vi.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    if (signal === 'SIGTERM' || signal === 'SIGKILL') {
      dynasty.signal(-pid);
    }
    throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
  });
  dynasty = new Dynasty();
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function load(more: Partial<JobConfig> = {}): Promise<void> {
  await dynasty.supervisor.load(SESSION, { name: 'web', cmd: 'program', ...more });
  await settle();
}

describe('a supervisor that takes over', () => {
  it('has the same processes, and has touched none', async () => {
    await load({ numprocesses: 3 });
    await dynasty.supervisor.commit(WEB);
    dynasty.keeper.exit(dynasty.up[1]!, { kind: 'code', code: 3 });
    await settle();
    await dynasty.keeper.clock.advance(5000);
    const before = await dynasty.look();
    await dynasty.succeed();
    expect(await dynasty.look()).toEqual(before);
    expect(dynasty.told.size).toBe(0);
    expect(dynasty.keeper.children).toHaveLength(5);
    expect((await dynasty.supervisor.processInfo(1)).adopted).toBe(true);
  });

  it('tells and judges what has ended meanwhile, by when that was', async () => {
    await load({ numprocesses: 2, flapping: { attempts: 2, window: 1 } });
    dynasty.keeper.kill();
    dynasty.keeper.exit(dynasty.keeper.children[0]!, { kind: 'code', code: 7 });
    await dynasty.keeper.clock.advance(1500);
    dynasty.keeper.exit(dynasty.keeper.children[1]!, { kind: 'signal', signal: 'SIGSEGV' });
    await dynasty.keeper.clock.advance(60_000);
    await dynasty.succeed();
    const exits = dynasty.heard.filter((event) => event.type === 'exit');
    expect(exits.map(({ exit, ranMs, requested }) => ({ exit, ranMs, requested }))).toEqual([
      { exit: { kind: 'code', code: 7 }, ranMs: 0, requested: false },
      { exit: { kind: 'signal', signal: 'SIGSEGV' }, ranMs: 1500, requested: false },
    ]);
    // 1.5 s lie between them: that is no flapping
    expect(await dynasty.look()).toMatchObject({
      state: 'started',
      processes: [
        { slot: 1, restarts: 1 },
        { slot: 2, restarts: 1 },
      ],
    });
  });

  it('pauses a job whose processes have failed too fast meanwhile', async () => {
    await load({ numprocesses: 2, flapping: { attempts: 2, window: 1, retry_in: 7 } });
    dynasty.keeper.kill();
    for (const child of dynasty.keeper.children) {
      dynasty.keeper.exit(child, { kind: 'code', code: 1 });
    }
    await dynasty.keeper.clock.advance(60_000);
    await dynasty.succeed();
    expect(await dynasty.look()).toMatchObject({ state: 'paused', processes: [] });
    await dynasty.keeper.clock.advance(7000);
    expect(await dynasty.look()).toMatchObject({ state: 'started', processes: [{ slot: 1 }, { slot: 2 }] });
  });

  it('goes on with a pause where it was, and counts the pauses before', async () => {
    await load({ flapping: { attempts: 1, retry_in: 10, max_retry: 2 } });
    dynasty.keeper.exit(dynasty.up[0]!, { kind: 'code', code: 1 });
    await dynasty.keeper.clock.advance(4000);
    await dynasty.succeed();
    expect(await dynasty.look()).toMatchObject({ state: 'paused' });
    await dynasty.keeper.clock.advance(5999);
    expect(await dynasty.look()).toMatchObject({ state: 'paused' });
    await dynasty.keeper.clock.advance(1);
    expect(await dynasty.look()).toMatchObject({ state: 'started' });
    dynasty.keeper.exit(dynasty.up[0]!, { kind: 'code', code: 1 });
    await settle();
    expect(dynasty.heard.filter((event) => event.type === 'flap').map(({ retry }) => retry)).toEqual([1, 2]);
  });

  it('ends those whom its predecessor has asked to end, without asking again, when their time is over', async () => {
    await load({ graceful_timeout: 10 });
    void dynasty.supervisor.stop(WEB);
    await settle();
    await dynasty.keeper.clock.advance(4000);
    dynasty.told.clear();
    await dynasty.succeed();
    expect(await dynasty.look()).toMatchObject({ state: 'stopped', processes: [{ stopping: true }] });
    await dynasty.keeper.clock.advance(5999);
    expect(dynasty.told.size).toBe(0);
    await dynasty.keeper.clock.advance(1);
    expect(dynasty.told.size).toBe(1);
  });

  it('ends a job whose unloading had begun, and not another one of that name', async () => {
    await load();
    void dynasty.supervisor.unload(WEB);
    await load({ numprocesses: 2 });
    await dynasty.succeed();
    await dynasty.rest();
    expect(await dynasty.look()).toMatchObject({ state: 'started', max_processes: 2 });
    expect(dynasty.up).toHaveLength(2);
  });

  it('gives no pid again that was given before', async () => {
    await load();
    for (let round = 0; round < 12; round += 1) {
      dynasty.keeper.exit(dynasty.up[0]!, { kind: 'code', code: 0 });
      await dynasty.keeper.clock.advance(2000);
      await dynasty.succeed();
    }
    const pids = dynasty.keeper.children.map(({ id }) => id);
    expect(new Set(pids).size).toBe(13);
    expect(await dynasty.look()).toMatchObject({ processes: [{ restarts: 12 }] });
  });

  it('is the same run, and tells who asks what was told before', async () => {
    await load();
    const { from } = await dynasty.supervisor.followEvents(undefined, () => undefined);
    await dynasty.supervisor.scale(WEB, { op: '+', n: 1 });
    await settle();
    await dynasty.succeed();
    const told: string[] = [];
    const { from: begun } = await dynasty.supervisor.followEvents(from, (entry) => told.push(entry.kind === 'event' ? entry.event.type : entry.kind));
    expect(begun).toEqual(from);
    expect(told).toEqual(['update', 'spawn']);
    await dynasty.supervisor.scale(WEB, { op: '+', n: 1 });
    await settle();
    expect(told).toEqual(['update', 'spawn', 'update', 'spawn']);
  });
});

/** Something that happens; the number chooses among what can be chosen. */
const STEPS = {
  start: () => dynasty.supervisor.start(WEB),
  stop: () => dynasty.supervisor.stop(WEB),
  restart: () => dynasty.supervisor.restart(WEB),
  reload: () => dynasty.supervisor.reload(WEB),
  update: (choice: number) => dynasty.supervisor.update(WEB, { name: 'web', cmd: `program ${choice}`, numprocesses: choice % 4 }),
  scale: (choice: number) => dynasty.supervisor.scale(WEB, { op: '=', n: choice % 5 }),
  commit: () => dynasty.supervisor.commit(WEB),
  fail: async (choice: number) => failed(dynasty.up[choice % Math.max(dynasty.up.length, 1)]),
  end: async (choice: number) => failed(dynasty.ending[choice % Math.max(dynasty.ending.length, 1)]),
  wait: (choice: number) => dynasty.keeper.clock.advance([1, 300, 1000, 7000][choice % 4] ?? 0),
  killSoon: async (choice: number) => dynasty.keeper.killAfter(choice % 6),
  kill: () => dynasty.succeed(),
};

function failed(child: PaperChild | undefined): void {
  if (child !== undefined) {
    dynasty.keeper.exit(child, { kind: 'code', code: 1 });
  }
}

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

const anySteps = fc.array(fc.tuple(fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[])), fc.nat(20)), { maxLength: 40 });

/** What is so at any moment, whoever was killed. */
function checkAlways(): void {
  const { events, running } = dynasty.keeper;
  // what was told is kept, once, in its order
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  for (const event of dynasty.heard) {
    expect(events[event.seq - 1]).toMatchObject({ type: event.type, name: event.name });
  }
  for (const type of ['spawn', 'exit'] as const) {
    const pids = events.flatMap((event) => (event.type === type ? [event.process.pid] : []));
    expect(new Set(pids).size).toBe(pids.length);
  }
  const slots = running.map(({ request }) => request.env['PS'] ?? '').filter((slot) => slot !== 'web.0');
  expect(new Set(slots).size).toBe(slots.length);
}

it('has as many processes as it wants when everything has come to rest, whenever those before it were killed', async () => {
  await fc.assert(
    fc.asyncProperty(anyConfig, anySteps, async (config, steps) => {
      dynasty = new Dynasty();
      await load(config);
      for (const [kind, choice] of steps) {
        void Promise.resolve(STEPS[kind](choice)).catch((error: unknown) => expect(error).toMatchObject({ code: 'job_not_found' }));
        await settle();
        if (dynasty.keeper.isForsaken) {
          await dynasty.succeed();
        }
        checkAlways();
      }
      await dynasty.succeed();
      await dynasty.keeper.clock.advance(1000);
      await dynasty.rest();
      checkAlways();
      const { state, max_processes } = await dynasty.supervisor.jobInfo(WEB);
      const supervised = dynasty.up.filter(({ request }) => request.env['PS'] !== 'web.0');
      expect(supervised).toHaveLength(state === 'started' ? max_processes : 0);
      const { events, children } = dynasty.keeper;
      const exits = events.filter(({ type }) => type === 'exit').length;
      expect(exits).toBe(children.filter(({ exit }) => exit !== undefined).length);
    }),
    { numRuns: 300, timeout: 10_000 },
  );
});

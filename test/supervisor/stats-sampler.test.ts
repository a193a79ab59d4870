import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessEntry } from '../../src/supervisor/process-stat.ts';
import { readProcess, sendSignal } from '../../src/supervisor/process-table.ts';
import { StatsSampler, type Usage } from '../../src/supervisor/stats-sampler.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { areCollected } from '../support/garbage.ts';
import { processEntry } from '../support/process-entry.ts';

const BUSY = 'while :; do :; done';

let child: ChildProcess | undefined;
let others: number[] = [];

/** A shell that runs a script until it prints something. */
async function shell(script: string): Promise<{ readonly osPid: number; readonly said: string }> {
  child = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const [said] = (await once(child.stdout!, 'data')) as [Buffer];
  return { osPid: child.pid ?? 0, said: String(said).trim() };
}

/** What a sampler sees while time goes by for it. */
class Looks {
  readonly clock = new FakeClock();
  readonly sampler = new StatsSampler(this.clock);
  readonly #measured: { readonly osPid: number };

  constructor(measured: { readonly osPid: number }) {
    this.#measured = measured;
  }

  /** The next look. */
  async next(): Promise<Usage> {
    await this.clock.advance(50);
    const usage = await this.sampler.usage(this.#measured);
    if (usage === undefined) {
      throw new Error('nothing can be told of the process');
    }
    return usage;
  }

  /** Looks until that much CPU time was used. */
  async until(cpuSeconds: number): Promise<Usage> {
    let usage = await this.next();
    while (usage.cpuSeconds < cpuSeconds) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      usage = await this.next();
    }
    return usage;
  }
}

afterEach(() => {
  for (const pid of [child?.pid ?? 0, ...others]) {
    sendSignal(-pid, 'SIGKILL');
  }
  child = undefined;
  others = [];
});

describe('what a process uses', () => {
  it('is its memory, and the computing time of all that it has started', async () => {
    const looks = new Looks(await shell(`sh -c '${BUSY}' & echo ready; wait`));
    const first = await looks.next();
    expect(first.rssBytes).toBeGreaterThan(50_000);
    expect(first.vszBytes).toBeGreaterThan(first.rssBytes);
    const later = await looks.until(first.cpuSeconds + 0.05);
    expect(later.atMs).toBeGreaterThan(first.atMs);
  });

  it('is that of grandchildren too, and of those that have left its session', async () => {
    const started = await shell(`(setsid sh -c '${BUSY}' & echo $!; wait) & wait`);
    others = [Number(started.said)];
    await new Looks(started).until(0.05);
  });

  it('is not that of a daemon whose parent has ended, once it has left the session', async () => {
    const started = await shell(`(setsid sh -c '${BUSY}' & echo $!) & wait; exec sleep 100`);
    others = [Number(started.said)];
    const looks = new Looks(started);
    const used = (): number => readProcess(others[0] ?? 0)?.cpuTicks ?? 0;
    while (used() < 10) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const usage = await looks.next();
    expect(usage.cpuSeconds * 100).toBeLessThan(used());
  });

  it('is all that its short-lived children have used, none of it twice', async () => {
    const burst = 'i=0; while [ $i -lt 4000 ]; do i=$((i+1)); done';
    // like make: the shell itself does next to nothing, and waits for one child after the other, two at a time
    const looks = new Looks(
      await shell(
        `echo ready; for n in 1 2 3 4 5 6 7 8 9 10 11 12; do sh -c '${burst}' & sh -c "sh -c '${burst}'; :"; wait; done; echo done; read x`,
      ),
    );
    let last = await looks.next();
    const done = new AbortController();
    child?.stdout?.once('data', () => done.abort());
    while (!done.signal.aborted) {
      const usage = await looks.next();
      expect(usage.cpuSeconds).toBeGreaterThanOrEqual(last.cpuSeconds);
      last = usage;
    }
    const { cpuSeconds } = await looks.next();
    const { cpuTicks = 0, waitedTicks = 0 } = readProcess(child?.pid ?? 0) ?? {};
    expect(waitedTicks).toBeGreaterThan(cpuTicks);
    // each number that the system tells is rounded down: that of a child, and that of its parent who has waited for it
    expect(Math.abs(cpuSeconds - (cpuTicks + waitedTicks) / 100)).toBeLessThan(0.1);
  });

  it.each([0, 5_000_000])('is not known of nobody (%d)', async (osPid) => {
    expect(await new StatsSampler(new FakeClock()).usage({ osPid })).toBeUndefined();
  });

  it('is not known any more when it has ended', async () => {
    const started = await shell(`sh -c '${BUSY}' & echo ready; wait`);
    const looks = new Looks(started);
    await looks.next();
    sendSignal(-started.osPid, 'SIGKILL');
    await once(child!, 'exit');
    await expect(looks.until(Number.POSITIVE_INFINITY)).rejects.toThrow('nothing can be told'); // the child may be gone a moment later
  });
});

/** A sampler of processes on paper, and how often they were read. */
class Paper {
  readonly clock = new FakeClock();
  reads = 0;
  entries: readonly ProcessEntry[] = [processEntry(20, { cpuTicks: 100 }), processEntry(30, { cpuTicks: 300 })];
  readonly sampler = new StatsSampler(this.clock, () => {
    this.reads += 1;
    return this.entries;
  });
}

describe('a look', () => {
  it('is one for all who ask within 50 ms, about whatever process', async () => {
    const paper = new Paper();
    const [one, other] = [{ osPid: 20 }, { osPid: 30 }];
    const first = await paper.sampler.usage(one);
    await paper.clock.advance(49);
    expect(await paper.sampler.usage(one)).toBe(first);
    expect(await paper.sampler.usage(other)).toMatchObject({ atMs: 0, cpuSeconds: 3 });
    expect(paper.reads).toBe(1);
    await paper.clock.advance(1);
    expect(await paper.sampler.usage(one)).toMatchObject({ atMs: 50 });
    expect(await paper.sampler.usage(other)).toMatchObject({ atMs: 50 });
    expect(paper.reads).toBe(2);
  });

  it('does not take a process for the one that had its number before', async () => {
    const paper = new Paper();
    await paper.sampler.usage({ osPid: 20 });
    paper.entries = [processEntry(20, { startTime: 'later', cpuTicks: 1 })];
    await paper.clock.advance(50);
    expect(await paper.sampler.usage({ osPid: 20 })).toMatchObject({ cpuSeconds: 0.01 });
  });

  it('adds up the memory of all, and what those have used that have ended and were not waited for', async () => {
    const paper = new Paper();
    const own = { session: 20, parent: 20 };
    paper.entries = [
      processEntry(20, { rssPages: 10, vszBytes: 1000 }),
      processEntry(21, { ...own, rssPages: 5, vszBytes: 500, cpuTicks: 7, waitedTicks: 3 }),
      processEntry(22, { ...own, state: 'Z', rssPages: 0, vszBytes: 0, cpuTicks: 40 }),
    ];
    const usage = await paper.sampler.usage({ osPid: 20 });
    expect(usage).toMatchObject({ vszBytes: 1500, cpuSeconds: 0.5 });
    expect((usage?.rssBytes ?? 0) % 15).toBe(0);
  });

  it('tells nothing of who has ended, though its parent has not asked for its code', async () => {
    const paper = new Paper();
    paper.entries = [processEntry(20, { state: 'Z', cpuTicks: 100 })];
    expect(await paper.sampler.usage({ osPid: 20 })).toBeUndefined();
  });

  it('tells nothing where the system refuses to be asked, and throws what is a mistake', async () => {
    const refusing = (error: Error): Promise<Usage | undefined> =>
      new StatsSampler(new FakeClock(), () => {
        throw error;
      }).usage({ osPid: 20 });
    expect(await refusing(Object.assign(new Error('too many open files'), { code: 'EMFILE' }))).toBeUndefined();
    await expect(refusing(new Error('a mistake'))).rejects.toThrow('a mistake');
  });

  it('keeps nothing of processes that nobody else keeps', async () => {
    const paper = new Paper();
    const made = Array.from({ length: 100 }, () => ({ osPid: 20 }));
    await Promise.all(made.map((measured) => paper.sampler.usage(measured)));
    const kept = made.map((measured) => new WeakRef(measured));
    made.length = 0;
    expect(await areCollected(kept)).toBe(true);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/supervisor/clock.ts';
import { StatsLook } from '../../src/supervisor/stats-look.ts';
import { type Measured, StatsSampler, type Usage } from '../../src/supervisor/stats-sampler.ts';
import { areCollected } from '../support/garbage.ts';

const ONE: Measured = { osPid: 20 };

/** A source whose processes have all used half a core since the beginning. */
class HalfBusy {
  atMs = 0;

  async usage({ osPid }: Measured): Promise<Usage | undefined> {
    return osPid === 0 ? undefined : { atMs: this.atMs, rssBytes: 10, vszBytes: 20, cpuSeconds: this.atMs / 2000 };
  }
}

let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
});

describe('who looks at a process', () => {
  it('is told what it uses, and from the second look on how busy it was', async () => {
    const source = new HalfBusy();
    const look = new StatsLook(source);
    expect(await look.sample(ONE)).toEqual({ rssBytes: 10, vszBytes: 20, cpuSeconds: 0, cpuPercent: 0, isFirst: true });
    source.atMs = 1000;
    expect(await look.sample(ONE)).toEqual({ rssBytes: 10, vszBytes: 20, cpuSeconds: 0.5, cpuPercent: 50, isFirst: false });
  });

  it('is told nothing where nothing is known', async () => {
    expect(await new StatsLook(new HalfBusy()).sample({ osPid: 0 })).toBeUndefined();
  });

  it('is not disturbed by others who look too', async () => {
    const points: Usage[] = [0, 1, 1].map((cpuSeconds, index) => ({ atMs: index * 1000, rssBytes: 0, vszBytes: 0, cpuSeconds }));
    let now = points[0];
    const source = { usage: async () => now };
    const [seldom, often] = [new StatsLook(source), new StatsLook(source)];
    await seldom.sample(ONE);
    await often.sample(ONE);
    now = points[1];
    expect(await often.sample(ONE)).toMatchObject({ cpuPercent: 100 });
    now = points[2];
    expect(await often.sample(ONE)).toMatchObject({ cpuPercent: 0 });
    expect(await seldom.sample(ONE)).toMatchObject({ cpuPercent: 50 });
  });

  it('keeps processes apart by what they are, not by their numbers', async () => {
    const look = new StatsLook(new HalfBusy());
    await look.sample(ONE);
    expect(await look.sample({ ...ONE })).toMatchObject({ isFirst: true });
  });

  it('keeps nothing of processes that nobody else keeps', async () => {
    const look = new StatsLook(new HalfBusy());
    const made = Array.from({ length: 100 }, () => ({ ...ONE }));
    await Promise.all(made.map((measured) => look.sample(measured)));
    const kept = made.map((measured) => new WeakRef(measured));
    made.length = 0;
    expect(await areCollected(kept)).toBe(true);
  });

  it('sees of a program that computes what the system, which counts in nanoseconds, has given it', async () => {
    child = spawn(process.execPath, ['-e', 'for (;;);'], { detached: true, stdio: 'ignore' });
    const measured = { osPid: child.pid ?? 0 };
    const look = new StatsLook(new StatsSampler(systemClock));
    // its main thread; the others do nothing as long as the program only computes
    const given = (): number => Number(readFileSync(`/proc/${measured.osPid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
    const point = () => ({ ms: performance.now(), given: given() });
    // on a busy machine time may pass on either side of the look
    const at = async () => {
      const begin = point();
      const sample = await look.sample(measured);
      return { begin, end: point(), percent: sample?.cpuPercent ?? 0 };
    };
    type Point = ReturnType<typeof point>;
    const share = (from: Point, to: Point, ms: number): number => ((to.given - from.given) / ms) * 100;
    while (given() < 100) {
      await new Promise((resolve) => setTimeout(resolve, 10)); // it has started
    }
    let before = await at();
    for (let round = 0; round < 2; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const now = await at();
      const least = share(before.end, now.begin, now.end.ms - before.begin.ms);
      const most = share(before.begin, now.end, now.begin.ms - before.end.ms);
      expect(now.percent).toBeGreaterThan(least - 6); // two counters, each in steps of 10 ms
      expect(now.percent).toBeLessThan(most + 6);
      before = now;
    }
  });
});

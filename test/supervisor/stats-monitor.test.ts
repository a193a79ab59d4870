import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../src/job/config.ts';
import type { StatsEntry } from '../../src/job/stats.ts';
import { StatsMonitor, type Watch, type WatchedProcess } from '../../src/supervisor/stats-monitor.ts';
import { StatsSampler, type UsageSource } from '../../src/supervisor/stats-sampler.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { processEntry } from '../support/process-entry.ts';
import { takeWarnings } from '../support/warnings.ts';

const SETTINGS = settingsOf({ name: 'web', cmd: 'program' });

/** Somebody who follows statistics, and what he was told. */
interface Follower {
  readonly entries: StatsEntry[];
  /** When, in milliseconds. */
  readonly times: number[];
  ends: number;
  readonly leave: () => void;
}

/** Whom to follow, and what to do with what is told. */
interface HowToFollow extends Partial<Pick<Watch, 'target' | 'processes'>> {
  readonly told?: (follower: Follower) => void;
}

/** A monitor of processes on paper; each uses the CPU time that passes. */
class Rig {
  readonly clock = new FakeClock();
  reads = 0;
  /** How long reading takes, and which part of that is CPU time. */
  readMs = 0;
  readShare = 1;
  #usedMs = 0;
  /** The processes that there are. */
  readonly there: WatchedProcess[] = [];
  readonly monitor: StatsMonitor;

  constructor() {
    const sampler = new StatsSampler(this.clock, () => {
      this.reads += 1;
      return this.there.map(({ osPid }) => processEntry(osPid, { cpuTicks: this.clock.now() / 10 }));
    });
    const source: UsageSource = {
      usage: async (measured) => {
        if (this.readMs > 0) {
          this.#usedMs += this.readMs * this.readShare;
          await new Promise<void>((resolve) => this.clock.after(this.readMs, resolve));
        }
        return await sampler.usage(measured);
      },
    };
    this.monitor = new StatsMonitor({ clock: this.clock, source, usedMs: () => this.#usedMs });
  }

  start(pid: number, osPid = 1000 + pid): WatchedProcess {
    const started = { pid, osPid, identity: { pid, jobName: 'test.web', slot: pid, settings: SETTINGS, restarts: 0 } };
    this.there.push(started);
    return started;
  }

  end(ended: WatchedProcess): void {
    this.there.splice(this.there.indexOf(ended), 1);
  }

  /** Follows processes; by default all that there are at each moment. */
  follow(intervalMs: number, { target = this, processes = () => [...this.there], told = () => undefined }: HowToFollow = {}): Follower {
    const entries: StatsEntry[] = [];
    const times: number[] = [];
    const listener = (entry: StatsEntry): void => {
      entries.push(entry);
      times.push(this.clock.now());
      told(follower);
    };
    const onEnd = (): void => {
      follower.ends += 1;
    };
    const leave = this.monitor.watch({ target, intervalMs, processes, listener, onEnd });
    const follower: Follower = { entries, times, ends: 0, leave };
    return follower;
  }
}

describe('statistics that are followed', () => {
  it('are told at once, and then again and again', async () => {
    const rig = new Rig();
    rig.start(1);
    const { entries, times } = rig.follow(1000);
    await rig.clock.advance(3500);
    expect(times).toEqual([0, 1000, 2000, 3000]);
    expect(entries[1]).toEqual({
      name: 'test.web',
      pid: 1,
      os_pid: 1001,
      mem_info1: expect.stringMatching(/^\d+K$/) as string,
      mem_info2: '1000B',
      cpu: 100,
      mem: 0,
      ctime: '0:01.00',
      rss: expect.any(Number) as number,
      vsz: 1000,
      cpu_seconds: 1,
    });
    expect(entries.map(({ cpu }) => cpu)).toEqual([0, 100, 100, 100]);
  });

  it('are those of all who are there at the moment: also of ones that start later, and of ones in the place of others', async () => {
    const rig = new Rig();
    const first = rig.start(1);
    const { entries } = rig.follow(1000);
    await rig.clock.advance(500);
    rig.start(2);
    await rig.clock.advance(500);
    rig.end(first);
    rig.start(3, 1001); // the system gives the number again
    await rig.clock.advance(1000);
    rig.there.length = 0;
    await rig.clock.advance(2000);
    rig.start(4);
    await rig.clock.advance(1000);
    expect(entries.map(({ pid }) => pid)).toEqual([1, 1, 2, 2, 3, 4]);
    expect(entries.map(({ cpu }) => cpu)).toEqual([0, 100, 0, 100, 0, 0]);
  });

  it('leave out who is not started yet, and who has vanished', async () => {
    const rig = new Rig();
    const [waiting, vanished] = [rig.start(1, 0), rig.start(2)];
    rig.end(vanished);
    const { entries } = rig.follow(1000, { processes: () => [waiting, vanished] });
    await rig.clock.advance(3000);
    expect(entries).toEqual([]);
  });

  it('are read once for however many who follow: ten times a second by 50, once a second by 50', async () => {
    const rig = new Rig();
    rig.start(1);
    rig.start(2);
    const followers = Array.from({ length: 50 }, () => [rig.follow(100), rig.follow(1000)] as const);
    await rig.clock.advance(0);
    rig.reads = 0;
    await rig.clock.advance(10_000);
    expect(rig.reads).toBe(100);
    expect(followers.every(([often, seldom]) => often.entries.length === 202 && seldom.entries.length === 22)).toBe(true);
  });

  it('are read together after a while for those who have come at different moments', async () => {
    const rig = new Rig();
    rig.start(1);
    const followers = [];
    for (const pauseMs of [0, 130, 480, 70, 900]) {
      await rig.clock.advance(pauseMs);
      followers.push(rig.follow(1000));
    }
    await rig.clock.advance(5000);
    rig.reads = 0;
    await rig.clock.advance(10_000);
    expect(rig.reads).toBe(10);
    for (const { times } of followers) {
      const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      expect([Math.min(...pauses) >= 500, Math.max(...pauses) <= 1500, new Set(pauses.slice(1))]).toEqual([true, true, new Set([1000])]);
    }
  });

  it('tell each how busy a process was since he was told before, whoever else follows', async () => {
    const rig = new Rig();
    rig.start(1);
    const [seldom, often] = [rig.follow(1000), rig.follow(300)];
    await rig.clock.advance(5000);
    expect(new Set(seldom.entries.slice(1).map(({ cpu }) => cpu))).toEqual(new Set([100]));
    expect(new Set(often.entries.slice(1).map(({ cpu }) => cpu))).toEqual(new Set([100]));
  });

  it('cost nothing when nobody follows: no timer, nothing is read', async () => {
    const rig = new Rig();
    rig.start(1);
    expect(rig.clock.pending).toBe(0);
    const followers = [rig.follow(100), rig.follow(1000)];
    await rig.clock.advance(1000);
    followers.forEach(({ leave }) => leave());
    expect(rig.clock.pending).toBe(0);
    rig.reads = 0;
    await rig.clock.advance(10_000);
    expect(rig.reads).toBe(0);
  });

  it('read nothing for a job that has no process', async () => {
    const rig = new Rig();
    rig.follow(100);
    await rig.clock.advance(1000);
    expect(rig.reads).toBe(0);
  });

  it.each([
    ['nothing', 0],
    ['less than nothing', -5],
    ['a moment', 1],
  ])('are told twenty times a second at the most: an interval of %s', async (_, intervalMs) => {
    const rig = new Rig();
    rig.start(1);
    const { entries } = rig.follow(intervalMs);
    await rig.clock.advance(1000);
    expect(entries).toHaveLength(21);
  });

  it('wait for weeks where that is wanted: a timer that is too long would ring at once', async () => {
    const rig = new Rig();
    rig.start(1);
    const waits: number[] = [];
    const after = rig.clock.after.bind(rig.clock);
    rig.clock.after = (ms, callback) => {
      waits.push(ms);
      return after(ms, callback);
    };
    rig.follow(10 ** 15);
    await rig.clock.advance(0);
    expect(waits).toEqual([0, 2 ** 31 - 1]);
  });

  it('take a tenth of the time at the most where reading is slow, and go on faster when it is not any more', async () => {
    const rig = new Rig();
    rig.start(1);
    rig.readMs = 100;
    const { times } = rig.follow(100);
    await rig.clock.advance(5000);
    expect(times.length).toBeLessThanOrEqual(6);
    rig.readMs = 0;
    await rig.clock.advance(2000);
    times.length = 0;
    await rig.clock.advance(1000);
    expect(times).toHaveLength(10);
  });

  it('come as often as ever where reading is slow because others use the machine', async () => {
    const rig = new Rig();
    rig.start(1);
    rig.readMs = 200;
    rig.readShare = 0.1;
    const { times } = rig.follow(1000);
    await rig.clock.advance(10_000);
    expect(times).toEqual([200, 1200, 2200, 3200, 4200, 5200, 6200, 7200, 8200, 9200]);
  });

  it('do not stop for minutes because of one slow moment', async () => {
    const rig = new Rig();
    rig.start(1);
    rig.readMs = 60_000;
    const { times } = rig.follow(1000);
    await rig.clock.advance(0);
    rig.readMs = 0;
    await rig.clock.advance(100_000);
    expect(times.slice(0, 3)).toEqual([60_000, expect.any(Number), (times[1] ?? 0) + 1000]);
    expect(times[1]).toBeLessThanOrEqual(75_000);
  });
});

describe('who follows statistics', () => {
  it('is told once that there will be nothing more, and then nothing', async () => {
    const rig = new Rig();
    const [one, other] = [rig.start(1), rig.start(2)];
    const follower = rig.follow(1000, { target: one, processes: () => [one] });
    const stays = rig.follow(1000, { target: other, processes: () => [other] });
    await rig.clock.advance(100);
    rig.monitor.gone(one);
    rig.monitor.gone(one);
    await rig.clock.advance(5000);
    expect([follower.entries.length, follower.ends, stays.entries.length, stays.ends]).toEqual([1, 1, 6, 0]);
    follower.leave();
    rig.monitor.close();
    rig.monitor.close();
    expect([follower.ends, stays.ends, rig.clock.pending]).toEqual([1, 1, 0]);
  });

  it('can leave while he is told, and is told nothing more, nor that it has ended', async () => {
    const rig = new Rig();
    [1, 2, 3].forEach((pid) => rig.start(pid));
    const follower = rig.follow(1000, { told: ({ leave }) => leave() });
    await rig.clock.advance(3000);
    rig.monitor.close();
    expect([follower.entries.map(({ pid }) => pid), follower.ends, rig.clock.pending]).toEqual([[1], 0, 0]);
  });

  it('can make another one leave while he is told', async () => {
    const rig = new Rig();
    rig.start(1);
    const followers: Follower[] = [];
    followers.push(rig.follow(1000, { told: () => followers[1]?.leave() }), rig.follow(1000));
    await rig.clock.advance(2000);
    expect(followers.map(({ entries }) => entries.length)).toEqual([3, 0]);
  });

  it('can follow something else while he is told', async () => {
    const rig = new Rig();
    rig.start(1);
    const followers: Follower[] = [];
    followers.push(
      rig.follow(1000, {
        told: () => {
          if (followers.length < 2) {
            followers.push(rig.follow(1000));
          }
        },
      }),
    );
    await rig.clock.advance(2000);
    expect(followers.map(({ entries }) => entries.length)).toEqual([3, 3]);
  });

  it('harms nobody when he fails, and is told on', async () => {
    const rig = new Rig();
    rig.start(1);
    const fails = rig.follow(1000, {
      told: () => {
        throw new Error('no room');
      },
    });
    const other = rig.follow(1000);
    await rig.clock.advance(2000);
    expect([fails.entries.length, other.entries.length]).toEqual([3, 3]);
    expect((await takeWarnings()).map(({ message }) => message)).toEqual(Array(3).fill('a listener of statistics failed: no room'));
  });

  it('leaves no trace of himself, however many there are', async () => {
    const rig = new Rig();
    rig.start(1);
    for (let count = 0; count < 100; count += 1) {
      const { leave } = rig.follow(100, { target: {} });
      await settle();
      leave();
      leave();
    }
    expect(rig.clock.pending).toBe(0);
  });
});

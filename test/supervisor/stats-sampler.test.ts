import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessSample } from '../../src/job/stats.ts';
import { sendSignal } from '../../src/supervisor/process-table.ts';
import { StatsSampler } from '../../src/supervisor/stats-sampler.ts';
import { FakeClock } from '../support/fake-clock.ts';

let child: ChildProcess | undefined;

/** A shell that lets a child compute for ever; resolves with its pid. */
async function busy(): Promise<number> {
  child = spawn('sh', ['-c', "sh -c 'while :; do :; done' & echo ready; wait"], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout!, 'data');
  return child.pid ?? 0;
}

/** Samples, half a second of the sampler's time after another, until some computing time was seen. */
async function sampleUntilUsed(sampler: StatsSampler, clock: FakeClock, pid: number): Promise<readonly [ProcessSample, ProcessSample]> {
  for (let before = await sampler.sample(pid); ; ) {
    await clock.advance(500);
    const now = await sampler.sample(pid);
    if (before === undefined || now === undefined) {
      throw new Error('the process has ended');
    }
    if (now.cpuSeconds > before.cpuSeconds) {
      return [before, now];
    }
    before = now;
  }
}

afterEach(() => {
  sendSignal(-(child?.pid ?? 0), 'SIGKILL');
  child = undefined;
});

describe('a sample', () => {
  it('tells the computing time of all that a process has started, in percent of one core since the sample before', async () => {
    const clock = new FakeClock();
    const sampler = new StatsSampler(clock);
    const pid = await busy();
    expect((await sampler.sample(pid))?.cpuPercent).toBe(0);
    await clock.advance(500);
    const [before, now] = await sampleUntilUsed(sampler, clock, pid);
    expect(now.cpuPercent).toBeCloseTo(((now.cpuSeconds - before.cpuSeconds) / 0.5) * 100);
    expect(now.rssBytes).toBeGreaterThan(0);
    expect(now.vszBytes).toBeGreaterThan(now.rssBytes);
  });

  it('is taken again only when it is no longer fresh', async () => {
    const clock = new FakeClock();
    const sampler = new StatsSampler(clock);
    const pid = await busy();
    const first = await sampler.sample(pid);
    await clock.advance(49);
    expect(await sampler.sample(pid)).toBe(first);
    await clock.advance(1);
    expect(await sampler.sample(pid)).not.toBe(first);
  });

  it("begins anew for a process that was forgotten: its number can be another's", async () => {
    const clock = new FakeClock();
    const sampler = new StatsSampler(clock);
    const pid = await busy();
    await sampleUntilUsed(sampler, clock, pid);
    sampler.forget(pid);
    expect((await sampler.sample(pid))?.cpuPercent).toBe(0);
  });

  it.each([0, 5_000_000])('of nobody (%d) is none', async (pid) => {
    expect(await new StatsSampler(new FakeClock()).sample(pid)).toBeUndefined();
  });

  it('of a process that has ended is none', async () => {
    const clock = new FakeClock();
    const sampler = new StatsSampler(clock);
    const pid = await busy();
    await sampler.sample(pid);
    sendSignal(-pid, 'SIGKILL');
    await once(child!, 'exit');
    await clock.advance(500);
    let sample = await sampler.sample(pid);
    while (sample !== undefined) {
      // the child of the shell has been killed, but may not be gone yet
      await clock.advance(500);
      sample = await sampler.sample(pid);
    }
    expect(sample).toBeUndefined();
  });
});

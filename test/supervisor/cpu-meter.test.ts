import { describe, expect, it } from 'vitest';
import { CpuMeter } from '../../src/supervisor/cpu-meter.ts';

/** What somebody sees who looks at these moments at a process that always uses so much of a core. */
function looks(moments: readonly number[], share = 1): number[] {
  // the system counts in steps of 10 ms
  const at = (atMs: number): { atMs: number; cpuSeconds: number } => ({ atMs, cpuSeconds: Math.floor((atMs * share) / 10) / 100 });
  const [first = 0, ...rest] = moments;
  const meter = new CpuMeter(at(first));
  meter.look(at(first));
  return rest.map((moment) => meter.look(at(moment)).cpuPercent);
}

describe('how busy a process is', () => {
  it('is told from the second look on', () => {
    const first = { atMs: 1000, cpuSeconds: 7 };
    const meter = new CpuMeter(first);
    expect(meter.look(first)).toEqual({ cpuPercent: 0, isFirst: true });
    expect(meter.look({ atMs: 2000, cpuSeconds: 7.5 })).toEqual({ cpuPercent: 50, isFirst: false });
  });

  it('is told of the time since the look before', () => {
    const meter = new CpuMeter({ atMs: 0, cpuSeconds: 0 });
    const points = [
      [1000, 1],
      [2000, 1],
      [2500, 2],
    ] as const;
    expect(points.map(([atMs, cpuSeconds]) => meter.look({ atMs, cpuSeconds }).cpuPercent)).toEqual([100, 0, 200]);
  });

  it('is told again for the same moment', () => {
    const meter = new CpuMeter({ atMs: 0, cpuSeconds: 0 });
    const [once, again] = [meter.look({ atMs: 1000, cpuSeconds: 0.3 }), meter.look({ atMs: 1000, cpuSeconds: 0.3 })];
    expect(again).toEqual(once);
    expect(again.cpuPercent).toBeCloseTo(30);
  });

  it.each([50, 70, 100, 200, 300, 1000])('is right within 5 points for who looks every %d ms, once he has looked for half a second', (everyMs) => {
    const moments = Array.from({ length: 60 }, (_, index) => 3 + index * everyMs);
    for (const share of [1, 0.37, 0.05]) {
      const seen = looks(moments, share).filter((_, index) => (index + 1) * everyMs >= 500);
      expect(Math.max(...seen.map((percent) => Math.abs(percent - share * 100)))).toBeLessThan(5);
    }
  });

  it('is never told of less than half a second, if there was one, nor of more than twice that and one pause', () => {
    const meter = new CpuMeter({ atMs: 0, cpuSeconds: 0 });
    for (let atMs = 50; atMs < 2000; atMs += 50) {
      meter.look({ atMs, cpuSeconds: 0 });
    }
    // a second of CPU time came just now
    const { cpuPercent } = meter.look({ atMs: 2000, cpuSeconds: 1 });
    const windowMs = 1000 / (cpuPercent / 100);
    expect(windowMs).toBeGreaterThanOrEqual(500);
    expect(windowMs).toBeLessThanOrEqual(1050);
  });
});

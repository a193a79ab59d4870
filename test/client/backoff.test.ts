import { describe, expect, it } from 'vitest';
import { Backoff } from '../../src/client/backoff.ts';

/** The pauses before the tries of a node that does not come back, with what each try takes. */
function pauses(backoff: Backoff, count: number, tryMs = 0): (number | undefined)[] {
  let nowMs = 10_000;
  return Array.from({ length: count }, () => {
    const pauseMs = backoff.failed(nowMs);
    nowMs += (pauseMs ?? 0) + tryMs;
    return pauseMs;
  });
}

describe('the pauses before a lost node is tried again', () => {
  it('begin with none, and grow from 0.2 to 5 seconds', () => {
    expect(pauses(new Backoff(), 9)).toEqual([0, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
  });

  it('do not become endless', () => {
    expect(pauses(new Backoff(), 5000).at(-1)).toBe(5000);
  });

  it('end in time', () => {
    expect(pauses(new Backoff(1000), 6)).toEqual([0, 200, 400, 400, undefined, undefined]);
    expect(pauses(new Backoff(1000), 4, 700)).toEqual([0, 200, undefined, undefined]);
    expect(pauses(new Backoff(0), 2)).toEqual([0, undefined]);
  });

  it('begin anew when the node was there for a while', () => {
    const backoff = new Backoff(1000);
    expect(pauses(backoff, 3)).toEqual([0, 200, 400]);
    backoff.connected(20_000);
    expect([backoff.failed(20_300), backoff.failed(20_300)]).toEqual([0, 200]);
  });

  it('go on growing when it goes away at once each time', () => {
    const backoff = new Backoff();
    const times = [0, 1, 2, 3].map((n) => {
      backoff.connected(n * 100);
      return backoff.failed(n * 100 + 50);
    });
    expect(times).toEqual([0, 200, 400, 800]);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReadPacer } from '../../src/supervisor/read-pacer.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Reads in that many turns of the loop, with that much time between them, and tells how often the loop has waited. */
function naps(turns: number, bytes: (turn: number) => number, apartMs: number): number {
  const pacer = new ReadPacer();
  for (let turn = 0; turn < turns; turn += 1) {
    pacer.read(bytes(turn));
    vi.advanceTimersByTime(apartMs);
  }
  return vi.mocked(Atomics.wait).mock.calls.length;
}

describe('reading', () => {
  it('is slowed down when small chunks come turn after turn', () => {
    expect(naps(20, () => 100, 1)).toBeGreaterThan(5);
  });

  it('is not slowed down by a few small chunks', () => {
    expect(naps(7, () => 100, 1)).toBe(0);
  });

  it('is not slowed down when chunks are large', () => {
    expect(naps(50, () => 64 * 1024, 1)).toBe(0);
  });

  it('begins to be patient anew with a large chunk', () => {
    expect(naps(28, (turn) => (turn % 7 === 6 ? 64 * 1024 : 100), 1)).toBe(0);
  });

  it('is not slowed down when there is time between the chunks', () => {
    expect(naps(50, () => 100, 5)).toBe(0);
  });
});

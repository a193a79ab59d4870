import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Asked, Heartbeat } from '../../../src/api/channels/heartbeat.ts';

/** A peer on paper. */
class PaperPeer implements Asked {
  shownMs = performance.now();
  isHeld = false;
  hasTaken: boolean | undefined = undefined;
  asks = 0;
  isBrokenOff = false;

  watch() {
    return { hasTaken: () => this.hasTaken };
  }

  ask(): void {
    this.asks += 1;
  }

  breakOff(): void {
    this.isBrokenOff = true;
  }
}

function opened() {
  const peer = new PaperPeer();
  const heartbeat = new Heartbeat();
  heartbeat.add(peer);
  return { peer, heartbeat };
}

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a peer', () => {
  it('is asked every 25 seconds', () => {
    const { peer, heartbeat } = opened();
    for (let count = 1; count < 20; count += 1) {
      vi.advanceTimersByTime(25_000);
      peer.shownMs = performance.now();
      expect([peer.asks, peer.isBrokenOff]).toEqual([count, false]);
    }
    heartbeat.remove(peer);
  });

  it('that shows nothing of itself is broken off', () => {
    const { peer, heartbeat } = opened();
    vi.advanceTimersByTime(75_000);
    expect(peer.isBrokenOff).toBe(false);
    vi.advanceTimersByTime(25_000);
    expect(peer.isBrokenOff).toBe(true);
    heartbeat.remove(peer);
  });

  it.each([
    ['reads slowly', { hasTaken: true }],
    ['is not read from', { isHeld: true }],
  ])('that %s is not', (_, members) => {
    const { peer, heartbeat } = opened();
    Object.assign(peer, members);
    vi.advanceTimersByTime(600_000);
    expect(peer.isBrokenOff).toBe(false);
    heartbeat.remove(peer);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Asked, Heartbeat } from '../../../src/api/channels/heartbeat.ts';

/** A peer on paper. */
class PaperPeer implements Asked {
  shownMs = performance.now();
  spokeMs = 0;
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

  it('that answers at once is there, however late this process gets round to looking', () => {
    const { peer, heartbeat } = opened();
    const now = performance.now.bind(performance);
    let busyMs = 0;
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + busyMs);
    for (let count = 1; count < 10; count += 1) {
      vi.advanceTimersByTime(25_000);
      peer.shownMs = performance.now();
      busyMs += 12_000;
    }
    expect(peer.isBrokenOff).toBe(false);
    heartbeat.remove(peer);
    spy.mockRestore();
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

  it('that only reads is broken off where that does not count', () => {
    const peer = new PaperPeer();
    peer.hasTaken = true;
    const heartbeat = new Heartbeat({ everyMs: 1000, mostMissed: 1, countsReading: false });
    heartbeat.add(peer);
    vi.advanceTimersByTime(2000);
    expect(peer.isBrokenOff).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(peer.isBrokenOff).toBe(true);
    heartbeat.remove(peer);
  });

  it('that has spoken since the last time is not asked where it need not be, and is as soon as it falls silent', () => {
    const peer = new PaperPeer();
    const heartbeat = new Heartbeat({ everyMs: 1000, mostMissed: 1, asksSpeakers: false });
    heartbeat.add(peer);
    for (let beat = 1; beat < 10; beat += 1) {
      vi.advanceTimersByTime(500);
      peer.shownMs = peer.spokeMs = performance.now();
      vi.advanceTimersByTime(500);
    }
    expect(peer.asks).toBe(0);
    for (let beat = 1; beat < 10; beat += 1) {
      vi.advanceTimersByTime(1000);
      expect([peer.asks, peer.isBrokenOff]).toEqual([beat, false]);
      peer.shownMs = performance.now(); // it answers
    }
    vi.advanceTimersByTime(3000);
    expect(peer.isBrokenOff).toBe(true);
    heartbeat.remove(peer);
  });
});

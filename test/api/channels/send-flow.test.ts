import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SendFlow } from '../../../src/api/channels/send-flow.ts';
import { FakePeer } from '../../support/fake-peer.ts';

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function opened(pieces: number) {
  const peer = new FakePeer();
  const flow = new SendFlow(peer);
  return { peer, flow, taken: Array.from({ length: pieces }, () => flow.begin()) };
}

describe('what a client sends to processes', () => {
  it('keeps it from sending more when 64 pieces wait', () => {
    const { peer, flow, taken } = opened(63);
    expect(peer.holds).toBe(0);
    const last = flow.begin();
    expect(peer.holds).toBe(1);
    taken[0]?.();
    expect(peer.holds).toBe(0);
    last();
    for (const one of taken.slice(1)) {
      one();
    }
  });

  it('keeps it so as long as now and then a piece is taken', () => {
    const { peer, flow, taken } = opened(70);
    for (let count = 0; count < 6; count += 1) {
      vi.advanceTimersByTime(900);
      expect(peer.holds).toBe(1);
      taken[count]?.();
    }
    expect(peer.holds).toBe(1);
    flow.close();
  });

  it('lets it say something else when nothing is taken for a second; more pieces are refused then', () => {
    const { peer, flow, taken } = opened(64);
    vi.advanceTimersByTime(1001);
    expect(peer.holds).toBe(0);
    expect(() => flow.begin()).toThrow(expect.objectContaining({ code: 'stream_busy' }));
    taken[0]?.();
    expect(flow.begin()).toBeTypeOf('function');
    expect(peer.holds).toBe(1);
    flow.close();
    expect(peer.holds).toBe(0);
  });

  it('is bounded where a client cannot be kept from sending', () => {
    const { flow } = opened(1024);
    expect(() => flow.begin()).toThrow(expect.objectContaining({ code: 'stream_busy' }));
    flow.close();
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outbox } from '../../../src/api/channels/outbox.ts';
import { Message } from '../../../src/api/channels/peer.ts';
import { FakePeer } from '../../support/fake-peer.ts';

const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;

/** A message of so many bytes. */
function message(bytes: number): Message {
  return new Message(JSON.stringify('x'.repeat(Math.max(0, bytes - 2))));
}

function opened() {
  const peer = new FakePeer();
  const noted: number[] = [];
  return { peer, noted, outbox: new Outbox(peer, (count) => noted.push(count)) };
}

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('news', () => {
  it('is left out with more than 1 MiB under way, and its number told when half of that is gone', () => {
    const { peer, noted, outbox } = opened();
    for (let count = 0; count < 30; count += 1) {
      outbox.tell(message(100 * KILOBYTE));
    }
    expect([peer.messages.length, noted.length, outbox.isFull]).toEqual([11, 19, true]);
    peer.take(peer.backlog - 600 * KILOBYTE);
    outbox.tell(message(2));
    vi.advanceTimersByTime(60);
    expect([peer.messages.length, outbox.isFull]).toEqual([11, true]); // still the same gap
    peer.take(200 * KILOBYTE);
    vi.advanceTimersByTime(60);
    expect([peer.messages.at(-1), outbox.isFull]).toEqual([{ event: 'gaffer:dropped', data: { dropped: 20 } }, false]);
    outbox.tell(new Message('"next"'));
    expect(peer.messages.at(-1)).toBe('next');
  });

  it('that is there already is sent entirely, and what comes then waits for it', () => {
    const { peer, outbox } = opened();
    outbox.entirely(() => {
      for (let count = 0; count < 100; count += 1) {
        outbox.tell(message(100 * KILOBYTE));
      }
    });
    expect([peer.messages.length, outbox.isFull]).toEqual([100, false]);
    outbox.say('an answer');
    expect(peer.closings).toEqual([]);
    for (let count = 0; count < 20; count += 1) {
      outbox.tell(message(100 * KILOBYTE));
    }
    expect(peer.messages.length).toBe(112);
    peer.take();
    vi.advanceTimersByTime(60);
    for (let count = 0; count < 20; count += 1) {
      outbox.tell(message(100 * KILOBYTE));
    }
    expect(peer.messages.length).toBe(112 + 1 + 11);
    outbox.close();
  });

  it('is left out for half a minute; whoever takes nothing all that time is sent away', () => {
    const { peer, outbox } = opened();
    outbox.tell(message(2 * MEGABYTE));
    outbox.tell(message(2));
    vi.advanceTimersByTime(29_000);
    peer.take(1);
    vi.advanceTimersByTime(29_000);
    expect(peer.closings).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(peer.closings).toEqual([{ code: 1013, reason: 'you do not read what you are sent' }]);
    outbox.tell(message(2));
    outbox.say('x');
    outbox.pass(message(2), () => undefined);
    expect(peer.messages).toHaveLength(1);
  });
});

describe('answers', () => {
  it('are never left out; with much of them under way nothing is read', () => {
    const { peer, outbox } = opened();
    outbox.say('x'.repeat(200 * KILOBYTE));
    expect(peer.holds).toBe(0);
    outbox.say('x'.repeat(200 * KILOBYTE));
    outbox.say('x'.repeat(MEGABYTE));
    expect([peer.holds, peer.messages.length]).toEqual([1, 3]);
    peer.take(peer.backlog - 100 * KILOBYTE);
    vi.advanceTimersByTime(60);
    expect(peer.holds).toBe(0);
  });

  it('above 8 MiB are too much: whoever does not read them is sent away', () => {
    const { peer, outbox } = opened();
    for (let count = 0; count < 9; count += 1) {
      outbox.say('x'.repeat(MEGABYTE));
    }
    expect([peer.messages.length, peer.closings.length]).toEqual([8, 1]);
  });
});

describe('what its sender waits with', () => {
  it('is never left out', () => {
    const { peer, outbox } = opened();
    let sent = 0;
    for (let count = 0; count < 20; count += 1) {
      outbox.pass(message(500 * KILOBYTE), () => {
        sent += 1;
      });
    }
    expect([peer.messages.length, sent, outbox.isFull]).toEqual([20, 0, true]);
    peer.take();
    expect(sent).toBe(20);
  });

  it('is bounded all the same', () => {
    const { peer, outbox } = opened();
    const large = message(16 * MEGABYTE);
    for (let count = 0; count < 10; count += 1) {
      outbox.pass(large, () => undefined);
    }
    expect([peer.messages.length, peer.closings.length]).toEqual([5, 1]);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outbox } from '../../../src/api/channels/outbox.ts';
import { openStream } from '../../../src/api/channels/stream-source.ts';
import type { GafferNode } from '../../../src/job/node.ts';
import { FakePeer } from '../../support/fake-peer.ts';
import { FakeStream } from '../../support/fake-stream.ts';

const PIECE = 64 * 1024;

/** A STREAM subscription to a process on paper. */
async function opened() {
  const stream = new FakeStream();
  const peer = new FakePeer();
  const outbox = new Outbox(peer, () => undefined);
  const info = { name: 'test.web', redirect_output: ['out'], custom_streams: [] };
  const node = { processInfo: () => Promise.resolve(info), stream: () => Promise.resolve(stream) } as unknown as GafferNode;
  const listener = {
    get hasRoom() {
      return !outbox.isFull;
    },
    watch: () => ({ hasTaken: () => false }),
    tell: (message: Parameters<Outbox['tell']>[0]) => outbox.tell(message),
    leaveOut: () => outbox.leaveOut(),
    pass: (...args: Parameters<Outbox['pass']>) => outbox.pass(...args),
    end: () => outbox.say('the end'),
  };
  const { end } = await openStream(node, { pid: 1, label: undefined, text: 'STREAM:1', options: {}, listener });
  return { stream, peer, outbox, end };
}

/** Writes until the process is made to wait; answers how many pieces that were. */
function fill(stream: FakeStream): number {
  let pieces = 0;
  while (!stream.isHeld && pieces < 1000) {
    stream.emit(PIECE);
    pieces += 1;
  }
  return pieces;
}

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a stream that is subscribed to', () => {
  it('holds its process up once for a reader that does not read, however long that goes on', async () => {
    const { stream, peer, outbox, end } = await opened();
    let heldMs = 0;
    let pieces = 0;
    for (let ms = 0; ms < 20_000; ms += 50) {
      if (stream.isHeld) {
        heldMs += 50;
      } else {
        stream.emit(PIECE);
        pieces += 1;
      }
      vi.advanceTimersByTime(50);
    }
    expect(heldMs).toBeGreaterThanOrEqual(1000);
    expect(heldMs).toBeLessThanOrEqual(1300);
    expect(peer.backlog).toBeLessThan(1.2 * 1024 * 1024);
    const told = peer.messages.length;
    peer.take();
    vi.advanceTimersByTime(200);
    expect(peer.messages[told]).toEqual({ event: 'gaffer:dropped', data: { dropped: pieces - told } });
    stream.emit(PIECE);
    expect(peer.messages.at(-1)).toMatchObject({ event: 'gaffer:event', data: { event: 'out', topic: 'STREAM:1', name: 'test.web', pid: 1 } });
    end();
    outbox.close();
    expect(stream.listeners).toBe(0);
  });

  it('is passed on again, and waited for, when the reader reads again', async () => {
    const { stream, peer, end, outbox } = await opened();
    fill(stream);
    vi.advanceTimersByTime(1300);
    expect(stream.isHeld).toBe(false);
    peer.take();
    vi.advanceTimersByTime(200);
    expect(fill(stream)).toBe(3); // as JSON these bytes are six times as many, so that there is no room for more
    end();
    outbox.close();
    expect([stream.isHeld, stream.listeners]).toEqual([false, 0]);
  });

  it('ends with the process', async () => {
    const { stream, peer, outbox } = await opened();
    stream.emit(10);
    stream.finish();
    expect(peer.messages).toMatchObject([{ data: { data: '\u0001'.repeat(10) } }, 'the end']);
    outbox.close();
  });
});

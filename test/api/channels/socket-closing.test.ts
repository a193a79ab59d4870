import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Closable, SocketClosing } from '../../../src/api/channels/socket-closing.ts';

/** A WebSocket on paper, whose other side answers nothing. */
class PaperSocket extends EventEmitter implements Closable {
  readonly CLOSED = 3;
  readyState: Closable['readyState'] = 1;
  bufferedAmount = 0;
  readonly calls: string[] = [];

  resume(): void {
    this.calls.push('resume');
  }

  close(code?: number, reason?: string | Buffer): void {
    this.calls.push(`close ${code ?? ''} ${String(reason)}`);
  }

  terminate(): void {
    this.calls.push('terminate');
    this.readyState = this.CLOSED;
    this.emit('close');
  }
}

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function opened(taken?: () => boolean | undefined) {
  const socket = new PaperSocket();
  return { socket, closing: new SocketClosing(socket, () => ({ hasTaken: taken ?? (() => undefined) })) };
}

const BEGUN = ['resume', 'close 1000 bye'];
const OVER = [...BEGUN, 'terminate'];

describe('a WebSocket that is closed', () => {
  it('is broken off when the other side answers nothing and nothing moves for two seconds', () => {
    const { socket, closing } = opened();
    closing.begin(1000, 'bye');
    vi.advanceTimersByTime(1999);
    expect(socket.calls).toEqual(BEGUN);
    vi.advanceTimersByTime(1);
    expect(socket.calls).toEqual(OVER);
  });

  it('is so earlier where there is less time', () => {
    const { socket, closing } = opened();
    closing.begin(1000, 'bye', 400);
    vi.advanceTimersByTime(400);
    expect(socket.calls).toEqual(OVER);
  });

  it('is not as long as what is under way leaves', () => {
    const { socket, closing } = opened();
    socket.bufferedAmount = 1000;
    closing.begin(1000, 'bye');
    for (let second = 0; second < 60; second += 1) {
      socket.bufferedAmount -= 10;
      vi.advanceTimersByTime(1000);
    }
    expect(socket.calls).toEqual(BEGUN);
    vi.advanceTimersByTime(2000);
    expect(socket.calls).toEqual(OVER);
  });

  it.each([
    ['is waited for while the other side reads', true, 60_000],
    ['is waited for half a minute where that cannot be told', undefined, 29_000],
    ['is not where it does not read', false, 1999],
  ])('patiently, %s', (_, taken, waitedMs) => {
    let isRead = taken;
    const { socket, closing } = opened(() => isRead);
    closing.beginPatiently(1000, 'bye');
    vi.advanceTimersByTime(waitedMs);
    expect(socket.calls).toEqual(BEGUN);
    isRead = false;
    vi.advanceTimersByTime(3000);
    expect(socket.calls).toEqual(OVER);
  });

  it('is closed once, and not when it is closed already', () => {
    const { socket, closing } = opened();
    closing.begin(1000, 'bye');
    closing.begin(1001, 'again');
    socket.terminate();
    expect(socket.calls).toEqual(OVER);
    closing.begin(1001, 'again');
    expect(socket.calls).toEqual(OVER);
  });
});

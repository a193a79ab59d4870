import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { passStream, type StreamReader } from '../../src/api/stream-flow.ts';
import { FakeStream } from '../support/fake-stream.ts';

const PIECE = 64 * 1024;

/** A reader that takes what it is told to take. */
class FakeReader implements StreamReader {
  stalls = 0;
  readonly #waiting: (() => void)[] = [];

  send(chunk: Uint8Array, sent: () => void): void {
    expect(chunk[0]).toBe(1);
    this.#waiting.push(sent);
  }

  stalled(): void {
    this.stalls += 1;
  }

  /** Pieces that have not left. */
  get waiting(): number {
    return this.#waiting.length;
  }

  take(count: number): void {
    for (const sent of this.#waiting.splice(0, count)) {
      sent();
    }
  }
}

/** A reader of whom the system can tell something. */
class SeenReader extends FakeReader {
  asked = 0;
  taken: boolean | undefined;

  hasTaken(): boolean | undefined {
    this.asked += 1;
    return this.taken;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Writes until the process is made to wait; answers how many pieces that were. */
function fill(stream: FakeStream): number {
  let count = 0;
  while (!stream.isHeld && count < 1000) {
    stream.emit(PIECE);
    count += 1;
  }
  return count;
}

describe('a stream that is passed on', () => {
  it('goes on while its reader takes what comes', () => {
    const [stream, reader] = [new FakeStream(), new FakeReader()];
    const end = passStream(stream, reader);
    for (let n = 0; n < 100; n += 1) {
      stream.emit(PIECE);
      reader.take(1);
      expect(stream.isHeld).toBe(false);
    }
    vi.advanceTimersByTime(60_000);
    expect(reader.stalls).toBe(0);
    end();
    expect(stream.listeners).toBe(0);
  });

  it('is held when half a megabyte is under way, until most of it has left', () => {
    const [stream, reader] = [new FakeStream(), new FakeReader()];
    const end = passStream(stream, reader);
    expect(fill(stream)).toBe(9);
    reader.take(6);
    expect(stream.isHeld).toBe(true);
    reader.take(1);
    expect(stream.isHeld).toBe(false);
    end();
  });

  it('is held again as often as it takes', () => {
    const [stream, reader] = [new FakeStream(), new FakeReader()];
    const end = passStream(stream, reader);
    for (let n = 0; n < 20; n += 1) {
      fill(stream);
      vi.advanceTimersByTime(900);
      reader.take(1000);
      expect(stream.isHeld).toBe(false);
    }
    expect(reader.stalls).toBe(0);
    end();
  });

  it('waits for a slow reader as long as he takes something every second', () => {
    const [stream, reader] = [new FakeStream(), new FakeReader()];
    passStream(stream, reader);
    let written = fill(stream);
    for (let n = 0; n < 60; n += 1) {
      vi.advanceTimersByTime(950);
      reader.take(1);
      written += stream.isHeld ? 0 : fill(stream);
    }
    expect(reader.stalls).toBe(0);
    expect(written).toBeLessThanOrEqual(60 + 9);
    vi.advanceTimersByTime(1250);
    expect(reader.stalls).toBe(1);
  });

  it('goes on without a reader who takes nothing for a second, once and for all', () => {
    const [stream, reader] = [new FakeStream(), new FakeReader()];
    passStream(stream, reader);
    const count = fill(stream);
    vi.advanceTimersByTime(999);
    expect([stream.isHeld, reader.stalls]).toEqual([true, 0]);
    vi.advanceTimersByTime(251);
    expect([stream.isHeld, reader.stalls, stream.listeners]).toEqual([false, 1, 0]);
    stream.emit(PIECE);
    expect(reader.waiting).toBe(count);
    reader.take(1000); // too late
    vi.advanceTimersByTime(60_000);
    expect(reader.stalls).toBe(1);
  });

  it('lets the others go on: the one who does not read is given up, they get everything', () => {
    const stream = new FakeStream();
    const [dead, alive] = [new FakeReader(), new FakeReader()];
    passStream(stream, dead);
    const end = passStream(stream, alive);
    const count = fill(stream);
    alive.take(1000);
    expect(stream.isHeld).toBe(true);
    vi.advanceTimersByTime(1250);
    expect([dead.stalls, alive.stalls, stream.isHeld]).toEqual([1, 0, false]);
    stream.emit(PIECE);
    expect([dead.waiting, alive.waiting]).toEqual([count, 1]);
    end();
  });

  it('holds nobody up any more when it has ended: who is slow may take his time for the rest', () => {
    const [stream, reader] = [new FakeStream(), new FakeReader()];
    const end = passStream(stream, reader);
    fill(stream);
    stream.finish();
    vi.advanceTimersByTime(60_000);
    expect([stream.isHeld, reader.stalls]).toEqual([false, 0]);
    end();
    expect(stream.listeners).toBe(0);
  });

  it('has one piece under way where the reader is sent much else', () => {
    const stream = new FakeStream();
    const reader = Object.assign(new FakeReader(), { isCrowded: true });
    const end = passStream(stream, reader);
    expect(fill(stream)).toBe(1);
    reader.take(1);
    expect(stream.isHeld).toBe(false);
    reader.isCrowded = false;
    expect(fill(stream)).toBe(9);
    end();
  });

  it('is let go of at any time', () => {
    const [stream, reader] = [new FakeStream(), new FakeReader()];
    const end = passStream(stream, reader);
    fill(stream);
    end();
    expect([stream.isHeld, stream.listeners]).toEqual([false, 0]);
    reader.take(1000);
    end();
    vi.advanceTimersByTime(60_000);
    expect(reader.stalls).toBe(0);
  });
});

describe('a reader of whom the system can tell whether he reads', () => {
  it('is asked about only when nothing leaves for a while', () => {
    const [stream, reader] = [new FakeStream(), new SeenReader()];
    const end = passStream(stream, reader);
    for (let n = 0; n < 50; n += 1) {
      fill(stream);
      vi.advanceTimersByTime(400);
      reader.take(1000);
    }
    expect(reader.asked).toBe(0);
    end();
  });

  it('is waited for while he does', () => {
    const [stream, reader] = [new FakeStream(), new SeenReader()];
    passStream(stream, reader);
    fill(stream);
    reader.taken = true;
    vi.advanceTimersByTime(60_000);
    expect(reader.stalls).toBe(0);
    reader.taken = false;
    vi.advanceTimersByTime(1250);
    expect(reader.stalls).toBe(1);
  });

  it('is given up after a second when he does not', () => {
    const [stream, reader] = [new FakeStream(), new SeenReader()];
    reader.taken = false;
    passStream(stream, reader);
    fill(stream);
    vi.advanceTimersByTime(1250);
    expect([reader.stalls, reader.asked]).toEqual([1, 2]);
  });

  it('is given ten seconds where it cannot tell', () => {
    const [stream, reader] = [new FakeStream(), new SeenReader()];
    passStream(stream, reader);
    fill(stream);
    vi.advanceTimersByTime(10_000);
    expect(reader.stalls).toBe(0);
    vi.advanceTimersByTime(500);
    expect(reader.stalls).toBe(1);
  });
});

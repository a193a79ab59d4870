import { Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { Feed } from '../../src/keeper/feed.ts';
import { OutputLog } from '../../src/keeper/output-log.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

let clock: FakeClock;
let log: OutputLog;
let feed: Feed;
let levels: boolean[];
/** What the other side was sent, a text for each time that it was woken. */
let sent: string[];
/** Lets the other side take more; undefined while it takes everything. */
let take: (() => void)[] | undefined;
let offset: number;

/** A child writes. */
function output(text: string): void {
  log.addOutput({ stream: 1, offset, timeMs: 0 }, Buffer.from(text));
  offset += text.length;
  feed.outputAdded();
}

function message(text: string): void {
  log.addMessage(Buffer.from(text));
  feed.changed();
}

/** What is in the frames of one piece. */
function textsIn(piece: string | undefined): string[] {
  return piece?.match(/[a-z]+/g) ?? [];
}

beforeEach(() => {
  clock = new FakeClock();
  log = new OutputLog();
  levels = [];
  sent = [];
  take = undefined;
  offset = 0;
  feed = new Feed({ clock, log, level: (isTooMuch) => levels.push(isTooMuch) });
  feed.attach(
    new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _encoding, done) => {
        sent.push(chunk.toString('latin1'));
        if (take === undefined) {
          done();
        } else {
          take.push(done);
        }
      },
    }),
  );
});

describe('output', () => {
  it('is sent at once when there was none for a while', async () => {
    await settle();
    await clock.advance(1000);
    output('first');
    await settle();
    await clock.advance(50);
    output('second');
    await settle();
    expect(sent.map(textsIn)).toEqual([['first'], ['second']]);
  });

  it('that keeps coming goes together, and waits no longer than ten milliseconds', async () => {
    await clock.advance(1000);
    for (const text of ['a', 'b', 'c', 'd']) {
      output(text);
      await clock.advance(3);
    }
    expect(sent.map(textsIn)).toEqual([['a'], ['b', 'c', 'd']]);
    output('e');
    await clock.advance(7);
    expect(sent.map(textsIn)).toEqual([['a'], ['b', 'c', 'd']]);
    await clock.advance(1);
    expect(sent.map(textsIn)).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
    expect(clock.pending).toBe(0);
  });

  it('does not wait when there is much of it', async () => {
    await clock.advance(1000);
    output('a');
    await settle();
    output('b'.repeat(300_000));
    await settle();
    expect(sent.length).toBeGreaterThan(1);
    expect(log.waiting).toBeLessThan(256 * 1024);
    await clock.advance(10);
    expect(log.waiting).toBe(0);
  });

  it('goes with a message, which does not wait', async () => {
    await clock.advance(1000);
    output('a');
    await settle();
    output('b');
    message('exited');
    await settle();
    expect(sent.map(textsIn)).toEqual([['a'], ['b', 'exited']]);
    expect(clock.pending).toBe(0);
  });

  it('is sent at once when somebody has written to a process, whatever is told of that', async () => {
    await clock.advance(1000);
    for (const text of ['a', 'b', 'c']) {
      feed.expectAnswer();
      message('written');
      await settle();
      output(text);
      await settle();
    }
    expect(sent.map(textsIn)).toEqual([['written'], ['a'], ['written'], ['b'], ['written'], ['c']]);
  });
});

describe('a message', () => {
  it('that comes while something is being sent follows at once', async () => {
    await clock.advance(1000);
    take = [];
    output('a');
    await settle();
    output('b');
    message('exited');
    await settle();
    expect(sent.map(textsIn)).toEqual([['a']]);
    take.shift()?.();
    await settle();
    expect(sent.map(textsIn)).toEqual([['a'], ['b', 'exited']]);
  });

  it('behind more than one block follows at once', async () => {
    await clock.advance(1000);
    output('a');
    await settle();
    output('b'.repeat(200_000));
    output('c'.repeat(40_000));
    log.addOutput({ stream: 1, offset, timeMs: 0 }, Buffer.alloc(200_000, 'd'));
    message('exited');
    await settle();
    expect(log.waiting).toBe(0);
    expect(sent.at(-1)).toContain('exited');
  });
});

describe('what waits', () => {
  it('is too much above 1 MiB, until half of it is gone', async () => {
    await clock.advance(1000);
    take = [];
    output('a'.repeat(1024 * 1024));
    expect(levels).toEqual([true]);
    for (let blocks = 0; blocks < 10; blocks += 1) {
      await settle();
      expect(levels).toEqual(log.waiting > 512 * 1024 ? [true] : [true, false]);
      take.shift()?.();
    }
    await clock.advance(10);
    expect(levels).toEqual([true, false]);
  });

  it('is kept for the next one when nobody is there, who gets all of it once more', async () => {
    await clock.advance(1000);
    output('a');
    await settle();
    output('b');
    feed.detach();
    await clock.advance(100);
    expect(sent.map(textsIn)).toEqual([['a']]);
    const again: string[] = [];
    feed.attach(
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          again.push(chunk.toString('latin1'));
          done();
        },
      }),
    );
    await settle();
    expect(again.flatMap(textsIn)).toEqual(['a', 'b']);
    expect(clock.pending).toBe(0);
  });
});

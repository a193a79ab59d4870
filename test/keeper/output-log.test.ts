import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../src/keeper/frame.ts';
import { OutputLog } from '../../src/keeper/output-log.ts';

/** Reads everything that a log sends, in texts: of output its stream, offset and length. */
class Receiver {
  readonly heard: string[] = [];
  /** What came of each stream, and where it begins. */
  readonly streams = new Map<number, { start: number; text: string }>();
  readonly #reader = new FrameReader({
    message: (message) => this.heard.push(message.toString()),
    output: ({ stream, offset }, bytes) => {
      const known = this.streams.get(stream) ?? { start: offset, text: '' };
      expect(offset).toBe(known.start + known.text.length);
      this.streams.set(stream, { ...known, text: known.text + bytes.toString('latin1') });
    },
  });

  /** Takes so many bytes, or all. */
  take(log: OutputLog, count = Number.POSITIVE_INFINITY): void {
    for (let left = count, next = log.next(); next !== undefined && left > 0; next = log.next()) {
      const piece = next.subarray(0, left);
      this.#reader.feed(piece);
      log.sent(piece.length);
      left -= piece.length;
    }
  }
}

const place = (stream: number, offset: number) => ({ stream, offset, timeMs: 1 });

describe('the log of output', () => {
  it('sends everything once and in order, in whatever pieces it is taken', () => {
    const steps = fc.array(fc.record({ stream: fc.integer({ min: 1, max: 3 }), length: fc.nat(150_000), taken: fc.nat(200_000) }), { maxLength: 20 });
    fc.assert(
      fc.property(steps, (all) => {
        const log = new OutputLog();
        const receiver = new Receiver();
        const texts = new Map<number, string>();
        for (const [index, { stream, length, taken }] of all.entries()) {
          const before = texts.get(stream) ?? '';
          const text = String.fromCharCode(97 + (index % 26)).repeat(length);
          log.addOutput(place(stream, before.length), Buffer.from(text));
          log.addMessage(Buffer.from(String(index)));
          texts.set(stream, before + text);
          receiver.take(log, taken);
        }
        receiver.take(log);
        expect(log.waiting).toBe(0);
        expect(receiver.heard).toEqual(all.map((_, index) => String(index)));
        for (const [stream, text] of texts) {
          expect(receiver.streams.get(stream)?.text ?? '').toBe(text);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('sends what it has kept once more to the next one, who can read it from its beginning', () => {
    const log = new OutputLog(200_000);
    const first = new Receiver();
    for (let index = 0; index < 100; index += 1) {
      log.addOutput(place(1, index * 10_000), Buffer.alloc(10_000, 97 + (index % 26)));
      first.take(log);
    }
    log.addOutput(place(1, 1_000_000), Buffer.from('not sent yet'));
    log.rewind();
    const second = new Receiver();
    second.take(log);
    const { start = 0, text = '' } = second.streams.get(1) ?? {};
    expect(start + text.length).toBe(1_000_012);
    expect(text.length).toBeGreaterThan(200_000);
    expect(text.length).toBeLessThan(200_000 + 2 * 256 * 1024);
    expect(`${first.streams.get(1)?.text}not sent yet`.slice(start)).toBe(text);
  });

  it('keeps what was not sent, however much that is', () => {
    const log = new OutputLog(1000);
    for (let index = 0; index < 50; index += 1) {
      log.addOutput(place(1, index * 50_000), Buffer.alloc(50_000, 120));
    }
    expect(log.waiting).toBeGreaterThan(2_500_000);
    const receiver = new Receiver();
    receiver.take(log);
    expect(receiver.streams.get(1)?.text.length).toBe(2_500_000);
  });

  it('sends a message that is larger than a block', () => {
    const log = new OutputLog();
    const receiver = new Receiver();
    log.addMessage(Buffer.from('x'.repeat(100_000)));
    log.addMessage(Buffer.from('small'));
    receiver.take(log);
    expect(receiver.heard.map(({ length }) => length)).toEqual([100_000, 5]);
  });

  it('forgets everything when nobody is to have it', () => {
    const log = new OutputLog();
    log.addMessage(Buffer.from('old'));
    log.clear();
    expect([log.waiting, log.next()]).toEqual([0, undefined]);
    log.addMessage(Buffer.from('new'));
    const receiver = new Receiver();
    receiver.take(log);
    expect(receiver.heard).toEqual(['new']);
  });
});

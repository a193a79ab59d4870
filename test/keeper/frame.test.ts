import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, frameMessage, OUTPUT_OVERHEAD, type OutputPlace, writeOutput } from '../../src/keeper/frame.ts';

type Said = { readonly message: Buffer } | { readonly place: OutputPlace; readonly bytes: Buffer };

const messages = fc.uint8Array({ maxLength: 300 }).map((bytes): Said => ({ message: Buffer.from(bytes) }));
const outputs = fc
  .record({ stream: fc.nat(), offset: fc.nat(2 ** 40), timeMs: fc.nat(2 ** 41), bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }) })
  .map(({ bytes, ...place }): Said => ({ place, bytes: Buffer.from(bytes) }));

function framed(said: Said): Buffer {
  if ('message' in said) {
    return frameMessage(said.message);
  }
  const frame = Buffer.alloc(OUTPUT_OVERHEAD + said.bytes.length);
  writeOutput(frame, 0, said.place, said.bytes);
  return frame;
}

/** Collects what is read; pieces of a frame that follow each other are put together. */
class Heard {
  readonly all: Said[] = [];
  readonly reader = new FrameReader({
    message: (message) => this.all.push({ message: Buffer.from(message) }),
    output: (place, bytes) => {
      const last = this.all.at(-1);
      if (last !== undefined && 'place' in last && last.place.stream === place.stream && last.place.offset + last.bytes.length === place.offset) {
        this.all.splice(-1, 1, { place: last.place, bytes: Buffer.concat([last.bytes, bytes]) });
      } else {
        this.all.push({ place, bytes: Buffer.from(bytes) });
      }
    },
  });
}

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

describe('frames', () => {
  it('are read the same, wherever they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(messages, outputs), { maxLength: 12 }), fc.array(fc.nat()), (said, cuts) => {
        const [whole, cut] = [new Heard(), new Heard()];
        const bytes = Buffer.concat(said.map(framed));
        whole.reader.feed(bytes);
        for (const piece of pieces(bytes, cuts)) {
          cut.reader.feed(piece);
        }
        expect(cut.all).toEqual(whole.all);
        expect(Buffer.concat(whole.all.map((one) => ('message' in one ? one.message : one.bytes)))).toEqual(
          Buffer.concat(said.map((one) => ('message' in one ? one.message : one.bytes))),
        );
      }),
    );
  });

  it('that are cut off at the end were never said', () => {
    fc.assert(
      fc.property(messages, fc.nat(), (said, cut) => {
        const heard = new Heard();
        const bytes = framed(said);
        heard.reader.feed(bytes.subarray(0, cut % bytes.length));
        expect(heard.all).toEqual([]);
      }),
    );
  });

  it('wait behind the one at which the reader is stopped', () => {
    const heard: string[] = [];
    const reader: FrameReader = new FrameReader({
      message: (message) => {
        heard.push(message.toString());
        if (message.toString() === 'stop') {
          reader.stop();
        }
      },
      output: (_, bytes) => heard.push(bytes.toString()),
    });
    reader.feed(
      Buffer.concat([frameMessage(Buffer.from('stop')), framed({ place: { stream: 1, offset: 0, timeMs: 0 }, bytes: Buffer.from('later') })]),
    );
    reader.feed(frameMessage(Buffer.from('last')));
    expect([heard, reader.isStopped]).toEqual([['stop'], true]);
    reader.go();
    expect(heard).toEqual(['stop', 'later', 'last']);
  });
});

import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRecords } from '../../src/client/record-reader.ts';

it('reads the same records however the stream is cut', async () => {
  const records = fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }), n: fc.integer() }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(records, fc.array(fc.nat(40)), async (sent, cuts) => {
      const bytes = Buffer.from(sent.map((record) => `${JSON.stringify(record)}\n`).join(''));
      const pieces: Buffer[] = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        pieces.push(bytes.subarray(at, at + cut));
        at += cut;
      }
      const read: unknown[] = [];
      await readRecords(Readable.from(pieces.filter((piece) => piece.length > 0)), (record) => read.push(record));
      expect(read).toEqual(sent);
    }),
  );
});

it('ends quietly with a stream that breaks', async () => {
  const read: unknown[] = [];
  const stream = new Readable({ read: () => undefined });
  stream.push('{"a":1}\n{"b"');
  setImmediate(() => stream.destroy(new Error('reset')));
  await readRecords(stream, (record) => read.push(record));
  expect(read).toEqual([{ a: 1 }]);
});

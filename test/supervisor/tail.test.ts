import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tail } from '../../src/supervisor/tail.ts';

describe('a tail', () => {
  it('is empty at first', () => {
    expect(new Tail().read()).toEqual(Buffer.alloc(0));
  });

  it('keeps 16 KiB unless told otherwise', () => {
    const tail = new Tail();
    tail.add(Buffer.alloc(20 * 1024, 'a'));
    tail.add(Buffer.from('b'));
    expect(tail.read().length).toBe(16 * 1024);
    expect(tail.read().subarray(-2).toString()).toBe('ab');
  });

  it('keeps the last bytes of all that was added, and none of the memory that they came in', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, fc.constantFrom(1, 7, 1024, 1500, 4096), (added, limit) => {
        const tail = new Tail(limit);
        const reused = new Uint8Array(3000);
        for (const piece of added) {
          reused.set(piece);
          tail.add(reused.subarray(0, piece.length));
          reused.fill(0xaa);
        }
        expect(tail.read().equals(Buffer.concat(added).subarray(-limit))).toBe(true);
      }),
    );
  });

  it('tells what is kept behind a place', () => {
    const tail = new Tail(4);
    tail.add(Buffer.from('abcdef'));
    expect(tail.total).toBe(6);
    expect([0, 2, 4, 6, 9].map((offset) => tail.since(offset).toString())).toEqual(['cdef', 'cdef', 'ef', '', '']);
  });

  it('stays as it was read when more is added', () => {
    const tail = new Tail(4);
    tail.add(Buffer.from('abcd'));
    const read = tail.read();
    tail.add(Buffer.from('ef'));
    expect([read.toString(), tail.read().toString()]).toEqual(['abcd', 'cdef']);
  });

  it('parts what it keeps into lines with the times at which they began to come', () => {
    const tail = new Tail();
    for (const [timeMs, text] of [
      [10, 'one\ntwo'],
      [20, ' goes on\n'],
      [30, 'three'],
    ] as const) {
      tail.add(Buffer.from(text), timeMs);
    }
    expect(tail.lines().map(({ offset, timeMs, data }) => [offset, timeMs, data.toString()])).toEqual([
      [0, 10, 'one\n'],
      [4, 10, 'two goes on\n'],
      [16, 30, 'three'],
    ]);
  });

  it('leaves out the beginning of a line that is cut', () => {
    const tail = new Tail(8);
    tail.add(Buffer.from('a long line\nend\n'), 1);
    expect(tail.lines().map(({ data }) => data.toString())).toEqual(['end\n']);
    tail.add(Buffer.from('0123456789'), 2);
    expect(tail.lines().map(({ data }) => data.toString())).toEqual(['23456789']);
  });

  it('has every line whole and in order, whatever came in which pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 50 }), { maxLength: 60 }), (pieces) => {
        const tail = new Tail(1024);
        for (const [index, piece] of pieces.entries()) {
          tail.add(Buffer.from(piece), index);
        }
        const lines = tail.lines();
        const text = pieces.join('').slice(-1024);
        expect(lines.map(({ data }) => data.toString()).join('')).toBe(
          pieces.join('').length > 1024 && text.includes('\n') ? text.slice(text.indexOf('\n') + 1) : text,
        );
        expect(lines.map(({ offset, data }) => pieces.join('').slice(offset, offset + data.length))).toEqual(
          lines.map(({ data }) => data.toString()),
        );
        expect(lines.map(({ timeMs }) => timeMs)).toEqual(lines.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b));
      }),
    );
  });

  it('gives its pieces with the times at which they came, and what is left of the oldest', () => {
    const tail = new Tail(8);
    tail.add(Buffer.from('first '), 1);
    tail.add(Buffer.from('sec'), 2);
    tail.add(Buffer.from('ond'), 2);
    expect(tail.pieces().map(({ timeMs, data }) => [timeMs, data.toString()])).toEqual([
      [1, 't '],
      [2, 'second'],
    ]);
    expect(new Tail().pieces()).toEqual([]);
  });

  it('can begin in the middle of a stream, and be shortened to what is usual', () => {
    const tail = new Tail(100_000, 1000);
    tail.add(Buffer.alloc(20_000, 97), 1);
    tail.add(Buffer.from('end'), 2);
    expect([tail.total, tail.since(20_990).length]).toEqual([21_003, 13]);
    const shorter = tail.shortened();
    expect([shorter.total, shorter.read().length, shorter.pieces().at(-1)?.timeMs]).toEqual([21_003, 16 * 1024, 2]);
    expect(shorter.since(20_990)).toEqual(tail.since(20_990));
  });
});

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

  it('stays as it was read when more is added', () => {
    const tail = new Tail(4);
    tail.add(Buffer.from('abcd'));
    const read = tail.read();
    tail.add(Buffer.from('ef'));
    expect([read.toString(), tail.read().toString()]).toEqual(['abcd', 'cdef']);
  });
});

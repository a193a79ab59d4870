import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HeldBytes } from '../../src/output/held-bytes.ts';

it('gives back what was added, in order, however it came', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 1000 }), { maxLength: 30 }), (pieces) => {
      const held = new HeldBytes();
      const reused = new Uint8Array(1000);
      for (const piece of pieces) {
        reused.set(piece);
        held.add(reused.subarray(0, piece.length));
        reused.fill(0xaa);
      }
      const whole = Buffer.concat(pieces);
      expect(held.length).toBe(whole.length);
      expect(Buffer.concat(held.take()).equals(whole)).toBe(true);
      expect([held.length, Buffer.concat(held.take()).length]).toEqual([0, 0]);
    }),
  );
});

it('does not copy what it has for each byte that comes', () => {
  const held = new HeldBytes();
  for (let i = 0; i < 1_000_000; i += 1) {
    held.add(Buffer.from('x'));
  }
  expect(held.take().length).toBeLessThan(100);
});

import { expect, it } from 'vitest';
import { decodeItems, encodeItems } from '../../src/keeper/message.ts';

it('says things in JSON and bytes as they are', () => {
  const items = [
    { op: 'a', bytes: Buffer.from([0, 255, 10]) },
    { op: 'b', text: 'ü "x"' },
    { op: 'c', bytes: Buffer.alloc(0) },
  ];
  expect(decodeItems(encodeItems(items))).toEqual(items);
  expect(decodeItems(encodeItems([]))).toEqual([]);
});

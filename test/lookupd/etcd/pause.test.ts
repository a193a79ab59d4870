import { expect, test } from 'vitest';
import { LONGEST_PAUSE_MS, pauseBefore } from '../../../src/lookupd/etcd/pause.ts';

test('every member is tried at once, then pauses grow up to the longest', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2000].map((failures) => pauseBefore(failures, 3, 1))).toEqual([
    0, 0, 0, 200, 400, 800, 1600, 3200, 5000, 5000, 5000,
  ]);
});

test('no two lookupds pause alike', () => {
  expect([0, 0.5, 1].map((random) => pauseBefore(100, 1, random))).toEqual([LONGEST_PAUSE_MS / 2, LONGEST_PAUSE_MS * 0.75, LONGEST_PAUSE_MS]);
});

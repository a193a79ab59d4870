import { expect, it } from 'vitest';
import { pauseBefore } from '../../../src/lookupd/etcd/pause.ts';
import { etcdTimesOf } from '../../../src/lookupd/etcd/times.ts';

it.each([
  [1, { ttlMs: 2000, timeoutMs: 1000, longestPauseMs: 333 }],
  [3, { ttlMs: 6000, timeoutMs: 1000, longestPauseMs: 1000 }],
  [15, { ttlMs: 30_000, timeoutMs: 5000, longestPauseMs: 5000 }],
  [60, { ttlMs: 120_000, timeoutMs: 5000, longestPauseMs: 5000 }],
])('with a heartbeat of %d s a lookupd is gone after two, and etcd is tried again within one', (seconds, expected) => {
  const times = etcdTimesOf(seconds * 1000);
  expect({ ...times, longestPauseMs: Math.round(times.longestPauseMs) }).toEqual(expected);
  expect(pauseBefore(1000, 1, 1, times.longestPauseMs)).toBe(times.longestPauseMs);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEntry, encodeEntry, entryKey, meaningOf, saysTheSame } from '../../../src/lookupd/etcd/record.ts';
import { JobTable } from '../../../src/lookupd/job-table.ts';
import { identityOf, type NodeEntry } from '../../../src/lookupd/node-entry.ts';
import { entry } from '../store-contract.ts';

const P = '/gaffer/lookup/';

/** Any text that a node may send, also half of a character that takes two. */
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const jobName = fc.tuple(fc.constantFrom('shop', 'a b', '__proto__'), text).map(([session, job]) => `${session}.${job}`);
const anyEntry: fc.Arbitrary<NodeEntry> = fc.record({
  name: fc.oneof(text, fc.constant('\ud800')),
  origin: text,
  version: text,
  generation: fc.maxSafeNat(),
  seq: fc.option(fc.maxSafeNat(), { nil: undefined }),
  jobs: fc.array(fc.tuple(jobName, fc.uniqueArray(fc.nat()))).map((jobs) => JobTable.of(jobs)),
});

test('every entry is read as it was written, also by way of bytes', () => {
  fc.assert(
    fc.property(anyEntry, (one) => {
      const key = entryKey(P, 'ab12', identityOf(one));
      expect(Buffer.from(key).toString()).toBe(key);
      expect(meaningOf(P, key)).toEqual({ teller: 'ab12', kind: 'entry' });
      expect(decodeEntry(P, key, Buffer.from(encodeEntry(one)).toString())).toEqual(one);
    }),
  );
});

test.each([
  ['/gaffer/lookup/ab12', { teller: 'ab12', kind: 'beat' }],
  ['/gaffer/lookup/ab12/a%20b', { teller: 'ab12', kind: 'entry' }],
  ['/gaffer/lookup/', undefined],
  ['/gaffer/lookup/ab12/', undefined],
  ['/gaffer/lookup//a', undefined],
  ['/gaffer/lookup/a b/c', undefined],
  ['/gaffer/looku', undefined],
  ['/gaffer/lookup2/ab12', undefined],
])('the key %s means %o', (key, expected) => {
  expect(meaningOf(P, key)).toEqual(expected);
});

const GOOD = { name: 'a', origin: 'o', version: '1', generation: 3, jobs: { 'shop.web': [1] } };
const KEY = entryKey(P, 'ab12', 'a o');

test('fields that are not known yet are left out', () => {
  expect(decodeEntry(P, KEY, JSON.stringify({ ...GOOD, later: true }))).toEqual(
    entry('a', GOOD.jobs, { origin: 'o', version: '1', generation: 3, seq: undefined }),
  );
});

test.each<readonly [string, string]>([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['null', 'null'],
  ['no name', JSON.stringify({ ...GOOD, name: undefined })],
  ['an empty name', JSON.stringify({ ...GOOD, name: '' })],
  ['the name of another key', JSON.stringify({ ...GOOD, name: 'b' })],
  ['a number as the version', JSON.stringify({ ...GOOD, version: 1 })],
  ['no generation', JSON.stringify({ ...GOOD, generation: undefined })],
  ['half a generation', JSON.stringify({ ...GOOD, generation: 0.5 })],
  ['a negative seq', JSON.stringify({ ...GOOD, seq: -1 })],
  ['no jobs', JSON.stringify({ ...GOOD, jobs: undefined })],
  ['a list of jobs', JSON.stringify({ ...GOOD, jobs: [] })],
  ['a job without a name', JSON.stringify({ ...GOOD, jobs: { 'shop.': [] } })],
  ['pids that are none', JSON.stringify({ ...GOOD, jobs: { 'shop.web': ['1'] } })],
  ['a pid alone', JSON.stringify({ ...GOOD, jobs: { 'shop.web': 1 } })],
])('%s is no entry', (_, value) => {
  expect(decodeEntry(P, KEY, value)).toBeUndefined();
});

const ONE = entry('a', { 'shop.web': [1, 2] }, { seq: 3 });

test.each<readonly [string, boolean, NodeEntry]>([
  ['itself', true, ONE],
  ['one that has got further', true, { ...ONE, seq: 9 }],
  ['one in another order', true, entry('a', { 'shop.web': [2, 1] }, { seq: 3 })],
  ['one that has not told everything yet', false, { ...ONE, seq: undefined }],
  ['another run', false, { ...ONE, generation: 2 }],
  ['another version', false, { ...ONE, version: '0.2' }],
  ['another pid', false, entry('a', { 'shop.web': [1, 3] }, { seq: 3 })],
  ['fewer pids', false, entry('a', { 'shop.web': [1] }, { seq: 3 })],
  ['another job', false, entry('a', { 'shop.job': [1, 2] }, { seq: 3 })],
  ['one job more', false, entry('a', { 'shop.web': [1, 2], 'shop.job': [] }, { seq: 3 })],
])('an entry and %s say the same: %s', (_, expected, other) => {
  expect(saysTheSame(ONE, other)).toBe(expected);
  expect(saysTheSame(other, ONE)).toBe(expected);
});

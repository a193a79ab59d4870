import { expect, test } from 'vitest';
import { identityOf, mergedEntry, type NodeEntry, nodeOf } from '../../src/lookupd/node-entry.ts';
import { entry } from './store-contract.ts';

test('a node is known by its name at its address', () => {
  expect(identityOf(entry('a'))).toBe('a http://a:5000');
  expect(identityOf(entry('a', {}, { version: '2', generation: 9 }))).toBe(identityOf(entry('a')));
  expect(identityOf(entry('a', {}, { origin: 'http://b:5000' }))).not.toBe(identityOf(entry('a')));
  expect(nodeOf(entry('a', { 'shop.web': [1] }))).toEqual({ name: 'a', origin: 'http://a:5000', version: '0.1' });
});

const OLD = entry('a', { 'shop.old': [1] }, { generation: 1, seq: 100 });
const EARLY = entry('a', { 'shop.web': [2] }, { generation: 2, seq: 10 });
const LATE = entry('a', { 'shop.web': [3] }, { generation: 2, seq: 11 });
const BEGUN = entry('a', { 'shop.job': [4] }, { generation: 2, seq: undefined });
const ALSO_BEGUN = entry('a', { 'shop.web': [2], 'shop.job': [5] }, { generation: 2, seq: undefined });

test.each<readonly [string, readonly [NodeEntry, ...NodeEntry[]], NodeEntry]>([
  ['one alone', [EARLY], EARLY],
  ['the newest of a run', [EARLY, LATE], LATE],
  ['a newer run, however far the one before had got', [OLD, EARLY], EARLY],
  ['a newer run that has not told everything yet', [OLD, BEGUN], BEGUN],
  ['what is complete, before what is not', [BEGUN, EARLY], EARLY],
  [
    'everything, where nothing is complete',
    [BEGUN, ALSO_BEGUN],
    entry('a', { 'shop.job': [4, 5], 'shop.web': [2] }, { generation: 2, seq: undefined }),
  ],
])('true is %s', (_, told, expected) => {
  expect(mergedEntry(told)).toEqual(expected);
  const [first, ...others] = told.toReversed();
  expect(mergedEntry([first ?? OLD, ...others])).toEqual(expected);
});

test('nodes that say nothing of runs or order are believed everything that any lookupd was told', () => {
  const plain = { generation: 0, seq: undefined };
  const [one, two] = [entry('a', { 'shop.web': [1], 'shop.job': [] }, plain), entry('a', { 'shop.web': [2] }, plain)];
  expect(mergedEntry([one, two])).toEqual(entry('a', { 'shop.web': [1, 2], 'shop.job': [] }, plain));
});

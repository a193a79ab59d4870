import { beforeEach, describe, expect, test } from 'vitest';
import type { EtcdRecord } from '../../../src/lookupd/etcd/client.ts';
import { OtherEntries } from '../../../src/lookupd/etcd/other-entries.ts';
import { beatKey, encodeEntry, entryKey } from '../../../src/lookupd/etcd/record.ts';
import { identityOf, type NodeEntry } from '../../../src/lookupd/node-entry.ts';
import { Topology } from '../../../src/lookupd/topology.ts';
import { entry, lines } from '../store-contract.ts';

const P = '/p/';
const A = entry('a');
const B = entry('b');

function put(teller: string, one: NodeEntry): EtcdRecord {
  return { key: entryKey(P, teller, identityOf(one)), value: encodeEntry(one), lease: '1', revision: 1 };
}

function gone(record: EtcdRecord): EtcdRecord {
  return { ...record, value: undefined, lease: undefined };
}

function beat(teller: string): EtcdRecord {
  return { key: beatKey(P, teller), value: '1', lease: '1', revision: 1 };
}

let topology: Topology;
let others: OtherEntries;
let warned: string[];

/** What is told, besides of nodes that nobody knows. */
function told(events: ReturnType<OtherEntries['see']>): readonly string[] {
  return lines(events).filter((line) => !line.startsWith('add_node'));
}

beforeEach(() => {
  topology = new Topology();
  warned = [];
  others = new OtherEntries({ topology, prefix: P, own: 'me', warn: (message) => warned.push(message) });
});

test('what is there becomes known, and what is not there any more is forgotten', () => {
  expect(told(others.reset([beat('x'), put('x', A), put('x', B)], false))).toEqual(['identify a', 'identify b']);
  expect(told(others.reset([beat('x'), put('x', B)], false))).toEqual(['remove_node a']);
  expect(told(others.see(gone(put('x', B))))).toEqual(['remove_node b']);
  expect(told(others.see(gone(put('x', B))))).toEqual([]);
});

test('what was told here is nobody else’s to forget', () => {
  topology.put('me', A);
  expect(told(others.reset([], false))).toEqual([]);
  expect(topology.nodes).toHaveLength(1);
});

test('a node that has moved to another lookupd does not seem to be away', () => {
  others.reset([put('x', A)], false);
  expect(told(others.reset([put('y', A)], false))).toEqual([]);
  expect(topology.tellers).toEqual(['y']);
});

test('an entry that can not be read any more is left out, with one line', () => {
  others.reset([put('x', A)], false);
  const broken = { ...put('x', A), value: '{}' };
  expect(told(others.see(broken))).toEqual(['remove_node a']);
  expect(told(others.see(broken))).toEqual([]);
  expect(warned).toEqual(['"/p/x/a%20http%3A%2F%2Fa%3A5000" in etcd is not what a lookupd of this version writes: it is left out']);
});

test('keys of others are left out; of those that vanish nothing is said', () => {
  const foreign: EtcdRecord = { key: '/p/a b', value: 'x', lease: undefined, revision: 1 };
  expect(others.see(gone(foreign))).toEqual([]);
  expect(warned).toEqual([]);
  expect(others.see(foreign)).toEqual([]);
  expect(warned).toHaveLength(1);
});

describe('when etcd was away', () => {
  beforeEach(() => {
    others.reset([beat('x'), put('x', A), put('x', B), beat('y'), put('y', entry('c'))], false);
  });

  test('who is not there yet is believed until he has written everything', () => {
    expect(told(others.reset([beat('y'), put('y', entry('c'))], true))).toEqual([]);
    expect(told(others.see(put('x', A)))).toEqual([]);
    expect(topology.nodes.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(told(others.see(beat('x')))).toEqual(['remove_node b']);
    expect(told(others.see(beat('x')))).toEqual([]);
    expect(told(others.endPatience())).toEqual([]);
  });

  test('who has written everything is not believed more than that', () => {
    expect(told(others.reset([beat('x'), put('x', A), beat('y')], true))).toEqual(['remove_node b', 'remove_node c']);
  });

  test('who vanishes now, as his lease is over, may come back', () => {
    others.reset([beat('x'), put('x', A), put('x', B), beat('y'), put('y', entry('c'))], true);
    expect(told([beat('x'), put('x', A), put('x', B)].flatMap((record) => others.see(gone(record))))).toEqual([]);
    expect(told([put('x', A), beat('x')].flatMap((record) => others.see(record)))).toEqual(['remove_node b']);
  });

  test('who does not come back is forgotten in the end', () => {
    others.reset([beat('y'), put('y', entry('c'))], true);
    expect(told(others.endPatience())).toEqual(['remove_node a', 'remove_node b']);
    expect(told(others.see(gone(put('y', entry('c')))))).toEqual(['remove_node c']);
  });
});

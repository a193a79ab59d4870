import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { identityOf, mergedEntry, type NodeEntry, nodeOf } from '../../src/lookupd/node-entry.ts';
import { changesOf, Topology } from '../../src/lookupd/topology.ts';
import type { LookupEvent } from '../../src/protocol/lookup-event.ts';
import { LookupFollower } from '../support/lookup-follower.ts';
import { entry, lines } from './store-contract.ts';

let topology: Topology;

beforeEach(() => {
  topology = new Topology();
});

function withoutUnknown(events: readonly LookupEvent[]): readonly string[] {
  return lines(events).filter((line) => !line.startsWith('add_node'));
}

describe('what changes', () => {
  const A = entry('a', { 'shop.web': [1] });

  test.each<readonly [string, NodeEntry | undefined, NodeEntry | undefined, readonly string[]]>([
    ['nothing, where nobody was and nobody is', undefined, undefined, []],
    ['nothing, where all is as before', A, entry('a', { 'shop.web': [1] }, { seq: 7 }), []],
    ['a node that comes, before its jobs, before their processes', undefined, A, ['identify a', 'add_job a shop.web', 'add_process a shop.web 1']],
    [
      'a node that goes, after its jobs, after their processes',
      A,
      undefined,
      ['remove_process a shop.web 1', 'remove_job a shop.web', 'remove_node a'],
    ],
    ['a process that another takes the place of', A, entry('a', { 'shop.web': [2] }), ['remove_process a shop.web 1', 'add_process a shop.web 2']],
    [
      'a job that another takes the place of',
      A,
      entry('a', { 'shop.job': [1] }),
      ['remove_process a shop.web 1', 'remove_job a shop.web', 'add_job a shop.job', 'add_process a shop.job 1'],
    ],
    [
      'everything, where it is another run of the node',
      A,
      entry('a', { 'shop.web': [1] }, { generation: 2 }),
      ['remove_process a shop.web 1', 'remove_job a shop.web', 'remove_node a', 'identify a', 'add_job a shop.web', 'add_process a shop.web 1'],
    ],
  ])('is %s', (_, before, after, expected) => {
    expect(withoutUnknown(changesOf(before, after))).toEqual(expected);
  });

  test('is told with the whole node', () => {
    const [, add] = changesOf(entry('a'), A).toReversed();
    expect(add).toEqual({ event: 'add_job', node: { name: 'a', origin: 'http://a:5000', version: '0.1' }, job_name: 'shop.web' });
  });
});

describe('answers', () => {
  beforeEach(() => {
    topology.put('x', entry('a', { 'shop.web': [30, 4], 'blog.web': [] }));
    topology.put('x', entry('b', { 'shop.web': [5], 'shop.a.b': [6] }));
    topology.put('x', entry('b', { 'shop.job': [7] }, { origin: 'http://other:1' }));
  });

  test('jobs by their names, each with its nodes, each with its pids in order', () => {
    expect(topology.jobs.map(({ name, sources }) => [name, ...sources.map((source) => [source.name, ...source.pids])])).toEqual([
      ['blog.web', ['a']],
      ['shop.a.b', ['b', 6]],
      ['shop.job', ['b', 7]],
      ['shop.web', ['a', 4, 30], ['b', 5]],
    ]);
  });

  test('nothing for a job that nobody knows', () => {
    expect(topology.sourcesOf('shop.nobody')).toEqual([]);
    expect(topology.jobsOf('nobody')).toEqual([]);
  });

  test('sessions with their jobs', () => {
    expect(topology.sessions().map(({ sessionid, jobs }) => [sessionid, Object.keys(jobs)])).toEqual([
      ['blog', ['blog.web']],
      ['shop', ['shop.a.b', 'shop.job', 'shop.web']],
    ]);
    expect(topology.jobsOf('shop').map(({ name }) => name)).toEqual(['shop.a.b', 'shop.job', 'shop.web']);
  });

  test('sessions of one node, with its part of them alone', () => {
    expect(topology.sessions('a').map(({ sessionid, jobs }) => [sessionid, jobs])).toEqual([
      ['blog', { 'blog.web': [expect.objectContaining({ name: 'a' })] }],
      ['shop', { 'shop.web': [expect.objectContaining({ name: 'a', pids: [4, 30] })] }],
    ]);
    expect(topology.sessions('nobody')).toEqual([]);
  });

  test('who was told what', () => {
    topology.put('y', entry('c'));
    expect(topology.tellers.toSorted()).toEqual(['x', 'y']);
    expect([...topology.toldBy('y').keys()]).toEqual([identityOf(entry('c'))]);
    topology.remove('y', identityOf(entry('c')));
    expect(topology.tellers).toEqual(['x']);
    expect(topology.toldBy('y').size).toBe(0);
  });
});

test('jobs may be called like what every object has', () => {
  topology.put('x', entry('a', { ['__proto__.__proto__']: [1], 'constructor.toString': [2] }));
  expect(topology.sessions().map(({ sessionid, jobs }) => [sessionid, Object.keys(jobs)])).toEqual([
    ['__proto__', ['__proto__.__proto__']],
    ['constructor', ['constructor.toString']],
  ]);
});

test('what a lookupd is told late, of a time that another knows more of, changes nothing', () => {
  topology.put('x', entry('a', { 'shop.web': [2] }, { seq: 9 }));
  expect(topology.put('y', entry('a', { 'shop.web': [1] }, { seq: 4 }))).toEqual([]);
  expect(topology.remove('y', identityOf(entry('a')))).toEqual([]);
});

test('of two lookupds that know equally much the one goes on being believed that was, whoever was told first', () => {
  topology.put('x', entry('a', { 'shop.web': [1] }, { seq: 4 }));
  topology.put('y', entry('a', { 'shop.web': [2] }, { seq: 5 }));
  expect(lines(topology.put('y', entry('a', { 'shop.web': [3] }, { seq: 6 })))).toEqual(['remove_process a shop.web 2', 'add_process a shop.web 3']);
  expect(topology.put('x', entry('a', { 'shop.web': [4] }, { seq: 6 }))).toEqual([]);
});

test('forgetting what was never told changes nothing', () => {
  topology.put('x', entry('a'));
  expect(topology.remove('y', identityOf(entry('a')))).toEqual([]);
  expect(topology.remove('x', 'somebody else')).toEqual([]);
  expect(topology.nodes).toHaveLength(1);
});

type Step = { readonly teller: string; readonly entry: NodeEntry; readonly isGone: boolean };

const anyStep: fc.Arbitrary<Step> = fc
  .record({
    teller: fc.constantFrom('x', 'y', 'z'),
    name: fc.constantFrom('a', 'b'),
    generation: fc.nat(2),
    seq: fc.option(fc.nat(5), { nil: undefined }),
    jobs: fc.dictionary(fc.constantFrom('s.a', 's.b', 't.a'), fc.uniqueArray(fc.nat(4))),
    isGone: fc.boolean(),
  })
  .map(({ teller, name, generation, seq, jobs, isGone }) => ({ teller, entry: entry(name, jobs, { generation, seq }), isGone }));

test('who follows the changes knows what is answered, whatever lookupds are told', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
      const own = new Topology();
      const follower = new LookupFollower();
      const told = new Map<string, Map<string, NodeEntry>>([
        ['a', new Map()],
        ['b', new Map()],
      ]);
      const truth = new Map<string, NodeEntry>();
      for (const { teller, entry: one, isGone } of steps) {
        const events = isGone ? own.remove(teller, identityOf(one)) : own.put(teller, one);
        for (const event of events) {
          follower.take(event);
        }
        const entries = told.get(one.name) ?? new Map<string, NodeEntry>();
        const believed = isGone ? undefined : [...entries].find(([, known]) => known === truth.get(one.name))?.[0];
        if (isGone) {
          entries.delete(teller);
        } else {
          entries.set(teller, one);
        }
        const [first, ...others] = [...entries].toSorted(([x], [y]) => Number(y === believed) - Number(x === believed)).map(([, known]) => known);
        if (first === undefined) {
          truth.delete(one.name);
        } else {
          truth.set(one.name, mergedEntry([first, ...others]));
        }
      }
      const byNode = [...truth.values()].toSorted(byName);
      expect(own.nodes.toSorted(byName)).toEqual(byNode.map(nodeOf));
      expect(follower.nodes).toEqual(new Map(byNode.map(({ name, jobs }) => [name, new Map([...jobs].map(([job, pids]) => [job, new Set(pids)]))])));
      for (const { name, sources } of own.jobs) {
        expect(sources.map((source) => [source.name, source.pids]).toSorted()).toEqual(
          byNode.flatMap((one) => (one.jobs.has(name) ? [[one.name, one.jobs.get(name)]] : [])),
        );
      }
      expect(own.jobs.map(({ name }) => name)).toEqual([...new Set(byNode.flatMap(({ jobs }) => [...jobs.names()]))].toSorted());
    }),
    { numRuns: 300 },
  );
});

function byName(one: { readonly name: string | null }, other: { readonly name: string | null }): number {
  return String(one.name).localeCompare(String(other.name));
}

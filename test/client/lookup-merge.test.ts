import { describe, expect, it } from 'vitest';
import { mergedJobs, mergedNodes, sessionsOf, type Told } from '../../src/client/lookup-merge.ts';
import type { DatedNode } from '../../src/protocol/lookup-answer.ts';
import { UNKNOWN_NODE } from '../../src/protocol/lookup-event.ts';

/** How new it is what a lookupd tells of a node. */
interface Age {
  readonly generation?: number;
  readonly seq?: number;
}

/** What a lookupd tells of one node: `web 1 2` is a job with two processes. */
function told(name: string, jobs: readonly string[], age: Age = {}): Told {
  const node: DatedNode = { name, origin: `http://${name}:5000`, version: '0.1', ...age };
  return {
    nodes: [node],
    jobs: jobs.map((text) => {
      const [job = '', ...pids] = text.split(' ');
      return { name: `shop.${job}`, sources: [{ name, pids: pids.map(Number), node_info: node }] };
    }),
  };
}

/** Of each job, on which nodes it is said to run, with its processes there. */
function merged(...answers: readonly Told[]): readonly string[] {
  return mergedJobs(answers).map(({ name, sources }) => [name, ...sources.map((source) => `${source.name}:${source.pids.join('+')}`)].join(' '));
}

describe('what several lookupds tell of jobs', () => {
  it.each<[what: string, answers: readonly Told[], expected: readonly string[]]>([
    ['of one is what it tells, by name', [told('one', ['worker 2', 'web 1'])], ['shop.web one:1', 'shop.worker one:2']],
    ['who know other nodes is all of it', [told('one', ['web 1']), told('two', ['web 7'])], ['shop.web one:1 two:7']],
    ['alike is told once', [told('one', ['web 1'], { seq: 4 }), told('one', ['web 1'], { seq: 4 })], ['shop.web one:1']],
    [
      'is of a node what the one knows that has heard more of it',
      [told('one', ['web 1 2'], { generation: 5, seq: 8 }), told('one', ['web 2 3', 'new 4'], { generation: 5, seq: 9 })],
      ['shop.new one:4', 'shop.web one:2+3'],
    ],
    [
      'is also that a job is gone, where the one that knows more of the node does not tell of it',
      [told('one', ['web 1', 'old 2'], { generation: 5, seq: 8 }), told('one', [], { generation: 5, seq: 9 })],
      [],
    ],
    [
      'is of a later run of the node, however far the run before had got',
      [told('one', ['web 1', 'old 2'], { generation: 5, seq: 900 }), told('one', ['web 1'], { generation: 6, seq: 3 })],
      ['shop.web one:1'],
    ],
    [
      'is what the one knows that was told everything, where the node is still registering with the other',
      [told('one', ['web 1', 'worker 2'], { generation: 5, seq: 8 }), told('one', ['web 1'], { generation: 5 })],
      ['shop.web one:1', 'shop.worker one:2'],
    ],
    [
      'is everything of a node where none of them says how new that is',
      [told('one', ['web 1 2']), told('one', ['web 2 3', 'worker 4'])],
      ['shop.web one:1+2+3', 'shop.worker one:4'],
    ],
    [
      'where one does not say how new it is, is what the other knows',
      [told('one', ['web 1 9']), told('one', ['web 1'], { generation: 5, seq: 8 })],
      ['shop.web one:1'],
    ],
  ])('%s', (_, answers, expected) => {
    expect(merged(...answers)).toEqual(expected);
    expect(merged(...answers.toReversed()).map((text) => text.split(' ').toSorted())).toEqual(expected.map((text) => text.split(' ').toSorted()));
  });

  it('carries nothing but what a lookupd answers who was not asked how new it is', () => {
    const [job] = mergedJobs([told('one', ['web 1'], { generation: 5, seq: 8 })]);
    expect(job).toEqual({
      name: 'shop.web',
      sources: [{ name: 'one', pids: [1], node_info: { name: 'one', origin: 'http://one:5000', version: '0.1' } }],
    });
  });

  it('can be put together by session, also of jobs with odd names', () => {
    const jobs = ['shop.web', 'blog.web', 'bare', 'shop.__proto__', '__proto__.web'].map((name) => ({ name, sources: [] }));
    expect(sessionsOf(jobs).map(({ sessionid, jobs: own }) => `${sessionid}: ${Object.keys(own).join(' ')}`)).toEqual([
      'shop: shop.web shop.__proto__',
      'blog: blog.web',
      'default: bare',
      '__proto__: __proto__.web',
    ]);
  });
});

it('the nodes that several lookupds know are told once each, and of nameless ones as many as one of them has', () => {
  const [one, two, other] = ['one', 'two', 'one'].map((name, index) => ({ name, origin: `http://10.0.0.${index}:5000`, version: '0.1', seq: 3 }));
  const nodes = mergedNodes([
    [UNKNOWN_NODE, two!, one!],
    [one!, UNKNOWN_NODE, UNKNOWN_NODE, other!],
  ]);
  expect(nodes).toEqual([
    { name: 'one', origin: 'http://10.0.0.0:5000', version: '0.1' },
    { name: 'one', origin: 'http://10.0.0.2:5000', version: '0.1' },
    { name: 'two', origin: 'http://10.0.0.1:5000', version: '0.1' },
    UNKNOWN_NODE,
    UNKNOWN_NODE,
  ]);
});

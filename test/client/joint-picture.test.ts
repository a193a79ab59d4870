import { describe, expect, it } from 'vitest';
import { JointPicture, type Snapshot } from '../../src/client/joint-picture.ts';
import type { LookupEvent } from '../../src/protocol/lookup-event.ts';
import { UNKNOWN_NODE } from '../../src/protocol/lookup-event.ts';

const NAMES = {
  '+node': 'identify',
  '-node': 'remove_node',
  '+job': 'add_job',
  '-job': 'remove_job',
  '+pid': 'add_process',
  '-pid': 'remove_process',
} as const;

/** A change in words: `+pid one web 3`. */
function event(text: string): LookupEvent {
  const [word = '', name = '', job = '', pid] = text.split(' ');
  const node = { name, origin: `http://${name}:5000`, version: '0.1' };
  const kind = NAMES[word as keyof typeof NAMES];
  if (kind === 'identify' || kind === 'remove_node') {
    return { event: kind, ...node };
  }
  return kind === 'add_job' || kind === 'remove_job' ? { event: kind, node, job_name: job } : { event: kind, node, job_name: job, pid: Number(pid) };
}

function words(events: readonly LookupEvent[]): string {
  const short = Object.fromEntries(Object.entries(NAMES).map(([word, kind]) => [kind, word]));
  const text = (one: LookupEvent): string => {
    const node = 'node' in one ? one.node : one;
    return [short[one.event] ?? one.event, node.name, ...('job_name' in one ? [one.job_name] : []), ...('pid' in one ? [one.pid] : [])].join(' ');
  };
  return events.map(text).join(', ');
}

/** What a lookupd knows: `one* web:1:2 worker` is a node that has told everything, and two jobs of it. */
function knows(nodes: readonly string[], since: readonly string[] = []): Snapshot {
  const known = nodes.map((text) => {
    const [first = '', ...jobs] = text.split(' ');
    const name = first.replace('*', '');
    const node = { name, origin: `http://${name}:5000`, version: '0.1', ...(first.endsWith('*') && { generation: 1, seq: 7 }) };
    return { node, jobs: jobs.map((job) => job.split(':')) };
  });
  return {
    nodes: known.map(({ node }) => node),
    jobs: known.flatMap(({ node, jobs }) =>
      jobs.map(([name = '', ...pids]) => ({ name, sources: [{ name: node.name, pids: pids.map(Number), node_info: node }] })),
    ),
    since: since.map(event),
  };
}

describe('what one lookupd tells', () => {
  it('is told as it comes, and not what there was before', () => {
    const picture = new JointPicture(true);
    expect(picture.begin('a', knows(['one web:1']))).toEqual([]);
    const changes = ['+pid one web 2', '-pid one web 1', '+node two', '+job two web', '-job one web', '-node one'];
    expect(changes.map((text) => words(picture.take('a', event(text))))).toEqual(changes);
  });

  it('is told also where it came while the lookupd was asked what there was, whether that has it or not', () => {
    const picture = new JointPicture(true);
    expect(words(picture.begin('a', knows(['one* web:1:2'], ['+pid one web 2', '-pid one web 9', '+job one new'])))).toBe(
      '+pid one web 2, -pid one web 9, +job one new',
    );
  });

  it("has connections in it that are nobody's yet", () => {
    const picture = new JointPicture(true);
    picture.begin('a', knows([]));
    expect(picture.take('a', { event: 'add_node', ...UNKNOWN_NODE })).toHaveLength(1);
    expect(picture.take('a', { event: 'remove_node', ...UNKNOWN_NODE })).toHaveLength(1);
  });

  it('is compared with what was told before, when it was away: what has gone of nodes that have told everything, and what is new', () => {
    const picture = new JointPicture(true);
    picture.begin('a', knows(['one* web:1:2 old:3', 'two* web:1']));
    picture.lose('a');
    expect(words(picture.begin('a', knows(['one* web:2:4', 'two* web:1', 'three'], ['+pid one web 5'])))).toBe(
      '-pid one web 1, -pid one old 3, -job one old, +pid one web 4, +pid one web 5, +node three',
    );
    expect(picture.settle()).toEqual([]);
  });

  it('is not said to be gone as long as nodes may not have registered anew with a lookupd that was started anew', () => {
    const picture = new JointPicture(true);
    picture.begin('a', knows(['one* web:1', 'two* web:1', 'three* web:1']));
    picture.lose('a');
    expect(picture.begin('a', knows([]))).toEqual([]);
    const again = ['+node one', '+job one web', '+pid one web 1', '+node two', '+job two web', '+pid two web 2'];
    expect(again.map((text) => words(picture.take('a', event(text)))).filter((text) => text !== '')).toEqual(['+pid two web 2']);
    expect(words(picture.settle())).toBe('-pid two web 1, -pid three web 1, -job three web, -node three');
  });
});

describe('what several lookupds tell', () => {
  function both(nodes: readonly string[]): JointPicture {
    const picture = new JointPicture(false);
    picture.begin('a', knows(nodes));
    picture.begin('b', knows(nodes));
    return picture;
  }

  it('is told once: what is new by the first, what is gone by the last', () => {
    const picture = both(['one* web:1']);
    const history = ['a +job one new', 'b +job one new', 'a -pid one web 1', 'b -pid one web 1', 'b +pid one web 2', 'a +pid one web 2'];
    const told = history.map((text) => words(picture.take(text.slice(0, 1), event(text.slice(2)))));
    expect(told).toEqual(['+job one new', '', '', '-pid one web 1', '+pid one web 2', '']);
  });

  it('is no news where a lookupd is reached for the first time, later than others', () => {
    const picture = new JointPicture(false);
    picture.begin('a', knows(['one* web:1']));
    expect(picture.begin('b', knows(['one* web:1', 'two* web:1']))).toEqual([]);
    expect(picture.take('a', event('+node two'))).toEqual([]);
  });

  it('keeps a node that only one of them has lost', () => {
    const picture = both(['one* web:1']);
    const lost = ['-pid one web 1', '-job one web', '-node one'];
    expect(lost.flatMap((text) => picture.take('a', event(text)))).toEqual([]);
    expect(['+node one', '+job one web', '+pid one web 1'].flatMap((text) => picture.take('a', event(text)))).toEqual([]);
  });

  it('is believed more than what one knew that is away', () => {
    const picture = both(['one* web:1']);
    picture.lose('b');
    expect(words(picture.take('a', event('-pid one web 1')))).toBe('-pid one web 1');
    expect(words(picture.take('a', event('+pid one web 2')))).toBe('+pid one web 2');
    expect(picture.begin('b', knows(['one* web:2']))).toEqual([]);
  });

  it("has no connections in it that are nobody's yet", () => {
    const picture = both([]);
    expect(picture.take('a', { event: 'add_node', ...UNKNOWN_NODE })).toEqual([]);
  });
});

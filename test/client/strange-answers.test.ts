import { describe, expect, it, onTestFinished } from 'vitest';
import { RemoteNode } from '../../src/client/remote-node.ts';
import type { GafferNode } from '../../src/job/node.ts';
import { fakeServer } from '../support/fake-server.ts';

const JOB = { session: 'shop', job: 'web' };

/** Everything of a node that is read. */
const QUESTIONS: Readonly<Record<string, (node: GafferNode & RemoteNode) => Promise<unknown>>> = {
  version: (node) => node.version(),
  sessions: (node) => node.sessions(),
  jobs: (node) => node.jobs('shop'),
  scale: (node) => node.scale(JOB, { op: '=', n: 2 }),
  commit: (node) => node.commit(JOB),
  'job info': (node) => node.jobInfo(JOB),
  overview: (node) => node.overview('shop'),
  'job overview': (node) => node.jobOverview(JOB),
  'job stats': (node) => node.jobStats(JOB),
  pids: (node) => node.pids(),
  'process info': (node) => node.processInfo(1),
  'process stats': (node) => node.processStats(1),
};

const ANSWERS = ['null', '[]', '7', '"jobs"', '{}', '{"jobs":[{"name":5}]}', '{"jobs":null,"sessions":{},"pids":["a"],"pid":"x","stats":1}'];

describe('an answer that no node gives is told as that', () => {
  it.for(Object.entries(QUESTIONS))('to the question for %s', async ([, ask]) => {
    for (const answer of ANSWERS) {
      const endpoint = await fakeServer((_request, response) => void response.end(answer));
      const node = new RemoteNode({ endpoint });
      onTestFinished(() => node.close());
      await expect(ask(node), answer).rejects.toMatchObject({
        code: 'bad_answer',
        message: expect.stringMatching(
          /^http:\S+ is not a node: its answer to \S+ is none that a node gives; name the right one with --endpoint$/,
        ) as unknown,
      });
    }
  });

  it.for(['null', 'nonsense', '{"dropped":1}\nnull'])('to the question for the log: %s', async (answer) => {
    const node = new RemoteNode({ endpoint: await fakeServer((_request, response) => void response.end(answer)) });
    onTestFinished(() => node.close());
    await expect(node.recentLog({ session: 'shop' }, 10)).rejects.toMatchObject({ code: 'bad_answer' });
  });

  it('but what a newer node may tell in its log is left out', async () => {
    const node = new RemoteNode({ endpoint: await fakeServer((_request, response) => void response.end('{"new":1}\n{"dropped":2}\n')) });
    onTestFinished(() => node.close());
    expect(await node.recentLog({ session: 'shop' }, 10)).toEqual([{ kind: 'dropped', count: 2 }]);
  });
});

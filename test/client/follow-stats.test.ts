import { expect, it, onTestFinished } from 'vitest';
import { RemoteNode } from '../../src/client/remote-node.ts';
import type { StatsEntry } from '../../src/job/stats.ts';
import { fakeServer } from '../support/fake-server.ts';

it('tells of processes, and not of how many records a slow reader was not sent', async () => {
  const asked: (string | undefined)[] = [];
  const endpoint = await fakeServer((request, response) => {
    asked.push(request.url);
    response.end('{"pid":1,"rss":5}\n{"dropped":7}\n{"pid":2,"rss":6}\n');
  });
  const node = new RemoteNode({ endpoint });
  onTestFinished(() => node.close());
  const told: StatsEntry[] = [];
  await new Promise<void>((resolve) => void node.followStats({ pid: 1 }, 99.5, (entry) => told.push(entry), resolve));
  expect(told).toEqual([
    { pid: 1, rss: 5 },
    { pid: 2, rss: 6 },
  ]);
  expect(asked).toEqual(['/1/stats/feed?interval_ms=100']);
});

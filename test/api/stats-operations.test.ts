import { describe, expect } from 'vitest';
import type { GafferNode, Unsubscribe } from '../../src/job/node.ts';
import { becomes } from '../support/processes.ts';
import { openApi, test } from '../support/test-api.ts';

const MEMBERS = ['cpu', 'cpu_seconds', 'ctime', 'mem', 'mem_info1', 'mem_info2', 'name', 'os_pid', 'pid', 'rss', 'vsz'];

describe('a feed of statistics', () => {
  test('of a job tells of each of its processes, a JSON object on a line, until the job is unloaded', async ({ api }) => {
    await api.load('web', 'sleep 100', { numprocesses: 2 });
    const feed = await api.follow('/jobs/test/web/stats/feed?interval_ms=50');
    expect(feed.headers).toMatchObject({ 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' });
    await feed.log.until('\n', 6);
    expect(feed.records.slice(0, 4).map(({ name, pid }) => [name, pid])).toEqual([
      ['test.web', 1],
      ['test.web', 2],
      ['test.web', 1],
      ['test.web', 2],
    ]);
    expect(Object.keys(feed.records[0] ?? {}).sort()).toEqual(MEMBERS);
    await api.supervisor.unload({ session: 'test', job: 'web' });
    expect(await feed.ended).toBe(true);
  });

  test('of a process ends with it', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const feed = await api.follow('/1/stats/feed');
    await feed.log.until('"pid":1');
    await api.ask('DELETE', '/1?wait=true&replace=false');
    expect(await feed.ended).toBe(true);
    expect(feed.records).toHaveLength(1);
  });

  test('of what is not there is refused', async ({ api }) => {
    expect((await api.ask('GET', '/9/stats/feed')).json).toMatchObject({ errno: 404, code: 'process_not_found' });
    expect((await api.ask('GET', '/jobs/test/nobody/stats/feed')).json).toMatchObject({ errno: 404, code: 'job_not_found' });
  });

  test.for(['-1', '0.5', 'often', ''])('is refused when its interval is "%s"', async (interval, { api }) => {
    await api.load('web', 'sleep 100');
    const { status, json } = await api.ask('GET', `/1/stats/feed?interval_ms=${interval}`);
    expect([status, json]).toEqual([400, expect.objectContaining({ reason: `interval_ms: expected a whole number from 0, got "${interval}"` })]);
  });

  test('lets go of the node when who has asked goes away, or asks for the head alone', async () => {
    let followed = 0;
    const follow = async (node: GafferNode, asked: Parameters<GafferNode['followStats']>): Promise<Unsubscribe> => {
      const leave = await node.followStats(...asked);
      followed += 1;
      return () => {
        followed -= 1;
        leave();
      };
    };
    const api = await openApi(
      {},
      (node) =>
        new Proxy(node, {
          get: (_, name) => {
            const member = Reflect.get(node, name, node) as unknown;
            if (name === 'followStats') {
              return (...asked: Parameters<GafferNode['followStats']>) => follow(node, asked);
            }
            return typeof member === 'function' ? (member.bind(node) as unknown) : member;
          },
        }),
    );
    await api.load('web', 'sleep 100');
    const feed = await api.follow('/1/stats/feed?interval_ms=999999999999999');
    await feed.log.until('"pid":1');
    expect(followed).toBe(1);
    feed.leave();
    expect(await becomes(() => followed === 0, 10_000)).toBe(true);
    expect(await api.ask('HEAD', '/1/stats/feed')).toMatchObject({ status: 200, text: '' });
    expect(followed).toBe(0);
  });
});

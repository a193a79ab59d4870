import { getPriority, userInfo } from 'node:os';
import { describe, expect } from 'vitest';
import { GafferError } from '../../../src/errors.ts';
import { formatStats, summarizeStats } from '../../../src/job/stats.ts';
import { nodeWith } from '../../support/node-with.ts';
import { SpyNode } from '../../support/spy-node.ts';
import { openApi, type TestApi, test } from '../../support/test-api.ts';

const STATS = {
  mem_info1: expect.stringMatching(/^\d+[BKMG]$/) as string,
  mem_info2: expect.any(String) as string,
  cpu: expect.any(Number) as number,
  mem: expect.any(Number) as number,
  ctime: expect.stringMatching(/^\d+:\d\d\.\d\d$/) as string,
  rss: expect.any(Number) as number,
  vsz: expect.any(Number) as number,
  cpu_seconds: expect.any(Number) as number,
  username: userInfo().username,
  nice: getPriority(),
  cmdline: 'sleep',
  children: [],
};

const SUMS = ['mem', 'max_mem', 'min_mem', 'cpu', 'max_cpu', 'min_cpu'];

async function loadTwo(api: TestApi): Promise<void> {
  await api.supervisor.load('default', { name: 'web', cmd: 'sleep 100', os_env: true, numprocesses: 2 });
  await api.supervisor.load('shop', { name: 'web', cmd: 'sleep 100', os_env: true });
}

/** The system's pids, by gaffer's. */
async function osPids(api: TestApi): Promise<readonly number[]> {
  return await Promise.all((await api.supervisor.pids()).map(async (pid) => (await api.supervisor.processInfo(pid)).os_pid));
}

describe('statistics as 0.4 told them', () => {
  test('are those of every job', async ({ api }) => {
    await loadTwo(api);
    const [one = 0, two = 0, three = 0] = await osPids(api);
    const { status, json } = await api.ask('GET', '/stats');
    expect(status).toBe(200);
    const sums = Object.fromEntries(SUMS.map((name) => [name, expect.any(Number) as number]));
    expect(json).toEqual([
      {
        name: 'web',
        stats: [
          { id: 1, pid: one, os_pid: one, ...STATS },
          { id: 2, pid: two, os_pid: two, ...STATS },
        ],
        ...sums,
      },
      { name: 'shop:web', stats: [{ id: 3, pid: three, os_pid: three, ...STATS }], ...sums },
    ]);
  });

  test('have what a process has started, one by one', async ({ api }) => {
    await api.supervisor.load('default', { name: 'web', cmd: 'sh', args: ['-c', 'sleep 1000 & echo; wait'], os_env: true, redirect_output: ['out'] });
    const stream = await api.supervisor.stream(1, 'out', 0);
    await new Promise<void>((resolve) => stream.onData(() => resolve()));
    const { json } = await api.ask('GET', '/stats/web/1');
    const child = { pid: expect.any(Number) as number, ...STATS, cpu: 0 };
    expect(json).toEqual({
      name: 'web',
      id: 1,
      pid: (await osPids(api))[0],
      os_pid: (await osPids(api))[0],
      ...STATS,
      cmdline: 'sh',
      children: [child],
    });
  });

  test('tell nothing of who a process was that is gone', async () => {
    const gone = { username: 'N/A', nice: 'N/A', cmdline: 'N/A', children: [] };
    const job = summarizeStats('default.web', [{ ...formatStats(undefined, 1), pid: 1, os_pid: 4711 }]);
    const api = await openApi({ lookAt: () => expect.unreachable("its number may be another one's") }, (node) =>
      nodeWith(node, { jobStats: () => Promise.resolve(job) }),
    );
    await api.supervisor.load('default', { name: 'web', cmd: 'sleep 1000', os_env: true });
    expect((await api.ask('GET', '/stats/web')).json).toMatchObject({ stats: [{ id: 1, pid: 4711, mem: 'N/A', ...gone }] });
  });

  test('are an empty list without jobs', async ({ api }) => {
    expect(await api.ask('GET', '/stats')).toMatchObject({ status: 200, json: [] });
  });

  test('leave out a job that is gone while they are made', async () => {
    const jobs = ['web', 'gone'].map((job) => ({ session: 'default', job }));
    const api = await openApi({}, (node) => nodeWith(node, { jobs: () => Promise.resolve(jobs) }));
    await loadTwo(api);
    expect((await api.ask('GET', '/stats')).json).toMatchObject([{ name: 'web' }]);
  });

  test.for([
    ['web', 'web', [1, 2]],
    ['default.web', 'web', [1, 2]],
    ['shop:web', 'shop:web', [3]],
    ['shop.web', 'shop:web', [3]],
  ] as const)('of %s are those of a job', async ([asked, name, ids], { api }) => {
    await loadTwo(api);
    const { status, json } = await api.ask('GET', `/stats/${asked}`);
    expect([status, json]).toMatchObject([200, { name, stats: ids.map((id) => ({ id })) }]);
    const one = await api.ask('GET', `/stats/${asked}/${ids[0]}`);
    const osPid = (await api.supervisor.processInfo(ids[0])).os_pid;
    expect([one.status, one.json]).toEqual([200, { name, id: ids[0], pid: osPid, os_pid: osPid, ...STATS }]);
  });

  test('are those of the job whose name it is, where two could be meant', async ({ api }) => {
    await api.supervisor.load('default', { name: 'shop.web', cmd: 'sleep 100', os_env: true });
    await api.supervisor.load('shop', { name: 'web', cmd: 'sleep 100', os_env: true });
    expect((await api.ask('GET', '/stats/shop.web')).json).toMatchObject({ name: 'shop.web', stats: [{ id: 1 }] });
    expect((await api.ask('GET', '/stats/shop:web')).json).toMatchObject({ name: 'shop:web', stats: [{ id: 2 }] });
  });

  test.for([
    ['/stats/nobody', 404, 'not_found', 'no job "nobody" is loaded'],
    ['/stats/shop:nobody', 404, 'not_found', 'no job "shop:nobody" is loaded'],
    ['/stats/web/99', 404, 'not_found', 'no process 99 is running'],
    ['/stats/web/3', 404, 'not_found', 'process 3 is none of default.web, it belongs to shop.web'],
    ['/stats/web/x', 400, 'bad_value', 'expected a process\'s number behind the job, got "x"'],
  ] as const)('%s are refused: %i %s', async ([path, status, error, reason], { api }) => {
    await loadTwo(api);
    for (const feed of ['', '?feed=longpoll', '?feed=eventsource']) {
      const answer = await api.ask('GET', path + feed);
      expect([answer.status, answer.json]).toEqual([status, expect.objectContaining({ error, errno: status, reason })]);
    }
  });
});

describe('statistics as 0.4 told them, again and again', () => {
  test.for([
    ['/stats', [1, 2, 3]],
    ['/stats/web', [1, 2]],
    ['/stats/shop:web', [3]],
    ['/stats/web/2', [2]],
  ] as const)('come of each process: %s', async ([path, ids], { api }) => {
    await loadTwo(api);
    const source = await api.follow(`${path}?feed=eventsource&interval_ms=50`);
    const lines = await api.follow(`${path}?feed=continuous&interval_ms=50`);
    expect([source.headers['content-type'], lines.headers['content-type']]).toEqual(['text/event-stream', 'application/json; charset=utf-8']);
    await source.log.until('"id":', 3 * ids.length);
    await lines.log.until('"id":', 3 * ids.length);
    const told = source.events.map(({ type, data }) => ({ type, ...(JSON.parse(data) as { id: number }) }));
    expect(new Set(told.map(({ type }) => type))).toEqual(new Set(['stat']));
    const pids = await osPids(api);
    expect(told[0]).toEqual({
      type: 'stat',
      name: expect.any(String) as string,
      id: told[0]?.id,
      pid: pids[(told[0]?.id ?? 0) - 1],
      os_pid: expect.any(Number) as number,
      ...STATS,
    });
    for (const seen of [told, lines.records as unknown as typeof told]) {
      expect([...new Set(seen.map(({ id }) => id))].sort()).toEqual(ids);
    }
    expect(lines.log.text.split('\r\n').length).toBeGreaterThan(3 * ids.length);
  });

  test.for(['/stats', '/stats/web', '/stats/web/1'])('come once from a long poll: %s', async (path, { api }) => {
    await loadTwo(api);
    const feed = await api.follow(`${path}?feed=longpoll`);
    expect(await feed.ended).toBe(true);
    expect(feed.log.text).toMatch(/^\{.*\}\r\n$/);
    expect(feed.records).toMatchObject([{ id: expect.any(Number) as number, ...STATS }]);
  });

  test('come of jobs that are loaded later too, and no more of those that are gone', async ({ api }) => {
    await loadTwo(api);
    const feed = await api.follow('/stats?feed=continuous&interval_ms=50');
    await feed.log.until('"shop:web"');
    await api.supervisor.unload({ session: 'shop', job: 'web' });
    await api.supervisor.load('shop', { name: 'worker', cmd: 'sleep 100', os_env: true });
    await feed.log.until('"shop:worker"', 3);
    await api.supervisor.load('shop', { name: 'web', cmd: 'sleep 100', os_env: true });
    await feed.log.until('"id":5');
    const last = feed.records.slice(-8).map(({ id }) => id);
    expect(last).not.toContain(3);
  });

  test('are refused when the jobs cannot be had, and nobody listens on', async () => {
    const spy = new SpyNode();
    const api = await openApi({}, (node) => nodeWith(spy.around(node), { jobs: () => Promise.reject(new GafferError('not_ready', 'not yet')) }));
    const own = spy.listeners;
    expect((await api.ask('GET', '/stats?feed=continuous')).status).toBe(503);
    expect([spy.listeners, spy.started]).toEqual([own, own + 1]);
  });

  test('end with the job, or the process', async ({ api }) => {
    await loadTwo(api);
    const feeds = await Promise.all(['/stats/shop:web', '/stats/shop:web/3'].map((path) => api.follow(`${path}?feed=eventsource&interval_ms=50`)));
    await Promise.all(feeds.map((feed) => feed.log.until('"id":3')));
    await api.supervisor.unload({ session: 'shop', job: 'web' });
    expect(await Promise.all(feeds.map((feed) => feed.ended))).toEqual([true, true]);
  });
});

import { describe, expect } from 'vitest';
import type { ApiFeed } from '../../support/api-feed.ts';
import { type TestApi, test } from '../../support/test-api.ts';

const WEB = { session: 'default', job: 'web' };

/** Loads a job that 0.4 calls by its bare name. */
async function loadPlain(api: TestApi, more: object = {}): Promise<void> {
  await api.supervisor.load('default', { name: 'web', cmd: 'sleep 100', os_env: true, ...more });
}

function runOf({ headers }: ApiFeed): string {
  return String(headers['x-gaffer-run']);
}

/** Reads events as the Python client of 0.4 did: each piece that comes is one event, its lines end with \r\n and have a colon. */
function asOldClient(pieces: readonly Buffer[]): { readonly event: string; readonly data: unknown }[] {
  return pieces.flatMap((piece) => {
    const fields = piece
      .toString()
      .replace(/^[\r\n]+|[\r\n]+$/g, '')
      .split('\r\n')
      .map((line) => {
        expect(line).toContain(':'); // it would have failed
        return [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const;
      });
    const event = fields.findLast(([name]) => name === 'event')?.[1];
    const data = fields.filter(([name]) => name === 'data').map(([, value]) => value);
    return event === undefined ? [] : [{ event, data: JSON.parse(data.join('\n')) as unknown }];
  });
}

describe('/watch', () => {
  test('tells the next event in a line, and ends', async ({ api }) => {
    const feed = await api.follow('/watch');
    expect(feed.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'x-gaffer-seq': '0' });
    await loadPlain(api);
    expect(await feed.ended).toBe(true);
    expect(feed.log.text).toMatch(/^\{.*\}\r\n$/);
    expect(feed.records).toMatchObject([{ event: 'create', name: 'web', seq: 1 }]);
  });

  test('goes on behind what one has had, one event at a time', async ({ api }) => {
    await loadPlain(api);
    const events: unknown[] = [];
    for (let since = 0; since < 3; since += 1) {
      events.push((await api.ask('GET', `/watch?since=${since}`)).json);
    }
    expect(events).toMatchObject([{ event: 'create' }, { event: 'start' }, { event: 'spawn', pid: 1, detached: false }]);
    expect((await api.ask('GET', '/watch?since=99')).status).toBe(410);
  });

  test('tells all of them under each of their names, as lines', async ({ api }) => {
    const feed = await api.follow('/watch?feed=continuous');
    await loadPlain(api, { detach: true });
    await api.supervisor.unload(WEB);
    await feed.log.until('proc.web.exit');
    expect(feed.records.map(({ event }) => event)).toEqual([
      'create',
      'start',
      'proc.web.start',
      'spawn',
      'proc.web.spawn',
      'delete',
      'stop',
      'proc.web.stop',
      'stop_pid',
      'proc.web.stop_pid',
      'exit',
      'proc.web.exit',
    ]);
    expect(feed.records.every(({ name }) => name === 'web')).toBe(true);
    expect(feed.records[3]).toMatchObject({ pid: 1, os_pid: expect.any(Number) as number, detached: true });
    expect(feed.records.at(-1)).toMatchObject({ pid: 1, os_pid: expect.any(Number) as number, exit_status: 0, term_signal: 15 });
    expect(feed.log.text.split('\r\n')).toHaveLength(13);
  });

  test.for(['/watch?feed=eventsource', '/watch'])('tells them to an event source, with a blank line behind each: %s', async (path, { api }) => {
    const feed = await api.follow(path, true, path === '/watch' ? { accept: 'text/event-stream' } : {});
    expect(feed.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    await loadPlain(api);
    await feed.log.until('"proc.web.spawn"');
    const run = runOf(feed);
    expect(feed.events.map(({ type, lastEventId }) => [type, lastEventId])).toEqual([
      ['create', `1@${run}`],
      ['start', `1@${run}`], // who loses his connection here gets all of this event once more
      ['proc.web.start', `2@${run}`],
      ['spawn', `2@${run}`],
      ['proc.web.spawn', `3@${run}`],
    ]);
    expect(feed.log.text).toMatch(/\r\n\r\nevent: create\r\nid: 1@\w+\r\ndata: \{"seq":1,[^\n]*\}\r\n\r\nevent: start\r\n/);
    expect(feed.log.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  test('is understood by a client of 0.4, heartbeats and all', async ({ api }) => {
    const feed = await api.follow('/watch?feed=eventsource&heartbeat=0.1');
    await feed.log.until(/^:/);
    await loadPlain(api);
    await feed.log.until('"proc.web.spawn"');
    await feed.log.until(/^:/, 2);
    const events = asOldClient(feed.log.chunks);
    expect(events.map(({ event }) => event)).toEqual(['create', 'start', 'proc.web.start', 'spawn', 'proc.web.spawn']);
    expect(events.at(-1)?.data).toMatchObject({ event: 'proc.web.spawn', name: 'web', pid: 1 });
  });

  test('resumes for an event source behind what it has had', async ({ api }) => {
    await loadPlain(api);
    const first = await api.follow('/watch?feed=eventsource&since=1');
    await first.log.until('"proc.web.spawn"');
    first.leave();
    await api.supervisor.stop(WEB);
    const second = await api.follow('/watch?feed=eventsource&since=1', true, { 'last-event-id': first.source.lastEventId });
    await second.log.until('"proc.web.exit"');
    expect(second.events.map(({ type }) => type)).toEqual(['stop', 'proc.web.stop', 'stop_pid', 'proc.web.stop_pid', 'exit', 'proc.web.exit']);
    const lost = await api.follow('/watch', true, { accept: 'text/event-stream', 'last-event-id': '1@00000000' });
    await lost.log.until('gone');
    expect(lost.events).toMatchObject([{ type: 'gone' }]);
  });

  test.for<[string, readonly string[]]>([
    ['/watch/create', ['create']],
    ['/watch/proc/shop:web', ['start', 'spawn', 'stop', 'stop_pid', 'exit'].map((type) => `proc.shop:web.${type}`)],
    ['/watch/proc/shop:web/stop_pid', ['proc.shop:web.stop_pid']],
    ['/watch/proc/shop.web/exit', ['proc.shop:web.exit']],
  ])('%s tells what is meant alone', async ([path, names], { api }) => {
    const feeds = await Promise.all(['continuous', 'eventsource'].map((kind) => api.follow(`${path}?feed=${kind}`)));
    await loadPlain(api);
    await api.supervisor.load('shop', { name: 'web', cmd: 'sleep 100', os_env: true });
    await api.supervisor.unload({ session: 'shop', job: 'web' });
    await Promise.all(feeds.map((feed) => feed.log.until(path === '/watch/create' ? '"shop:web"' : `"${names.at(-1) ?? ''}"`)));
    const expected = path === '/watch/create' ? ['create', 'create'] : names;
    expect(feeds[0]?.records.map(({ event }) => event)).toEqual(expected);
    expect(feeds[1]?.events.map(({ type }) => type)).toEqual(expected);
  });

  test.for(['/watch/spawn', '/watch/proc', '/watch/job/web', '/watch/proc/web/create', '/watch/proc/web/nothing', '/watch/a/b/c'])(
    '%s is no event',
    async (path, { api }) => {
      for (const feed of ['', '?feed=eventsource', '?feed=continuous']) {
        const { status, json } = await api.ask('GET', path + feed);
        expect(status).toBe(404);
        expect(json).toMatchObject({ error: 'bad_event_type', errno: 404, reason: expect.stringMatching(/^expected .* in the path, got/) as string });
      }
    },
  );

  test.for(['/watch/', '/watch/proc/web/exit/1', '/watch//web'])('%s leads nowhere', async (path, { api }) => {
    expect((await api.ask('GET', path)).status).toBe(404);
  });
});

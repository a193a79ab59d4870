import { describe, expect, vi } from 'vitest';
import type { GafferEvent } from '../../../src/job/event.ts';
import { systemClock } from '../../../src/supervisor/clock.ts';
import { EventBus } from '../../../src/supervisor/event-bus.ts';
import type { ApiFeed } from '../../support/api-feed.ts';
import { EventLog } from '../../support/event-log.ts';
import { nodeWith } from '../../support/node-with.ts';
import { openApi, type TestApi, test } from '../../support/test-api.ts';

const EVENT_STREAM = { accept: 'text/event-stream' };

/** What a feed's answer says of the node's run. */
function runOf({ headers }: Pick<ApiFeed, 'headers'>): string {
  return String(headers['x-gaffer-run']);
}

/** Signals to a process that sleeps: events that one can count. */
async function signal(api: TestApi, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await api.supervisor.signalProcess(1, 'SIGCONT');
  }
}

describe('the events', () => {
  test('come in their order, from the answer’s number on', async ({ api }) => {
    await api.load('before', 'sleep 100');
    const feed = await api.follow('/events');
    expect(feed.headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-gaffer-seq': '3',
    });
    await api.load('web', 'sleep 100', { numprocesses: 2 });
    await api.ask('DELETE', '/jobs/test/web?wait=true');
    await feed.log.until('"exit"', 2);
    const events = ['load', 'start', 'spawn', 'spawn', 'unload', 'stop', 'stop_process', 'stop_process', 'exit', 'exit'];
    expect(feed.records.map(({ event }) => event)).toEqual(events);
    expect(feed.records.map(({ seq }) => seq)).toEqual(events.map((_, index) => 4 + index));
    expect(feed.records.slice(-2)).toMatchObject([
      { name: 'test.web', pid: expect.any(Number) as number, exit_status: 0, term_signal: 15, requested: true, once: false },
      { name: 'test.web', time: expect.closeTo(Date.now() / 1000, -1) as number },
    ]);
  });

  test('go on behind a position, with and without the run', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const run = runOf(await api.follow('/events'));
    for (const since of ['1', `1@${run}`]) {
      const feed = await api.follow(`/events?since=${since}`);
      expect(feed.headers).toMatchObject({ 'x-gaffer-seq': '1', 'x-gaffer-run': run });
      await feed.log.until('"spawn"');
      expect(feed.records.map(({ seq }) => seq)).toEqual([2, 3]);
    }
  });

  test.for([
    ['1@00000000', 410, 'gone', 'another run'],
    ['99', 410, 'gone', 'there is no event 99 yet'],
    ['x', 400, 'bad_request', 'since: expected'],
    ['1@', 400, 'bad_request', 'since: expected'],
    ['-1', 400, 'bad_request', 'since: expected'],
  ] as const)('behind %s are refused: %i %s', async ([since, status, error, reason], { api }) => {
    for (const feed of ['', '&feed=longpoll', '&feed=eventsource']) {
      const answer = await api.ask('GET', `/events?since=${since}${feed}`);
      expect([answer.status, answer.json]).toEqual([
        status,
        expect.objectContaining({ error, errno: status, reason: expect.stringContaining(reason) as string }),
      ]);
    }
  });

  test('can be those alone that have a name, in all feeds', async ({ api }) => {
    const paths = ['job.test.web', 'exit', 'proc.1', 'create', 'proc.web', '.'].map((pattern) => `/events?pattern=${pattern}`);
    const feeds = await Promise.all([...paths, `${paths[0] ?? ''}&feed=eventsource`].map((path) => api.follow(path)));
    await api.load('web', 'sleep 100');
    await api.load('other', 'sleep 100');
    await api.supervisor.unload({ session: 'test', job: 'web' });
    await Promise.all([0, 1, 2, 5, 6].map(async (index) => await feeds[index]?.log.until('"exit"')));
    await feeds[3]?.log.until('"load"', 2);
    const types = feeds.slice(0, 6).map((feed) => feed.records.map(({ event }) => event));
    expect(types).toEqual([
      ['start', 'spawn', 'stop', 'exit'],
      ['exit'],
      ['exit'],
      ['load', 'load'], // `create` is what 0.4 called it
      [],
      ['load', 'start', 'spawn', 'load', 'start', 'spawn', 'unload', 'stop', 'stop_process', 'exit'],
    ]);
    expect(feeds[6]?.events.map(({ type }) => type)).toEqual(types[0]);
  });

  test.for([
    ['feed=forever', 'feed: expected continuous or longpoll or eventsource, got "forever"'],
    ['heartbeat=0', 'heartbeat: expected true or seconds from 0.1 to 86400, got "0"'],
    ['heartbeat=-1', 'heartbeat: expected'],
    ['heartbeat=soon', 'heartbeat: expected'],
    ['heartbeat=1e3', 'heartbeat: expected'],
    ['heartbeat=false', 'heartbeat: expected'],
    ['heartbeat=', 'heartbeat: expected'],
    ['heartbeat=99999999999', 'heartbeat: expected'],
  ] as const)('asked for with %s are refused', async ([query, reason], { api }) => {
    for (const path of ['/events', '/watch', '/stats']) {
      const answer = await api.ask('GET', `${path}?feed=continuous&${query}`);
      expect([answer.status, answer.json]).toEqual([
        400,
        expect.objectContaining({ error: 'bad_request', reason: expect.stringContaining(reason) as string }),
      ]);
    }
  });
});

describe('a long poll of events', () => {
  test('ends with the next event', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const feed = await api.follow('/events?feed=longpoll');
    expect(feed.headers).toMatchObject({ 'content-type': 'application/x-ndjson; charset=utf-8', 'x-gaffer-seq': '3' });
    await signal(api, 1);
    expect(await feed.ended).toBe(true);
    expect(feed.records).toMatchObject([{ seq: 4, event: 'kill', pid: 1 }]);
  });

  test('ends with all events of one moment', async ({ api }) => {
    const feed = await api.follow('/events?feed=longpoll');
    await api.load('web', 'sleep 100', { start: false });
    await signal(api, 0);
    expect(await feed.ended).toBe(true);
    const again = await api.follow('/events?feed=longpoll');
    const { supervisor } = api;
    await supervisor.start({ session: 'test', job: 'web' });
    expect(await again.ended).toBe(true);
    expect(again.records[0]).toMatchObject({ seq: 2, event: 'start' });
  });

  test('ends at once behind a position that is past, with everything since', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const { status, text } = await api.ask('GET', '/events?feed=longpoll&since=1');
    expect(status).toBe(200);
    expect(text.split('\n').map((line) => /"seq":(\d+)/.exec(line)?.[1])).toEqual(['2', '3', undefined]);
  });

  test('misses nothing when it is asked again and again behind what has come', { timeout: 60_000 }, async ({ api }) => {
    await api.load('web', 'sleep 100');
    const count = 300;
    const seen: number[] = [];
    const polled = (async () => {
      while ((seen.at(-1) ?? 3) < count + 3) {
        const { text } = await api.ask('GET', `/events?feed=longpoll&since=${seen.at(-1) ?? 3}`);
        seen.push(
          ...text
            .trim()
            .split('\n')
            .map((line) => (JSON.parse(line) as { seq: number }).seq),
        );
      }
    })();
    for (let n = 0; n < count; n += 1) {
      await signal(api, 1);
      if (n % 7 === 0) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
    await polled;
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => index + 4));
  });

  test('waits for an event that is meant', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const feed = await api.follow('/events?feed=longpoll&pattern=job.test.web.exit');
    await signal(api, 3);
    expect(feed.log.text).toBe('');
    await api.supervisor.stop({ session: 'test', job: 'web' });
    expect(await feed.ended).toBe(true);
    expect(feed.records).toMatchObject([{ event: 'exit', name: 'test.web' }]);
  });
});

describe('an event source of events', () => {
  test.for([
    ['/events?feed=eventsource', {}],
    ['/events', EVENT_STREAM],
    ['/events', { accept: 'text/html, Text/Event-Stream;q=0.9' }],
  ] as const)('is what %s with %j is answered with', async ([path, headers], { api }) => {
    await api.load('web', 'sleep 100');
    const feed = await api.follow(path, true, headers);
    expect(feed.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-gaffer-seq': '3',
    });
    await signal(api, 1);
    await feed.log.until('"kill"');
    const run = runOf(feed);
    expect(feed.log.text).toMatch(new RegExp(`^retry: 2000\nid: 3@${run}\n\nevent: kill\nid: 4@${run}\ndata: {"seq":4,.*}\n\n$`));
    expect(feed.events).toEqual([{ type: 'kill', data: expect.stringMatching(/^\{"seq":4,.*\}$/) as string, lastEventId: `4@${run}` }]);
  });

  test('is a feed of lines when lines are asked for', async ({ api }) => {
    const feed = await api.follow('/events?feed=continuous', true, EVENT_STREAM);
    expect(feed.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
  });

  test('goes on where it was when its connection was lost, whatever its address says', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const first = await api.follow('/events?since=2', true, EVENT_STREAM);
    await first.log.until('"spawn"');
    first.leave();
    await signal(api, 2);
    const { lastEventId } = first.source;
    expect(lastEventId).toBe(`3@${runOf(first)}`);
    const second = await api.follow('/events?since=2', true, { ...EVENT_STREAM, 'last-event-id': lastEventId });
    await second.log.until('"kill"', 2);
    expect(second.events.map(({ lastEventId: id }) => id)).toEqual([4, 5].map((seq) => `${seq}@${runOf(first)}`));
  });

  test('goes on without a gap when it was lost before there was any event', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const first = await api.follow('/events', true, EVENT_STREAM);
    await first.log.until('id: ');
    first.leave();
    await signal(api, 1);
    const second = await api.follow('/events', true, { ...EVENT_STREAM, 'last-event-id': first.source.lastEventId });
    await second.log.until('"kill"');
    expect(second.events).toMatchObject([{ type: 'kill', lastEventId: `4@${runOf(first)}` }]);
  });

  test.for(['1@00000000', '99', 'of another server'])(
    'is told where the node is when what followed %s is gone, and goes on',
    async (lastEventId, { api }) => {
      await api.load('web', 'sleep 100');
      const feed = await api.follow('/events', true, { ...EVENT_STREAM, 'last-event-id': lastEventId });
      expect(feed.status).toBe(200);
      await signal(api, 1);
      await feed.log.until('"kill"');
      const run = runOf(feed);
      expect(feed.events.map(({ type, lastEventId: id }) => [type, id])).toEqual([
        ['gone', `3@${run}`],
        ['kill', `4@${run}`],
      ]);
      expect(JSON.parse(feed.events[0]?.data ?? '')).toEqual({
        error: 'gone',
        errno: 410,
        code: 'events_gone',
        reason: expect.any(String) as string,
        seq: 3,
        run,
      });
    },
  );

  test('begins with the next event when it has had none', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const feed = await api.follow('/events', true, { ...EVENT_STREAM, 'last-event-id': '' });
    await signal(api, 1);
    await feed.log.until('"kill"');
    expect(feed.events).toHaveLength(1);
  });

  test('moves on with the node though nothing is meant for it', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const feed = await api.follow('/events?pattern=flap&heartbeat=0.1', true, EVENT_STREAM);
    await signal(api, 5);
    await feed.log.until(/^id: 8@/);
    expect([feed.events, feed.source.comments.length > 0]).toEqual([[], true]);
  });

  test('is read by fetch as well', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const abort = new AbortController();
    const { body, headers } = await fetch(`http://127.0.0.1:${api.port}/events`, { headers: EVENT_STREAM, signal: abort.signal });
    expect(headers.get('content-type')).toBe('text/event-stream');
    await signal(api, 1);
    let text = '';
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      if (text.includes('"kill"')) {
        break;
      }
    }
    abort.abort();
    expect(text).toContain('event: kill\n');
  });
});

describe('a heartbeat', () => {
  test.for([
    ['/events?heartbeat=0.1', '\n\n\n'],
    ['/events?feed=longpoll&heartbeat=0.1', '\n\n\n'],
    ['/events?feed=eventsource&heartbeat=0.1', ':\n\n'],
    ['/watch?feed=continuous&heartbeat=0.1', '\n\n\n'],
    ['/watch?heartbeat=0.1', '\n\n\n'],
    ['/watch?feed=eventsource&heartbeat=0.1', ':\r\n\r\n'],
    ['/streams/1/out?feed=eventsource&heartbeat=0.1', ':\r\n\r\n'],
    ['/streams/1/out?feed=continuous&heartbeat=0.1', '\n\n\n'],
  ] as const)('of %s comes again and again', async ([path, beat], { api }) => {
    await api.load('web', 'cat', { redirect_input: true });
    const feed = await api.follow(path);
    await feed.log.until(beat, 2);
    expect(feed.events).toEqual([]);
    await api.supervisor.scale({ session: 'test', job: 'web' }, { op: '+', n: 1 });
    await api.ask('POST', '/streams/1/stdin', { body: 'hello' });
    await feed.log.until(/"update"|hello/);
  });

  test('of “true” is one a minute, and an event source has one every 15 seconds without being told', async ({ api }) => {
    const timers = vi.spyOn(globalThis, 'setInterval');
    for (const path of ['/events?heartbeat=true', '/watch?heartbeat=TRUE', '/events?feed=eventsource', '/events', '/watch']) {
      (await api.follow(path)).leave();
    }
    const times = timers.mock.calls.map(([, ms]) => ms ?? 0);
    timers.mockRestore();
    expect(times.filter((ms) => ms >= 15_000)).toEqual([60_000, 60_000, 15_000]);
  });
});

describe('a subscriber who does not read', () => {
  /** An event that needs nothing of a node. */
  const tale: Omit<GafferEvent & { type: 'flap' }, 'seq' | 'timeMs'> = {
    type: 'flap',
    name: `test.${'w'.repeat(4000)}`,
    retry: 1,
    maxRetry: 5,
    pauseMs: 1000,
  };

  test.for(['/events', '/events?feed=eventsource', '/watch?feed=continuous', '/watch?feed=eventsource'])(
    'is told how many events were left out for him, the others get all: %s',
    { timeout: 60_000 },
    async (path) => {
      const bus = new EventBus(systemClock);
      const api = await openApi({}, (node) =>
        nodeWith(node, { followEvents: async (since, tell) => bus.follow(since, (event) => tell({ kind: 'event', event })) }),
      );
      const count = 4000;
      const [slow, quick] = [await api.follow(path, false), await api.follow('/events')];
      const before = process.memoryUsage().rss;
      for (let n = 0; n < count; n += 1) {
        bus.publish(tale);
        if (n % 20 === 0) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      while (!quick.log.bytes.subarray(-8192).includes(`{"seq":${count},`)) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(quick.records).toHaveLength(count);
      expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
      slow.resume();
      await slow.log.until(path.includes('eventsource') ? /"dropped".*\r?\n\r?\n/ : /"dropped".*\r?\n/);
      const records = slow.headers['content-type'] === 'text/event-stream' ? slow.events.map(({ data }) => JSON.parse(data) as object) : slow.records;
      const counts = records.map((record) => ('dropped' in record ? Number(record['dropped']) : 1));
      expect(records.filter((record) => 'dropped' in record)).toHaveLength(1);
      expect(counts.reduce((sum, one) => sum + one, 0)).toBe(count);
      bus.publish(tale);
      await slow.log.until(`"seq":${count + 1},`);
    },
  );
});

describe('a state with its number', () => {
  test('and the events behind that leave no gap, though the state takes its time', async () => {
    let seen = (): void => undefined;
    const asked = new Promise<void>((resolve) => (seen = resolve));
    let answer = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (answer = resolve));
    const api = await openApi({}, (node) =>
      nodeWith(node, {
        overview: async () => {
          const present = await node.overview();
          seen();
          await waiting;
          return present;
        },
      }),
    );
    await api.load('web', 'sleep 100');
    const overview = api.ask('GET', '/overview');
    await asked;
    const events = new EventLog(api.supervisor);
    await api.supervisor.stop({ session: 'test', job: 'web' });
    answer();
    const { json, headers } = await overview;
    expect(json).toMatchObject({ jobs: [{ name: 'test.web', state: 'started' }] }); // as it was
    expect(headers['x-gaffer-seq']).toBe('3');
    const feed = await api.follow(`/events?since=${String(headers['x-gaffer-seq'])}`);
    await feed.log.until('"exit"');
    expect(feed.records.map(({ event }) => event)).toEqual(events.types);
  });
});

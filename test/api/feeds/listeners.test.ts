import { describe, expect } from 'vitest';
import { becomes } from '../../support/processes.ts';
import { SpyNode } from '../../support/spy-node.ts';
import { openApi, test } from '../../support/test-api.ts';

/** Every answer that goes on, and how many listeners of the node it needs. */
const FEEDS: readonly (readonly [string, number])[] = [
  ['/events', 1],
  ['/events?feed=longpoll', 1],
  ['/events?feed=eventsource', 1],
  ['/log?follow=true', 1],
  ['/streams/1/out', 2],
  ['/streams/1/out?feed=continuous', 3],
  ['/streams/1/out?feed=eventsource', 3],
  ['/1/stats/feed', 1],
  ['/jobs/test/web/stats/feed', 1],
  ['/watch?feed=continuous', 1],
  ['/watch/proc/web?heartbeat=1', 1],
  ['/watch/start?feed=eventsource', 1],
  ['/stats?feed=continuous', 2],
  ['/stats/test:web?feed=continuous', 1],
  ['/stats/test:web/1?feed=eventsource', 1],
];

/** Timers of this process that have not come to their end. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('a client that goes away', () => {
  test.for(FEEDS)('leaves nobody behind who listens: %s', async ([path, each]) => {
    const spy = new SpyNode();
    const api = await openApi({}, (node) => spy.around(node));
    await api.load('web', 'sleep 100');
    const own = spy.listeners;
    const before = spy.started;
    const running = timers();
    const onProcess = process.eventNames().map((name) => process.listenerCount(name));
    for (let n = 0; n < 20; n += 1) {
      const feed = await api.follow(path);
      expect(feed.status).toBe(200);
      feed.leave();
    }
    expect(await becomes(() => spy.listeners === own, 10_000)).toBe(true);
    expect(spy.started - before).toBe(20 * each);
    expect(process.eventNames().map((name) => process.listenerCount(name))).toEqual(onProcess);
    expect(await becomes(() => timers() <= running, 10_000)).toBe(true);
  });

  test('before it is answered leaves nobody behind either', async () => {
    const spy = new SpyNode();
    let ready = (): void => undefined;
    const api = await openApi({ ready: new Promise<void>((resolve) => (ready = resolve)) }, (node) => spy.around(node));
    await api.load('web', 'sleep 100');
    const own = spy.listeners;
    const asked = FEEDS.map(([path]) => api.follow(path));
    await new Promise((resolve) => setTimeout(resolve, 50));
    api.cutConnections();
    await Promise.allSettled(asked);
    ready();
    await api.ask('GET', '/ping');
    expect(await becomes(() => spy.listeners === own, 10_000)).toBe(true);
  });

  test('is noted with its address', async ({ api }) => {
    const feed = await api.follow('/events');
    feed.leave();
    expect(await becomes(() => api.access.length === 1, 10_000)).toBe(true);
    expect(api.access).toMatchObject([{ method: 'GET', url: '/events', status: 200, address: '127.0.0.1' }]);
  });

  test('and an end of the API let go of the node', async () => {
    const spy = new SpyNode();
    const api = await openApi({}, (node) => spy.around(node));
    await api.load('web', 'sleep 100');
    const own = spy.listeners; // the API itself listens
    const feeds = await Promise.all(FEEDS.map(([path]) => api.follow(path, false)));
    expect(spy.listeners).toBe(own + FEEDS.reduce((sum, [, each]) => sum + each, 0));
    await api.closeApi();
    expect(await becomes(() => spy.listeners === 0, 10_000)).toBe(true);
    for (const feed of feeds) {
      feed.resume();
    }
    expect(await Promise.all(feeds.map((feed) => feed.ended))).toEqual(FEEDS.map(() => true));
  });
});

describe('an answer that has ended', () => {
  test.for([
    ['/events?feed=longpoll', 1],
    ['/watch', 1],
    ['/streams/1/out', 2],
    ['/stats/test:web?feed=longpoll', 1],
    ['/stats?feed=longpoll', 2],
  ] as const)('listens no more, though nobody has read it: %s', async ([path, each]) => {
    const spy = new SpyNode();
    const api = await openApi({}, (node) => spy.around(node));
    await api.load('web', 'cat', { redirect_input: true });
    const own = spy.listeners;
    const feed = await api.follow(path, false);
    expect(spy.started).toBe(own + each);
    await api.ask('POST', '/streams/1/stdin', { body: 'hello' });
    await api.supervisor.scale({ session: 'test', job: 'web' }, { op: '+', n: 1 });
    expect(await becomes(() => spy.listeners === own, 10_000)).toBe(true);
    feed.leave();
  });
});

describe('HEAD', () => {
  test.for(FEEDS)('of %s begins nothing', async ([path]) => {
    const spy = new SpyNode();
    const api = await openApi({}, (node) => spy.around(node));
    await api.load('web', 'sleep 100');
    const before = spy.started;
    const { status, text, headers } = await api.ask('HEAD', path);
    expect([status, text, headers['x-gaffer-seq']]).toEqual([200, '', '3']);
    expect(spy.started).toBe(before);
    const feed = await api.follow(path);
    expect(headers['content-type']).toBe(feed.headers['content-type']);
  });

  test.for([
    ['/log?follow=true&job=test.nobody', 404],
    ['/log?follow=true&session=nobody', 404],
    ['/log?follow=true&pid=99', 404],
    ['/streams/1/other', 404],
    ['/99/stats/feed', 404],
    ['/jobs/test/nobody/stats/feed', 404],
    ['/watch/nothing', 404],
    ['/stats/nobody?feed=continuous', 404],
    ['/stats/test:web/99?feed=continuous', 404],
    ['/events?since=x', 400],
    ['/events?heartbeat=x', 400],
  ] as const)('of %s is refused as GET is: %i', async ([path, status], { api }) => {
    await api.load('web', 'sleep 100');
    expect((await api.ask('HEAD', path)).status).toBe(status);
    expect((await api.ask('GET', path)).status).toBe(status);
  });
});

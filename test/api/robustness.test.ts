import { Agent, request } from 'node:http';
import { describe, expect, test as plainTest } from 'vitest';
import type { GafferNode } from '../../src/job/node.ts';
import { openApi, test } from '../support/test-api.ts';

/** A node some methods of which do what they should not. */
function broken(methods: Partial<Record<keyof GafferNode, () => unknown>>): (node: GafferNode) => GafferNode {
  return (node) =>
    new Proxy(node, {
      get: (target, name) => {
        const own: unknown = Object.hasOwn(methods, name) ? Reflect.get(methods, name) : Reflect.get(target, name);
        return (own as () => unknown).bind(target);
      },
    });
}

/** What is no error, and yet thrown. */
function rejected(value: unknown): PromiseLike<never> {
  return { then: (_: unknown, reject: (reason: unknown) => void) => reject(value) } as PromiseLike<never>;
}

describe('a node that fails unexpectedly', () => {
  plainTest.for<[string, () => unknown]>([
    ['an error', () => Promise.reject(new Error('secret path /etc'))],
    [
      'one that is thrown at once',
      () => {
        throw new TypeError('secret');
      },
    ],
    ['a text', () => rejected('secret')],
    ['nothing', () => rejected(undefined)],
    ['null', () => rejected(null)],
    ['something with a status', () => Promise.reject(Object.assign(new Error('secret'), { statusCode: 599 }))],
  ])('with %s is answered for, and that is told', async ([, fail]) => {
    const api = await openApi({}, broken({ jobs: fail, onEvent: () => () => undefined }));
    const { status, json, headers } = await api.ask('GET', '/jobs');
    expect(status).toBe(500);
    expect(json).toEqual({ error: 500, errno: 500, reason: 'Internal Server Error' });
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'x-gaffer-seq': '0' });
    expect(api.warnings).toHaveLength(1);
    expect(api.warnings[0]).toMatch(/^GET \/jobs failed: /);
    expect((await api.ask('GET', '/ping')).status).toBe(200);
  });

  plainTest('after it was answered for is told of', async () => {
    let fail: (error: Error) => void = () => undefined;
    const api = await openApi({}, broken({ stop: () => new Promise((_, reject) => (fail = reject)) }));
    expect((await api.ask('POST', '/jobs/test/web/state', { body: '0' })).status).toBe(202);
    fail(new Error('oh'));
    await api.ask('GET', '/ping');
    expect(api.warnings).toEqual(['POST /jobs/test/web/state failed after it was answered: Error: oh']);
  });

  plainTest('with what cannot be sent is answered for', async () => {
    const api = await openApi({}, broken({ jobInfo: () => Promise.resolve({ n: 1n }) }));
    expect((await api.ask('GET', '/jobs/test/web')).status).toBe(500);
    expect(api.warnings).toHaveLength(1);
  });

  plainTest.for([
    ['/events', 'followEvents'],
    ['/watch?feed=eventsource', 'followEvents'],
    ['/log?follow=true', 'followLog'],
    ['/stats?feed=continuous', 'followEvents'],
  ] as const)('before a feed begins is answered for, and that is told: %s', async ([path, method]) => {
    const methods: Partial<Record<keyof GafferNode, () => unknown>> = {};
    const api = await openApi({}, broken(methods));
    methods[method] = () => Promise.reject(new Error('oh')); // from now on: the API itself listens too
    const { status, json, headers } = await api.ask('GET', path);
    expect(status).toBe(500);
    expect(json).toEqual({ error: 500, errno: 500, reason: 'Internal Server Error' });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(api.warnings).toEqual([`GET ${path} failed: Error: oh`]);
  });

  plainTest('when a feed has begun breaks it off, and that is told', async () => {
    const onData = () => {
      throw new Error('oh');
    };
    const stream = { onData, onEnd: () => () => undefined };
    const api = await openApi({}, broken({ stream: () => Promise.resolve(stream) }));
    await api.load('web', 'sleep 100');
    for (const [index, kind] of ['longpoll', 'continuous', 'eventsource'].entries()) {
      const path = `/streams/1/out?feed=${kind}`;
      const feed = await api.follow(path);
      expect(await feed.ended).toBe(false);
      expect(feed.events).toEqual([]);
      expect(api.warnings[index]).toBe(`GET ${path} failed: Error: oh`);
    }
  });
});

test('a thousand connections that stay open are all answered', { timeout: 60_000 }, async ({ api }) => {
  await api.load('web', 'sleep 100');
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: Number.POSITIVE_INFINITY });
  const ask = async () =>
    await new Promise<number>((resolve, reject) => {
      const asked = request({ port: api.port, host: '127.0.0.1', path: '/jobs/test/web', agent }, (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
      });
      asked.once('error', reject);
      asked.end();
    });
  for (let round = 0; round < 2; round += 1) {
    const statuses = await Promise.all(Array.from({ length: 1000 }, ask));
    expect(new Set(statuses)).toEqual(new Set([200]));
  }
  agent.destroy();
  expect(api.warnings).toEqual([]);
});

describe('closing', () => {
  test('ends what goes on', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const feeds = await Promise.all(['/events', '/log?follow=true', '/streams/1/out?feed=continuous'].map((path) => api.follow(path)));
    await api.closeApi();
    expect(await Promise.all(feeds.map((feed) => feed.ended))).toEqual([true, true, true]);
    expect(await api.supervisor.pids()).toEqual([1]);
    await api.closeApi();
  });
});

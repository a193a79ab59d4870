import { describe, expect } from 'vitest';
import type { GafferNode, ProcessStream, Unsubscribe } from '../../src/job/node.ts';
import { EventLog } from '../support/event-log.ts';
import { becomes, bytesWritten } from '../support/processes.ts';
import { program } from '../support/programs.ts';
import { openApi, test } from '../support/test-api.ts';

const MEGABYTE = 1024 * 1024;

/** The numbers from one to another, a line each. */
function lines(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join('');
}

describe('the events', () => {
  test('come in their order, from the answer’s number on', async ({ api }) => {
    await api.load('before', 'sleep 100');
    const feed = await api.follow('/events');
    expect(feed.headers).toMatchObject({ 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store', 'x-gaffer-seq': '3' });
    await api.load('web', 'sleep 100', { numprocesses: 2 });
    await api.ask('DELETE', '/jobs/test/web?wait=true');
    await feed.log.until('"exit"', 2);
    expect(feed.records.map(({ event }) => event)).toEqual(['load', 'start', 'spawn', 'spawn', 'unload', 'stop', 'exit', 'exit']);
    expect(feed.records.map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    expect(feed.records.slice(-2)).toMatchObject([
      { name: 'test.web', pid: expect.any(Number) as number, exit_status: 0, term_signal: 15, requested: true, once: false },
      { name: 'test.web', time: expect.closeTo(Date.now() / 1000, -1) as number },
    ]);
  });
});

describe('the log', () => {
  test('is the last lines and events, and ends', async ({ api }) => {
    await api.load('web', program('count-lines.mjs', 5, 5, 0));
    const feed = await api.follow('/log?follow=true');
    await feed.log.until('end');
    const { text, headers } = await api.ask('GET', '/log?lines=3');
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const records = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(records).toMatchObject(['4\n', '5\n', 'end\n'].map((data) => ({ name: 'test.web', pid: 1, slot: 1, stream: 'out', data })));
    expect((await api.ask('GET', '/log?lines=0')).text).toBe('');
  });

  test.for(['session=nobody', 'job=test.nobody', 'job=nobody', 'pid=99'])('of nobody is not found: %s', async (query, { api }) => {
    await api.load('web', 'sleep 100');
    for (const follow of ['', '&follow=true', '&follow=false']) {
      const { status, json } = await api.ask('GET', `/log?${query}${follow}`);
      expect(status).toBe(404);
      expect(json).toMatchObject({ error: 'not_found', errno: 404 });
    }
  });

  test('may be that of one job, process or output alone', async ({ api }) => {
    const talk = { shell: true, redirect_output: ['out', 'err'] };
    await api.load('web', 'echo one; echo oh >&2; sleep 100', talk);
    await api.load('worker', 'echo two; sleep 100', talk);
    await api.supervisor.load('other', { name: 'web', cmd: 'echo three; sleep 100', os_env: true, ...talk });
    const all = await api.follow('/log?follow=true');
    await all.log.until(/"data"/, 4);
    const outputOf = async (query: string) => {
      const { text } = await api.ask('GET', `/log?${query}`);
      return text
        .split('\n')
        .flatMap((line) => (/"data":"(\w+)/.exec(line) ?? []).slice(1))
        .sort();
    };
    expect(await outputOf('')).toEqual(['oh', 'one', 'three', 'two']);
    expect(await outputOf('session=test')).toEqual(['oh', 'one', 'two']);
    expect(await outputOf('job=test.web')).toEqual(['oh', 'one']);
    expect(await outputOf('job=test.web&stream=err')).toEqual(['oh']);
    expect(await outputOf('pid=3')).toEqual(['three']);
  });

  test('goes on without a gap and tells nothing twice, wherever one begins', { timeout: 20_000 }, async ({ api }) => {
    const count = 4000;
    await api.load('web', program('count-lines.mjs', count, 7, 1));
    const feeds = [];
    for (let n = 0; n < 12; n += 1) {
      feeds.push(await api.follow('/log?follow=true&job=test.web&lines=100000'));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await Promise.all(feeds.map((feed) => feed.log.until('end')));
    for (const feed of feeds) {
      expect(feed.records.filter((record) => 'dropped' in record)).toEqual([]);
      // of what was written before, 16 KiB are kept, which is nearly all
      const { output } = feed;
      const first = Number(output.slice(0, output.indexOf('\n')));
      expect(first).toBeLessThan(count - 1000);
      expect(output).toBe(`${lines(first, count)}end\n`);
    }
  });

  test('begins with all that was asked for, however much that is', async ({ api }) => {
    const count = 150;
    await api.load('web', `head -c 16000 /dev/zero | tr '\\0' x; echo; sleep 100`, { shell: true, numprocesses: count });
    const events = new EventLog(api.supervisor);
    const whole = async () => {
      const { text } = await api.ask('GET', '/log?lines=100000');
      return text.match(/x\\n"/g)?.length ?? 0;
    };
    while ((await whole()) < count) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const feed = await api.follow('/log?follow=true&lines=100000');
    await feed.log.until(/x\\n"/, count);
    await api.ask('POST', '/1/signal', { body: { signal: 'CONT' } });
    await feed.log.until('"kill"');
    expect(feed.log.text).not.toContain('dropped');
    expect(events.types).toEqual(['kill']);
  });
});

describe('a reader who stops reading', () => {
  test('is told how much he has missed; the node and others go on', { timeout: 30_000 }, async ({ api }) => {
    const size = 64 * MEGABYTE;
    await api.load('web', program('write-bytes.mjs', size), { redirect_input: true, on_exit: 'ignore' });
    const events = new EventLog(api.supervisor);
    let sent = 0;
    await api.supervisor.followLog({}, 0, () => {
      sent += 1;
    });
    const slow = await api.follow('/log?follow=true&lines=0', false);
    const quick = await api.follow('/events');
    const before = process.memoryUsage().rss;
    await (await api.supervisor.stream(1, 'stdin')).write('go');
    await events.next('exit');
    await quick.log.until('"done"');
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE);
    slow.resume();
    await slow.log.until('"dropped"');
    const counts = slow.records.map((record) => (typeof record['dropped'] === 'number' ? record['dropped'] : 1));
    expect(slow.records.filter((record) => 'dropped' in record)).toHaveLength(1);
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(sent);
    await api.ask('POST', '/jobs/test/web/signal', { body: { signal: 'HUP' } });
    await slow.log.until('"kill"');
  });
});

describe('a stream', () => {
  test('carries every byte as it is', async ({ api }) => {
    await api.load('web', program('all-bytes.mjs'), { redirect_input: true });
    const feed = await api.follow('/streams/1/out');
    expect(feed.headers).toMatchObject({ 'content-type': 'application/octet-stream', 'x-gaffer-seq': '3' });
    expect(await api.ask('POST', '/streams/1/stdin', { body: Buffer.from([0, 255]) })).toMatchObject({ status: 200, json: { ok: true } });
    expect(await becomes(() => feed.log.bytes.length === 256, 5000)).toBe(true);
    expect(feed.log.bytes).toEqual(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
  });

  test('takes every byte as it is, and ends with the process', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true, on_exit: 'ignore' });
    const feed = await api.follow('/streams/1/out');
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    await api.ask('POST', '/streams/1/stdin', { body: bytes, headers: { 'content-type': 'application/json' } });
    await api.ask('POST', '/streams/1/stdin?end=true', { body: bytes, headers: { 'transfer-encoding': 'chunked' } });
    expect(await feed.ended).toBe(true);
    expect(feed.log.bytes.equals(Buffer.concat([bytes, bytes]))).toBe(true);
  });

  test('holds its process while it is not read, and nothing is lost', { timeout: 20_000 }, async ({ api }) => {
    const size = 20 * MEGABYTE;
    await api.load('web', program('write-bytes.mjs', size), { redirect_input: true, on_exit: 'ignore' });
    const osPid = (await api.supervisor.processInfo(1)).os_pid;
    const feed = await api.follow('/streams/1/out', false);
    await api.ask('POST', '/streams/1/stdin', { body: 'go' });
    let written = -1;
    while (bytesWritten(osPid) > written || written < MEGABYTE / 4) {
      written = bytesWritten(osPid);
      await new Promise((resolve) => setTimeout(resolve, 200)); // that a process waits is told by nothing but its writing no more
    }
    expect(written).toBeLessThan(size);
    expect(await api.supervisor.pids()).toEqual([1]);
    feed.resume();
    expect(await feed.ended).toBe(true);
    const { bytes } = feed.log;
    expect(bytes).toHaveLength(size);
    const block = Buffer.from(Array.from({ length: 251 * 64 }, (_, index) => index % 251));
    for (let at = 0; at < size; at += block.length) {
      expect(bytes.compare(block, 0, Math.min(block.length, size - at), at, Math.min(at + block.length, size))).toBe(0);
    }
  });

  test('lets its process go on when who was slow goes away', async ({ api }) => {
    await api.load('web', program('write-bytes.mjs', 20 * MEGABYTE), { redirect_input: true, on_exit: 'ignore' });
    const events = new EventLog(api.supervisor);
    const feed = await api.follow('/streams/1/out', false);
    await api.ask('POST', '/streams/1/stdin', { body: 'go' });
    const osPid = (await api.supervisor.processInfo(1)).os_pid;
    await becomes(() => bytesWritten(osPid) > MEGABYTE / 4, 5000);
    feed.leave();
    expect(await events.next('exit')).toMatchObject({ exit: { code: 0 } });
  });

  test.for<[string, string, number, string]>([
    ['GET', '/streams/99/out', 404, 'not_found'],
    ['POST', '/streams/99/stdin', 404, 'not_found'],
    ['GET', '/streams/1/other', 404, 'stream_not_found'],
    ['POST', '/streams/1/stdin', 404, 'stream_not_found'],
    ['POST', '/streams/1/out', 403, 'EPERM'],
  ])('refuses %s %s: %i %s', async ([method, path, status, error], { api }) => {
    await api.load('web', 'sleep 100');
    const answer = await api.ask(method, path, method === 'POST' ? { body: 'x' } : {});
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ error, errno: status, reason: expect.any(String) as string });
  });

  test('may have any label', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true, redirect_output: ['a/b ?', 'err'] });
    const feed = await api.follow(`/streams/1/${encodeURIComponent('a/b ?')}`);
    await api.ask('POST', '/streams/1/stdin', { body: 'hello' });
    await feed.log.until('hello');
  });
});

/** Counts who listens to a node. */
class Spy {
  listeners = 0;
  started = 0;

  around(node: GafferNode): GafferNode {
    const own: Partial<GafferNode> = {
      onEvent: (listener) => this.#counted(node.onEvent(listener)),
      followLog: async (...args) => this.#counted(await node.followLog(...args)),
      stream: async (...args) => this.#spied(await node.stream(...args)),
    };
    return new Proxy(node, {
      get: (target, name) => own[name as keyof GafferNode] ?? (target[name as keyof GafferNode] as () => unknown).bind(target),
    });
  }

  #spied(stream: ProcessStream): ProcessStream {
    return {
      onData: (listener) => this.#counted(stream.onData(listener)),
      onEnd: (listener) => this.#counted(stream.onEnd(listener)),
      hold: () => this.#counted(stream.hold()),
      write: (data) => stream.write(data),
      end: () => stream.end(),
    };
  }

  #counted(end: Unsubscribe): Unsubscribe {
    this.listeners += 1;
    this.started += 1;
    let isOver = false;
    return () => {
      this.listeners -= isOver ? 0 : 1;
      isOver = true;
      end();
    };
  }
}

describe('a client that goes away', () => {
  test.for([
    ['/events', 1],
    ['/log?follow=true', 1],
    ['/streams/1/out', 2],
  ] as const)('leaves nobody behind who listens: %s', async ([path, each]) => {
    const spy = new Spy();
    const api = await openApi({}, (node) => spy.around(node));
    await api.load('web', 'sleep 100');
    const own = spy.listeners;
    const onProcess = process.eventNames().map((name) => process.listenerCount(name));
    for (let n = 0; n < 20; n += 1) {
      const feed = await api.follow(path);
      feed.leave();
    }
    expect(await becomes(() => spy.listeners === own, 5000)).toBe(true);
    expect(spy.started - own).toBe(20 * each);
    expect(process.eventNames().map((name) => process.listenerCount(name))).toEqual(onProcess);
  });

  test('before it is answered leaves nobody behind either', async () => {
    const spy = new Spy();
    let ready = (): void => undefined;
    const api = await openApi({ ready: new Promise<void>((resolve) => (ready = resolve)) }, (node) => spy.around(node));
    await api.load('web', 'sleep 100');
    const own = spy.listeners;
    const asked = ['/events', '/log?follow=true', '/streams/1/out'].map((path) => api.follow(path));
    await new Promise((resolve) => setTimeout(resolve, 50));
    api.cutConnections();
    await Promise.allSettled(asked);
    ready();
    await api.ask('GET', '/ping');
    expect(spy.listeners).toBe(own);
  });

  test('is noted with its address', async ({ api }) => {
    const feed = await api.follow('/events');
    feed.leave();
    expect(await becomes(() => api.access.length === 1, 5000)).toBe(true);
    expect(api.access).toMatchObject([{ method: 'GET', url: '/events', status: 200, address: '127.0.0.1' }]);
  });

  test('and an end of the API let go of the node', async () => {
    const spy = new Spy();
    const api = await openApi({}, (node) => spy.around(node));
    await api.load('web', 'sleep 100');
    const feeds = await Promise.all(['/events', '/log?follow=true', '/streams/1/out'].map((path) => api.follow(path, false)));
    expect(spy.listeners).toBe(5);
    await api.closeApi();
    expect(await becomes(() => spy.listeners === 0, 5000)).toBe(true);
    for (const feed of feeds) {
      feed.resume();
    }
    expect(await Promise.all(feeds.map((feed) => feed.ended))).toEqual([true, true, true]);
  });
});

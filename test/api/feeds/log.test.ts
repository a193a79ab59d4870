import { describe, expect } from 'vitest';
import { EventLog } from '../../support/event-log.ts';
import { program } from '../../support/programs.ts';
import { test } from '../../support/test-api.ts';

const MEGABYTE = 1024 * 1024;

/** The numbers from one to another, a line each. */
function lines(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join('');
}

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

  test('goes on without a gap and tells nothing twice, wherever one begins', { timeout: 60_000 }, async ({ api }) => {
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
  test('is told how much he has missed; the node and others go on', { timeout: 60_000 }, async ({ api }) => {
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
    await slow.log.until(/"dropped".*\n/);
    const counts = slow.records.map((record) => (typeof record['dropped'] === 'number' ? record['dropped'] : 1));
    expect(slow.records.filter((record) => 'dropped' in record)).toHaveLength(1);
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(sent);
    await api.ask('POST', '/jobs/test/web/signal', { body: { signal: 'HUP' } });
    await slow.log.until('"kill"');
  });
});

import { describe, expect } from 'vitest';
import { type TestApi, test } from '../../support/test-api.ts';

const TEXT = 'one two three';

/** Loads a process that has written a text. */
async function loadWritten(api: TestApi): Promise<void> {
  await api.load('web', `printf '${TEXT}'; exec cat`, { shell: true, redirect_input: true });
  await expect.poll(async () => (await api.ask('GET', '/1/tail')).text).toBe(TEXT);
}

describe('a stream from a place on', () => {
  test.for([
    ['continuous', 4, '4', 'two three'],
    ['longpoll', 4, '4', 'two three'],
    ['longpoll', 0, '0', TEXT],
    ['eventsource', 8, '8', 'retry: 2000\r\n\r\nevent: out\r\ndata: three\r\n\r\n'],
  ] as const)('begins with what is kept behind it: %s from %i', async ([kind, from, offset, text], { api }) => {
    await loadWritten(api);
    const feed = await api.follow(`/streams/1/out?feed=${kind}&from=${from}`);
    expect(feed.headers['x-gaffer-offset']).toBe(offset);
    await expect.poll(() => feed.log.text).toBe(text);
    if (kind === 'longpoll') {
      expect(await feed.ended).toBe(true);
    }
  });

  test.for([13, 1000])('that is not there yet begins with what comes next: from %i', async (from, { api }) => {
    await loadWritten(api);
    const feed = await api.follow(`/streams/1/out?from=${from}`);
    expect(feed.headers['x-gaffer-offset']).toBe('13');
    await api.ask('POST', '/streams/1/stdin', { body: 'four' });
    expect(await feed.ended).toBe(true);
    expect(feed.log.text).toBe('four');
  });

  test('begins where what is kept begins, and says where that is', async ({ api }) => {
    await api.load('web', `head -c 20000 /dev/zero | tr '\\0' x; exec sleep 100`, { shell: true });
    await expect.poll(async () => (await api.ask('GET', '/1/tail')).text.length).toBe(16 * 1024);
    const feed = await api.follow('/streams/1/out?from=5');
    expect(feed.headers['x-gaffer-offset']).toBe(String(20_000 - 16 * 1024));
    expect(await feed.ended).toBe(true);
    expect(feed.log.text).toBe('x'.repeat(16 * 1024));
  });

  test('is refused where that is no place', async ({ api }) => {
    await loadWritten(api);
    const { status, json } = await api.ask('GET', '/streams/1/out?from=-1');
    expect(status).toBe(400);
    expect(json).toMatchObject({ reason: 'from: expected a whole number from 0, got "-1"' });
  });
});

describe('the log', () => {
  test('tells where each piece stands in its stream, and of which run it is', async ({ api }) => {
    await api.load('web', `printf 'one\\ntwo\\nthree'; exec sleep 100`, { shell: true });
    await expect.poll(async () => (await api.ask('GET', '/1/tail')).text).toBe('one\ntwo\nthree');
    const [log, events] = await Promise.all([api.follow('/log?follow=true'), api.follow('/events')]);
    await log.log.until('three');
    expect(log.records.filter((record) => 'data' in record)).toMatchObject([
      { offset: 0, data: 'one\n' },
      { offset: 4, data: 'two\n' },
      { offset: 8, data: 'three' },
    ]);
    expect(log.headers).toMatchObject({ 'x-gaffer-run': events.headers['x-gaffer-run'], 'x-gaffer-seq': '3' });
  });
});

import { connect } from 'node:net';
import { describe, expect, vi } from 'vitest';
import { EventLog } from '../../support/event-log.ts';
import { becomes, bytesWritten } from '../../support/processes.ts';
import { program } from '../../support/programs.ts';
import { type TestApi, test } from '../../support/test-api.ts';

const MEGABYTE = 1024 * 1024;

/** Loads a process that writes so many bytes, 0, 1, 2 … 250, 0 …, when it is written to, and ends. */
async function loadWriter(api: TestApi, size: number): Promise<void> {
  await api.load('web', program('write-bytes.mjs', size), { redirect_input: true, on_exit: 'ignore' });
}

async function go(api: TestApi): Promise<void> {
  expect((await api.ask('POST', '/streams/1/stdin', { body: 'go' })).status).toBe(200);
}

/** Makes sure that bytes are all of those that were written, in their order. */
function expectWhole(bytes: Buffer, size: number): void {
  expect(bytes).toHaveLength(size);
  const block = Buffer.from(Array.from({ length: 251 * 64 }, (_, index) => index % 251));
  for (let at = 0; at < size; at += block.length) {
    expect(bytes.compare(block, 0, Math.min(block.length, size - at), at, Math.min(at + block.length, size))).toBe(0);
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe('a stream without end', () => {
  test('carries every byte as it is', async ({ api }) => {
    await api.load('web', program('all-bytes.mjs'), { redirect_input: true });
    const feed = await api.follow('/streams/1/out?feed=continuous');
    expect(feed.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-gaffer-seq': '3',
    });
    expect(await api.ask('POST', '/streams/1/stdin', { body: Buffer.from([0, 255]) })).toMatchObject({ status: 200, json: { ok: true } });
    expect(await becomes(() => feed.log.bytes.length === 256, 10_000)).toBe(true);
    expect(feed.log.bytes).toEqual(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
  });

  test('may have any label', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true, redirect_output: ['a/b ?', 'err'] });
    const label = encodeURIComponent('a/b ?');
    const feeds = await Promise.all(['continuous', 'longpoll', 'eventsource'].map((kind) => api.follow(`/streams/1/${label}?feed=${kind}`)));
    await api.ask('POST', '/streams/1/stdin', { body: 'hello' });
    await Promise.all(feeds.map((feed) => feed.log.until('hello')));
    expect(feeds[2]?.events).toMatchObject([{ type: 'a/b ?', data: 'hello' }]);
  });

  test('may be a custom one', async ({ api }) => {
    await api.load('web', program('side-channel.mjs'), { custom_streams: ['ctl', 'data'], redirect_output: [] });
    const feed = await api.follow('/streams/1/data?feed=continuous');
    await api.ask('POST', '/streams/1/data', { body: 'hello' });
    await feed.log.until('4: hello');
  });

  test('ends with the process', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true, on_exit: 'ignore' });
    const feed = await api.follow('/streams/1/out?feed=continuous');
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    await api.ask('POST', '/streams/1/stdin', { body: bytes, headers: { 'content-type': 'application/json' } });
    await api.ask('POST', '/streams/1/stdin?end=true', { body: bytes, headers: { 'transfer-encoding': 'chunked' } });
    expect(await feed.ended).toBe(true);
    expect(feed.log.bytes.equals(Buffer.concat([bytes, bytes]))).toBe(true);
  });
});

describe('the next piece of a stream', () => {
  test('is what is asked for without a word about it', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true });
    for (const path of ['/streams/1/out', '/streams/1/out?feed=longpoll']) {
      for (const text of ['first', 'second']) {
        const feed = await api.follow(path);
        expect(feed.headers['content-type']).toBe('application/octet-stream');
        await api.ask('POST', '/streams/1/stdin', { body: text });
        expect(await feed.ended).toBe(true);
        expect(feed.log.text).toBe(text);
      }
    }
  });

  test('is nothing when the process ends before', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true, on_exit: 'ignore' });
    const feed = await api.follow('/streams/1/out');
    await api.ask('POST', '/streams/1/stdin?end=true');
    expect(await feed.ended).toBe(true);
    expect(feed.log.text).toBe('');
  });
});

describe('an event source of a stream', () => {
  test.for([
    ['/streams/1/out?feed=eventsource', {}],
    ['/streams/1/out', { accept: 'text/event-stream' }],
  ] as const)('gets text as it was written, line ends and all: %s', async ([path, headers], { api }) => {
    await api.load('web', 'cat', { redirect_input: true, on_exit: 'ignore' });
    const feed = await api.follow(path, true, headers);
    expect(feed.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    const texts = ['one\n', 'two\nthree', '\n\n', ' data: x\n', 'héllo 𝄞'];
    for (const text of texts) {
      await api.ask('POST', '/streams/1/stdin', { body: text });
      await becomes(
        () =>
          feed.events
            .map(({ data }) => data)
            .join('')
            .endsWith(text),
        10_000,
      );
    }
    await api.ask('POST', '/streams/1/stdin?end=true');
    expect(await feed.ended).toBe(true);
    expect(feed.events.map(({ data }) => data).join('')).toBe(texts.join(''));
    expect(new Set(feed.events.map(({ type }) => type))).toEqual(new Set(['out']));
    expect(feed.log.text).toMatch(/^retry: 2000\r\n\r\nevent: out\r\ndata: one\r\ndata: \r\n\r\n/);
  });

  test('gets a character that comes in pieces in one, and in Base64 what text cannot carry', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true, on_exit: 'ignore' });
    const feed = await api.follow('/streams/1/out?feed=eventsource');
    const pieces = [Buffer.from([0x61, 0xe2, 0x82]), Buffer.from([0xac]), Buffer.from([0xff, 0x00]), Buffer.from('50%\r'), Buffer.from([0xc3])];
    for (const [index, body] of pieces.entries()) {
      const end = index === pieces.length - 1;
      await api.ask('POST', `/streams/1/stdin?end=${end}`, { body });
      expect(end || (await becomes(() => feed.events.length === index + 1, 10_000))).toBe(true);
    }
    expect(await feed.ended).toBe(true);
    expect(feed.events.map(({ type, data }) => [type, data])).toEqual([
      ['out', 'a'],
      ['out', '€'],
      ['out:base64', '/wA='],
      ['out:base64', 'NTAlDQ=='],
      ['out:base64', 'ww=='],
    ]);
  });

  test('gets every byte of a process that writes a lot', { timeout: 60_000 }, async ({ api }) => {
    const size = 3 * MEGABYTE;
    await loadWriter(api, size);
    const feed = await api.follow('/streams/1/out?feed=eventsource', false);
    await go(api);
    await after(500);
    feed.resume();
    expect(await feed.ended).toBe(true);
    expectWhole(Buffer.concat(feed.events.map(({ type, data }) => Buffer.from(data, type === 'out' ? 'utf8' : 'base64'))), size);
  });
});

describe('a slow reader', () => {
  test('who pauses for half a second again and again makes the process wait, and loses nothing', { timeout: 60_000 }, async ({ api }) => {
    const size = 30 * MEGABYTE;
    await loadWriter(api, size);
    const feed = await api.follow('/streams/1/out?feed=continuous', false);
    const osPid = (await api.supervisor.processInfo(1)).os_pid;
    await go(api);
    const written: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      await after(500);
      written.push(bytesWritten(osPid));
      feed.resume();
      await after(10);
      feed.pause();
    }
    expect(written[0]).toBeLessThan(size);
    feed.resume();
    expect(await feed.ended).toBe(true);
    expectWhole(feed.log.bytes, size);
  });

  test('who reads 20 MB a second loses nothing of 50 MB', { timeout: 60_000 }, async ({ api }) => {
    const size = 50 * MEGABYTE;
    await loadWriter(api, size);
    const feed = await api.follow('/streams/1/out?feed=continuous', false);
    const start = performance.now();
    const stop = feed.readSlowly(20_000_000);
    await go(api);
    expect(await feed.ended).toBe(true);
    stop();
    expect(performance.now() - start).toBeGreaterThan(2000);
    expectWhole(feed.log.bytes, size);
  });

  // the system takes no more from gafferd for seconds then, though somebody reads all the time
  test('who reads 300 KB a second is waited for all the same', { timeout: 60_000 }, async ({ api }) => {
    const size = 30 * MEGABYTE;
    await loadWriter(api, size);
    const feed = await api.follow('/streams/1/out?feed=continuous', false);
    const stop = feed.readSlowly(300_000);
    await go(api);
    await after(3500);
    stop();
    feed.resume();
    expect(await feed.ended).toBe(true);
    expectWhole(feed.log.bytes, size);
  });

  test('does not hold up its process when it goes away', async ({ api }) => {
    await loadWriter(api, 20 * MEGABYTE);
    const events = new EventLog(api.supervisor);
    const feed = await api.follow('/streams/1/out?feed=continuous', false);
    await go(api);
    const osPid = (await api.supervisor.processInfo(1)).os_pid;
    await becomes(() => bytesWritten(osPid) > MEGABYTE / 4, 10_000);
    feed.leave();
    expect(await events.next('exit')).toMatchObject({ exit: { code: 0 } });
  });
});

describe('a reader who has stopped reading', () => {
  for (const kind of ['continuous', 'eventsource']) {
    test(`is cut off after a second; the process, the node and another reader go on: ${kind}`, { timeout: 60_000 }, async ({ api }) => {
      const size = 50 * MEGABYTE;
      await loadWriter(api, size);
      const events = new EventLog(api.supervisor);
      const dead = await api.follow(`/streams/1/out?feed=${kind}`, false);
      const alive = await api.follow('/streams/1/out?feed=continuous');
      await go(api);
      expect(await events.next('exit')).toMatchObject({ exit: { code: 0 } }); // which would not come if it were waited for
      expect(await alive.ended).toBe(true);
      expectWhole(alive.log.bytes, size);
      dead.resume();
      expect(await dead.ended).toBe(false); // broken off: it is not to take for everything what it has
      expect(dead.log.bytes.length).toBeLessThan(size);
    });
  }

  test('costs the node no memory', { timeout: 60_000 }, async ({ api }) => {
    const size = 200 * MEGABYTE;
    await loadWriter(api, size);
    const events = new EventLog(api.supervisor);
    const dead = await Promise.all(Array.from({ length: 5 }, () => api.follow('/streams/1/out?feed=continuous', false)));
    const before = process.memoryUsage().rss;
    await go(api);
    await events.next('exit');
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * MEGABYTE);
    for (const feed of dead) {
      feed.leave();
    }
  });
});

describe('what is written to a process', () => {
  test.for<[string, string, number, string, RegExp]>([
    ['GET', '/streams/99/out', 404, 'not_found', /no process 99/],
    ['POST', '/streams/99/stdin', 404, 'not_found', /no process 99/],
    ['GET', '/streams/1/other', 404, 'io_not_found', /no stream "other"; its streams: out/],
    ['GET', '/streams/1/stdin', 404, 'io_not_found', /stream that can be read, got "stdin"; it has out/],
    ['GET', '/streams/2/other', 400, 'io_not_redirected', /no stream "other"; .*redirect_output/],
    ['GET', '/streams/2/stdin', 400, 'io_not_redirected', /stream that can be read, got "stdin"; it has none/],
    ['POST', '/streams/1/stdin', 403, 'forbidden_write', /no stream "stdin"; .*redirect_input/],
    ['POST', '/streams/1/other', 404, 'io_not_found', /no stream "other"/],
    ['POST', '/streams/1/out', 403, 'forbidden_write', /this one is an output/],
  ])('or read from it is refused where it cannot be, %s %s: %i %s', async ([method, path, status, error, reason], { api }) => {
    await api.load('web', 'sleep 100');
    await api.load('silent', 'sleep 100', { redirect_output: [], redirect_input: true });
    for (const query of method === 'GET' ? ['', '?feed=continuous', '?feed=eventsource'] : ['']) {
      const answer = await api.ask(method, path + query, method === 'POST' ? { body: 'x' } : {});
      expect([answer.status, answer.json]).toEqual([
        status,
        expect.objectContaining({ error, errno: status, reason: expect.stringMatching(reason) as string }),
      ]);
    }
  });

  test('waits for it: the request is answered when its pipe has taken everything', async ({ api }) => {
    await api.load('web', 'read go <&3; cat >/dev/null', { shell: true, redirect_input: true, custom_streams: ['ctl'] });
    let answered = false;
    const asked = api.ask('POST', '/streams/1/stdin', { body: Buffer.alloc(MEGABYTE) }).finally(() => (answered = true));
    await after(100);
    expect(answered).toBe(false);
    await api.ask('POST', '/streams/1/ctl', { body: 'go\n' });
    expect(await asked).toMatchObject({ status: 200, json: { ok: true } });
  });

  test('is refused when too much of it waits, from all who write together; nobody else notices', async ({ api }) => {
    await api.load('web', 'sleep 100', { redirect_input: true, on_exit: 'ignore' });
    await api.load('other', 'cat', { redirect_input: true });
    const asked = Array.from({ length: 30 }, () => api.ask('POST', '/streams/1/stdin', { body: Buffer.alloc(MEGABYTE / 2) }));
    const refused = new Set<number>();
    for (const [index, one] of asked.entries()) {
      void one.then(({ status }) => status === 503 && refused.add(index));
    }
    expect(await becomes(() => refused.size === 22, 10_000)).toBe(true); // 4 MB wait
    expect((await asked[[...refused][0] ?? 0])?.json).toMatchObject({
      error: 'busy',
      errno: 503,
      code: 'stream_busy',
      reason: expect.stringMatching(/^the process does not read: \d+ bytes wait for it already/) as string,
    });
    expect(await api.ask('POST', '/streams/2/stdin', { body: 'hello' })).toMatchObject({ status: 200 });
    await api.supervisor.signalProcess(1, 'SIGKILL');
    for (const answer of await Promise.all(asked)) {
      expect([500, 503]).toContain(answer.status);
      expect(answer.json).toMatchObject({
        error: answer.status === 500 ? 'EIO' : 'busy',
        reason: expect.stringMatching(/^the process does not read/) as string,
      });
    }
  });

  test('is read also when who has written it is gone meanwhile', async ({ api }) => {
    await api.load('web', 'read go <&3; cat | wc -c', { shell: true, redirect_input: true, custom_streams: ['ctl'], on_exit: 'ignore' });
    const feed = await api.follow('/streams/1/out?feed=continuous');
    const socket = connect(api.port, '127.0.0.1');
    const body = Buffer.alloc(MEGABYTE - 1);
    socket.write(`POST /streams/1/stdin?end=true HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`);
    socket.write(body);
    const stdin = await api.supervisor.stream(1, 'stdin');
    await becomes(() => socket.writableLength === 0, 10_000);
    await after(100);
    socket.destroy();
    expect(await becomes(() => api.access.some(({ status }) => status === 499), 10_000)).toBe(true);
    await api.ask('POST', '/streams/1/ctl', { body: 'go\n' });
    expect(await feed.ended).toBe(true);
    expect(Number(feed.log.text)).toBe(body.length);
    await expect(stdin.write('x')).rejects.toMatchObject({ code: 'write_failed' });
    expect(api.warnings).toEqual([]);
  });

  test('is refused when it was closed, and what waits is read', async ({ api }) => {
    await api.load('web', 'read go <&3; cat | wc -c', { shell: true, redirect_input: true, custom_streams: ['ctl'], on_exit: 'ignore' });
    const feed = await api.follow('/streams/1/out?feed=continuous');
    const asked = vi.spyOn(api.supervisor, 'stream');
    const first = api.ask('POST', '/streams/1/stdin', { body: Buffer.alloc(MEGABYTE) });
    await expect.poll(() => asked.mock.settledResults.some(({ type }) => type === 'fulfilled')).toBe(true); // it is written to
    expect((await api.ask('POST', '/streams/1/stdin?end=true')).status).toBe(200);
    expect(await api.ask('POST', '/streams/1/stdin', { body: 'late' })).toMatchObject({
      status: 500,
      json: { error: 'EIO', reason: expect.stringContaining('was closed') as string },
    });
    await api.ask('POST', '/streams/1/ctl', { body: 'go\n' });
    expect((await first).status).toBe(200);
    expect(await feed.ended).toBe(true);
    expect(Number(feed.log.text)).toBe(MEGABYTE);
  });
});

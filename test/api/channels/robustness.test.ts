import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { ApiFeed } from '../../support/api-feed.ts';
import { ChannelClient } from '../../support/channel-client.ts';
import { openPipes } from '../../support/open-files.ts';
import { becomes } from '../../support/processes.ts';
import { clientFrame, RawClient } from '../../support/raw-client.ts';
import { SockJsSession } from '../../support/sockjs-session.ts';
import { SpyNode } from '../../support/spy-node.ts';
import { TestApi, test } from '../../support/test-api.ts';

const MEGABYTE = 1024 * 1024;
const JOBS = '{"event":"CMD","data":{"identity":1,"name":"jobs"}}';

/** Opens a WebSocket by hand. */
async function openRaw(api: TestApi, path = '/channel/websocket'): Promise<RawClient> {
  const client = await RawClient.open({ port: api.port });
  client.upgrade(path);
  await client.log.until('\r\n\r\n');
  return client;
}

/** The code of the close frame that a connection ended with. */
async function closeCode(client: RawClient): Promise<number> {
  await client.over;
  const { bytes } = client.log;
  const at = bytes.lastIndexOf(0x88);
  return bytes.readUInt16BE(at + 2);
}

describe('a body that is too large', () => {
  test.for([['xhr'], ['xhr_send'], ['xhr_streaming'], ['jsonp_send']] as const)('harms nobody: %s', async ([transport], { api }) => {
    const session = new SockJsSession(api);
    for (const headers of [['Content-Length: 2097152'], ['Transfer-Encoding: chunked']]) {
      const client = await RawClient.open({ port: api.port });
      client.ask(`POST ${session.path}/${transport} HTTP/1.1`, ['Host: localhost', ...headers]);
      for (let sent = 0; sent < 32 && !client.socket.destroyed; sent += 1) {
        client.send(headers[0]?.startsWith('T') === true ? `10000\r\n${' '.repeat(65_536)}\r\n` : Buffer.alloc(65_536, ' '));
      }
      await client.over;
      if (client.log.text !== '') {
        expect(await client.status()).toBe(client.log.text.includes('\no\n') || client.log.text.includes('hhh') ? 200 : 413);
      }
    }
    expect((await api.ask('GET', '/ping')).text).toBe('OK');
  });

  test('of just the most is taken', async ({ api }) => {
    const session = new SockJsSession(api);
    await session.open();
    const body = JSON.stringify([JOBS, 'x'.repeat(MEGABYTE - JOBS.length - 20)]).padEnd(MEGABYTE);
    expect((await session.ask('xhr_send', { body })).status).toBe(204);
    expect((await session.ask('xhr_send', { body: `${body} ` })).status).toBe(413);
    expect((await session.poll())[0]).toMatchObject({ event: 'gaffer:command_success' });
  });
});

describe('many messages at once', () => {
  test('and many requests on one connection, one behind the other, are no reason for a warning', async ({ api }) => {
    const client = await RawClient.open({ port: api.port });
    for (let session = 0; session < 30; session += 1) {
      client.ask(`POST /channel/000/s${session}/xhr HTTP/1.1`, ['Host: localhost', 'Content-Length: 0']);
    }
    await client.log.until(/^o$/, 30);
    expect((await api.ask('GET', '/ping')).text).toBe('OK');
  });

  test('are all answered, in one request', async ({ api }) => {
    const session = new SockJsSession(api);
    await session.open();
    await session.send(...Array<string>(10_000).fill(JOBS));
    let answers = 0;
    while (answers < 10_000) {
      answers += (await session.poll()).length;
    }
    expect(answers).toBe(10_000);
  });

  test('can be too many: whoever sends them is sent away', async ({ api }) => {
    const session = new SockJsSession(api);
    await session.open();
    await session.send(...Array<string>(12_000).fill('{}'));
    expect(await session.poll()).toBe('c[1008,"you send faster than it can be done"]\n');
  });

  test('over a WebSocket wait for each other', async ({ api }) => {
    const client = await ChannelClient.open(api.port);
    for (let count = 0; count < 20_000; count += 1) {
      client.say(JOBS);
    }
    await becomes(() => client.messages.length === 20_000 || client.closed !== undefined, 20_000);
    expect([client.messages.length, client.closed]).toEqual([20_000, undefined]);
  });
});

describe('a WebSocket', () => {
  test.for([
    ['a message above 1 MiB', clientFrame(Buffer.alloc(MEGABYTE + 1, 'x')), 1009],
    [
      'a message above 1 MiB in pieces',
      Buffer.concat([clientFrame(Buffer.alloc(MEGABYTE, 'x'), { final: false }), clientFrame('xx', { opcode: 0 })]),
      1009,
    ],
    ['broken UTF-8', clientFrame(Buffer.from([0x22, 0xff, 0xfe, 0x22])), 1007],
    ['a compressed frame', clientFrame('x', { rsv: 4 }), 1002],
    ['an opcode that there is not', clientFrame('x', { opcode: 3 }), 1002],
    ['a ping in pieces', clientFrame('x', { opcode: 9, final: false }), 1002],
    ['the middle of a message', clientFrame('x', { opcode: 0 }), 1002],
    ['a frame that is not masked', Buffer.from([0x81, 0x01, 0x78]), 1002],
    ['a close that is none', clientFrame(Buffer.from([3]), { opcode: 8 }), 1002],
  ] as const)('with %s is closed', async ([, frame, code], { api }) => {
    for (const path of ['/channel/websocket', '/channel/000/s/websocket']) {
      const client = await openRaw(api, path);
      client.send(frame);
      expect([path, await closeCode(client)]).toEqual([path, code]);
    }
    expect(api.warnings).toEqual([]);
  });

  test('takes a message in pieces, and control frames between', async ({ api }) => {
    const client = await openRaw(api);
    for (const [index, char] of Array.from(JOBS).entries()) {
      client.send(clientFrame(char, { opcode: index === 0 ? 1 : 0, final: index === JOBS.length - 1 }));
      client.send(clientFrame('', { opcode: 9 }));
    }
    await client.log.until('gaffer:command_success');
  });

  test('takes an offer to compress, and does not', async ({ api }) => {
    const client = await RawClient.open({ port: api.port });
    client.upgrade('/channel/websocket', ['Host: localhost', 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits']);
    client.send(clientFrame(JOBS));
    await client.log.until('gaffer:command_success');
    expect(client.log.text).not.toContain('permessage-deflate');
  });

  test.for<readonly [string]>([
    ['[{"toString":0,"valueOf":0}]'],
    ['['.repeat(100_000) + ']'.repeat(100_000)],
    ['{"a":1}'],
    ['[1,null,{},[],true]'],
    ['null'],
    ['7'],
  ])("of SockJS's takes what is no text for a message without anything: %s", async ([text], { api }) => {
    const client = await openRaw(api, '/channel/000/s/websocket');
    client.send(clientFrame(text));
    client.send(clientFrame(JSON.stringify([JOBS])));
    await client.log.until('gaffer:command_success');
    expect(client.log.text).toMatch(/event_missing/);
  });

  test("of SockJS's is closed when what comes is no JSON", async ({ api }) => {
    const client = await openRaw(api, '/channel/000/s/websocket');
    client.send(clientFrame('["x'));
    await client.log.until('c[3000,"Broken framing."]');
    client.send(clientFrame(Buffer.from([0x0b, 0xb8]), { opcode: 8 }));
    expect(await closeCode(client)).toBe(3000);
  });
});

/** Messages as no client should send them, and some that are right. */
const NAMES = [
  'jobs',
  'pids',
  'load',
  'update',
  'unload',
  'scale',
  'info',
  'stats',
  'commit',
  'send',
  'kill',
  'killall',
  'process_info',
  'stopall',
  'dance',
  '__proto__',
];
const VALUE = fc.oneof(
  fc.constantFrom('test.web', 'web', 1, 2, '1', 'HUP', '+1', -1, null, { name: 'x', cmd: 'true', start: false }),
  fc.jsonValue({ maxDepth: 2 }),
);
const MESSAGE = fc.oneof(
  fc.record({
    event: fc.constant('CMD'),
    data: fc.record(
      {
        identity: VALUE,
        name: fc.constantFrom(...NAMES),
        args: fc.array(VALUE, { maxLength: 4 }),
        kwargs: fc.dictionary(fc.constantFrom('sessionid', 'start', 'env', 'name', 'data'), VALUE),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    event: fc.constantFrom('SUB', 'UNSUB', 'NOP', 'sub', ''),
    data: fc.record(
      {
        topic: fc.oneof(
          fc.constantFrom('EVENTS', 'JOB:test.web', 'STATS:1', 'STATS:test.web', 'STREAM:1', 'STREAM:1.out', 'PROCESS:1', 'STREAM:'),
          fc.string(),
        ),
        since: VALUE,
      },
      { requiredKeys: [] },
    ),
  }),
  fc.jsonValue(),
);
const TEXT = fc.oneof(
  { weight: 5, arbitrary: MESSAGE.map((message) => JSON.stringify(message)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
const BYTES = fc.uint8Array({ maxLength: 200 });

describe('whatever is sent', () => {
  test('the node answers, and nobody is left who listens', { timeout: 60_000 }, async () => {
    const spy = new SpyNode();
    const pipes = openPipes().length;
    const api = await TestApi.open({}, (node) => spy.around(node));
    await api.load('web', 'cat', { redirect_input: true });
    const before = spy.listeners;
    const seed = Number(process.env['SEED'] ?? Date.now());
    const texts = fc.sample(TEXT, { numRuns: 1500, seed });
    const bytes = fc.sample(BYTES, { numRuns: 300, seed });
    await Promise.all([throwAtWebSockets(api, texts.slice(0, 600)), throwAtSessions(api, texts.slice(600)), throwBytes(api, bytes)]);
    expect([seed, (await api.ask('GET', '/ping')).text]).toEqual([seed, 'OK']);
    await becomes(() => spy.listeners === before, 20_000); // sessions of SockJS that nobody asks any more take 5 s
    expect([seed, spy.listeners]).toEqual([seed, before]);
    const unexpected = api.warnings.filter((warning) => !warning.includes("reading 'constructor'")); // sockjs stumbles over {"__proto__":null}
    expect([seed, unexpected]).toEqual([seed, []]);
    await api.close();
    await becomes(() => openPipes().length <= pipes, 10_000);
    expect(openPipes().length).toBeLessThanOrEqual(pipes);
  });
});

async function throwAtWebSockets(api: TestApi, texts: readonly string[]): Promise<void> {
  for (let at = 0; at < texts.length; at += 50) {
    const own = texts.slice(at, at + 50);
    for (const path of ['/channel/websocket', '/channel/000/s/websocket', '/1/channel', '/wstreams/1']) {
      const client = await openRaw(api, path);
      for (const text of own) {
        client.send(clientFrame(path.includes('000') ? JSON.stringify([text]) : text));
      }
      await new Promise((resolve) => setTimeout(resolve, at % 20));
      leave(client, at);
    }
  }
}

async function throwAtSessions(api: TestApi, texts: readonly string[]): Promise<void> {
  for (let at = 0; at < texts.length; at += 30) {
    const own = texts.slice(at, at + 30);
    const session = new SockJsSession(api);
    await session.open();
    const feed = await ApiFeed.open(api.port, `${session.path}/${at % 60 === 0 ? 'eventsource' : 'htmlfile?c=x'}`);
    await session.send(...own);
    await Promise.all(own.slice(0, 10).map((text) => session.ask('xhr_send', { body: text })));
    await session.ask('jsonp_send', { body: own.join('&'), headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    await session.ask('jsonp_send', { body: JSON.stringify(own), headers: { 'content-type': 'application/evil' } });
    feed.leave();
  }
}

async function throwBytes(api: TestApi, pieces: readonly Uint8Array[]): Promise<void> {
  for (const [index, piece] of pieces.entries()) {
    const client = await RawClient.open({ port: api.port });
    switch (index % 5) {
      case 0:
        client.upgrade(['/channel/websocket', '/channel/000/s/websocket', '/1/channel'][index % 3] ?? '');
        client.send(piece);
        break;
      case 1:
        client.ask(`GET /channel/${Buffer.from(piece).toString('latin1').replaceAll(/[\s]/g, '')} HTTP/1.1`, ['Host: localhost']);
        break;
      case 2:
        client.ask(`POST /channel/000/r${index}/xhr_send HTTP/1.1`, ['Host: localhost', `Content-Length: ${piece.length + (index % 3)}`], piece);
        break;
      case 3:
        client.ask(`POST /channel/000/r${index}/xhr_streaming HTTP/1.1`, ['Host: localhost', 'Content-Length: 0']);
        break;
      default:
        client.send(piece);
    }
    if (index % 2 === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    leave(client, index);
  }
}

/** Goes away in one of several ways. */
function leave(client: RawClient, way: number): void {
  if (way % 3 === 0) {
    client.reset();
  } else {
    client.socket.end();
    setTimeout(() => client.socket.destroy(), way % 50);
  }
}

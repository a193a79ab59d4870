import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect } from 'vitest';
import { ApiFeed } from '../../support/api-feed.ts';
import { ChannelClient } from '../../support/channel-client.ts';
import { becomes } from '../../support/processes.ts';
import { RawClient } from '../../support/raw-client.ts';
import { SockJsSession } from '../../support/sockjs-session.ts';
import { SpyNode } from '../../support/spy-node.ts';
import { openApi, test } from '../../support/test-api.ts';

const require = createRequire(import.meta.url);
const COMMAND = { event: 'CMD', data: { identity: 'x', name: 'jobs' } };
const ANSWER = { event: 'gaffer:command_success', data: { id: 'x', result: { jobs: [] } } };
const NO_CACHE = 'no-store, no-cache, no-transform, must-revalidate, max-age=0';

describe('SockJS', () => {
  test.for([['/channel'], ['/channel/'], ['/channel?x=1']] as const)('welcomes at %s', async ([path], { api }) => {
    const { status, text, headers } = await api.ask('GET', path);
    expect([status, text, headers['content-type']]).toEqual([200, 'Welcome to SockJS!\n', 'text/plain; charset=UTF-8']);
    expect(await api.ask('HEAD', path)).toMatchObject({ status: 200, text: '' });
  });

  test('tells what it can', async ({ api }) => {
    const { status, json, headers } = await api.ask('GET', '/channel/info');
    expect([status, json]).toEqual([200, { websocket: true, cookie_needed: true, origins: ['*:*'], entropy: expect.any(Number) as unknown }]);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=UTF-8',
      'cache-control': NO_CACHE,
      'access-control-allow-origin': '*',
    });
    expect((await api.ask('GET', '/channel/info')).json).not.toEqual(json);
    const origin = `http://127.0.0.1:${api.port}`;
    const own = await api.ask('GET', '/channel/info', { headers: { origin } });
    expect(own.headers).toMatchObject({ 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', vary: 'Origin' });
  });

  test.for([
    ['/channel/info', 'OPTIONS, GET'],
    ['/channel/000/s/xhr', 'OPTIONS, POST'],
    ['/channel/000/s/xhr_send', 'OPTIONS, POST'],
  ] as const)('answers a preflight: %s', async ([path, methods]) => {
    const api = await openApi({ allowedOrigins: ['https://admin.example'] });
    const { status, headers } = await api.ask('OPTIONS', path, {
      headers: { origin: 'https://admin.example', 'access-control-request-headers': 'content-type' },
    });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://admin.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '31536000',
    });
  });

  test.for([['/channel/iframe.html'], ['/channel/iframe-1.6.1.html'], ['/channel/iframe-.html?t=1']] as const)(
    'has a page for frames at %s',
    async ([path], { api }) => {
      const { status, text, headers } = await api.ask('GET', path);
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/html; charset=UTF-8', 'public, max-age=31536000']);
      expect(text).toContain('SockJS.bootstrap_iframe()');
      expect(await api.ask('GET', path, { headers: { 'if-none-match': String(headers.etag) } })).toMatchObject({ status: 304, text: '' });
    },
  );

  test('lets that page run one script only, which is the one of its client', async ({ api }) => {
    const { text } = await api.ask('GET', '/channel/iframe.html');
    const [, url, integrity] = /<script src="([^"]+)" integrity="([^"]+)" crossorigin="anonymous"><\/script>/.exec(text) ?? [];
    const { version } = require('sockjs-client/package.json') as { version: string };
    expect(url).toBe(`https://cdn.jsdelivr.net/npm/sockjs-client@${version}/dist/sockjs.min.js`);
    const script = readFileSync(require.resolve('sockjs-client/dist/sockjs.min.js'));
    expect(integrity).toBe(`sha384-${createHash('sha384').update(script).digest('base64')}`);
  });

  test.for([
    [[], "frame-ancestors 'self'"],
    [['https://admin.example', 'http://x.example:81'], "frame-ancestors 'self' https://admin.example http://x.example:81"],
    [['https://a.example; script-src *', 'https://ä.example'], "frame-ancestors 'self'"],
    ['*', "frame-ancestors 'self' *"],
  ] as const)('lets pages of %j have it in a frame', async ([allowedOrigins, policy]) => {
    const api = await openApi({ allowedOrigins });
    expect((await api.ask('GET', '/channel/iframe.html')).headers['content-security-policy']).toBe(policy);
  });

  test('tests whether answers come in pieces', async ({ api }) => {
    const client = await RawClient.open({ port: api.port });
    client.ask('POST /channel/chunking_test HTTP/1.1', ['Host: localhost', 'Content-Length: 0']);
    await client.log.until(/^h$/);
    await client.log.until(/^ {2048}h$/);
    await client.log.until(/^h$/, 4);
    expect(await client.status()).toBe(200);
  });

  test.for([
    ['GET', '/channel/nothing', 404],
    ['GET', '/channel/iframe.htm', 404],
    ['GET', '/channel/IFRAME.html', 404],
    ['POST', '/channel//xhr', 404],
    ['POST', '/channel/a/b/c/xhr', 404],
    ['POST', '/channel/a.b/c/xhr', 404],
    ['POST', '/channel/a/b/dance', 404],
    ['POST', '/channel/000/__proto__/xhr', 404],
    ['POST', '/channel/000/constructor/xhr_send', 404],
    ['POST', '/channel/000\\__proto__/xhr', 404],
    ['POST', '/channel/000/__proto__/xhr#', 404],
    ['POST', `/channel/000/${'x'.repeat(2000)}/xhr`, 404],
    ['POST', '/channel', 405],
    ['DELETE', '/channel/info', 405],
    ['GET', '/channel/000/s/xhr', 405],
    ['POST', '/channel/000/s/eventsource', 405],
    ['HEAD', '/channel/000/s/jsonp', 405],
    ['GET', '/channel/websocket', 400],
    ['POST', '/channel/websocket', 400],
    ['GET', '/channel/000/s/websocket', 400],
  ] as const)('answers %s %s with %i, and says why', async ([method, path, status], { api }) => {
    const client = await RawClient.open({ port: api.port });
    client.ask(`${method} ${path} HTTP/1.1`, ['Host: localhost', 'Content-Length: 0']);
    expect(await client.status()).toBe(status);
    if (method !== 'HEAD') {
      expect(await client.json()).toMatchObject({ error: status, errno: status, message: expect.any(String) as unknown });
    }
    expect(client.log.text.includes('allow: ')).toBe(status === 405);
  });

  test('answers OPTIONS everywhere', async ({ api }) => {
    for (const path of ['/channel', '/channel/iframe.html', '/channel/websocket', '/channel/000/s/jsonp', '/channel/000/s/jsonp_send']) {
      expect(await api.ask('OPTIONS', path)).toMatchObject({ status: 204, headers: { allow: expect.stringContaining('OPTIONS') as string } });
    }
  });
});

describe('a session of SockJS', () => {
  test('over xhr: one request for what comes, others for what is sent', async ({ api }) => {
    const session = new SockJsSession(api);
    const opened = await session.ask('xhr');
    expect([opened.status, opened.text]).toEqual([200, 'o\n']);
    expect(opened.headers).toMatchObject({
      'content-type': 'application/javascript; charset=UTF-8',
      'cache-control': NO_CACHE,
      'access-control-allow-origin': '*',
      'set-cookie': ['JSESSIONID=dummy; path=/'],
    });
    const sent = await session.send(COMMAND);
    expect([sent.status, sent.text, sent.headers['content-type']]).toEqual([204, '', 'text/plain; charset=UTF-8']);
    expect(await session.poll()).toEqual([ANSWER]);
    await session.send(COMMAND, { event: 'NOP' }, COMMAND);
    const answers: unknown[] = [];
    while (answers.length < 2) {
      const polled = await session.poll();
      answers.push(...(typeof polled === 'string' ? [polled] : polled));
    }
    expect(answers).toEqual([ANSWER, ANSWER]);
  });

  test('keeps the cookie of a load balancer', async ({ api }) => {
    const { headers } = await new SockJsSession(api).ask('xhr', { headers: { cookie: 'a=b; JSESSIONID=node7' } });
    expect(headers['set-cookie']).toEqual(['JSESSIONID=node7; path=/']);
  });

  test('answers a second request while the first one waits with 2010', async ({ api }) => {
    const session = new SockJsSession(api);
    await session.open();
    const first = session.poll();
    expect(await session.poll()).toBe('c[2010,"Another connection still open"]\n');
    await session.send(COMMAND);
    expect(await first).toEqual([ANSWER]);
  });

  test('over xhr_streaming: messages in one answer, until 128 KiB are sent', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true });
    const session = new SockJsSession(api);
    const client = await RawClient.open({ port: api.port });
    client.ask(`POST ${session.path}/xhr_streaming HTTP/1.1`, ['Host: localhost', 'Content-Length: 0']);
    await client.log.until(/^h{2048}\n[^]*?^o$/);
    await session.send(
      { event: 'SUB', data: { topic: 'STREAM:1' } },
      { event: 'CMD', data: { identity: 1, name: 'send', args: [1, 'x'.repeat(140_000)] } },
    );
    await client.log.until('\r\n0\r\n\r\n');
    expect(client.log.text.match(/x/g)?.length).toBeGreaterThan(60_000);
    const rest = await session.poll();
    expect(Array.isArray(rest)).toBe(true);
  });

  test('over eventsource: server-sent events', async ({ api }) => {
    const session = new SockJsSession(api);
    const feed = await ApiFeed.open(api.port, `${session.path}/eventsource`);
    expect([feed.status, feed.headers['content-type'], feed.headers['cache-control']]).toEqual([200, 'text/event-stream', NO_CACHE]);
    await feed.log.until('\r\ndata: o\r\n\r\n');
    await session.send(COMMAND);
    await feed.log.until(/^data: a\["\{.*\}"\]\r\n\r\n/);
    expect(feed.log.text).toBe(`\r\ndata: o\r\n\r\ndata: a[${JSON.stringify(JSON.stringify(ANSWER))}]\r\n\r\n`);
    feed.leave();
  });

  test('over htmlfile: calls of a page that is never finished', async ({ api }) => {
    const session = new SockJsSession(api);
    const feed = await ApiFeed.open(api.port, `${session.path}/htmlfile?c=call.back`);
    expect([feed.status, feed.headers['content-type']]).toEqual([200, 'text/html; charset=UTF-8']);
    await feed.log.until('var c = parent.call.back;');
    await feed.log.until('p("o");');
    await session.send(COMMAND);
    await feed.log.until(/p\("a\[.*\]"\);/);
    feed.leave();
  });

  test('over jsonp: calls of a script for each request', async ({ api }) => {
    const session = new SockJsSession(api);
    const opened = await session.ask('jsonp?c=call_back', { method: 'GET' });
    expect([opened.text, opened.headers['content-type'], opened.headers['x-content-type-options']]).toEqual([
      '/**/call_back("o");\r\n',
      'application/javascript; charset=UTF-8',
      'nosniff',
    ]);
    const body = JSON.stringify([JSON.stringify(COMMAND)]);
    const form = await session.ask('jsonp_send', {
      body: `d=${encodeURIComponent(body)}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([form.status, form.text]).toEqual([200, 'ok']);
    expect((await session.ask('jsonp?c=x', { method: 'GET' })).text).toBe(
      `/**/x(${JSON.stringify(`a[${JSON.stringify(JSON.stringify(ANSWER))}]`)});\r\n`,
    );
    await session.ask('jsonp_send', { body, headers: { 'content-type': 'text/plain' } });
    expect((await session.ask('jsonp?callback=y', { method: 'GET' })).text).toContain('/**/y("a[');
  });

  test.for([
    ['xhr_send', '', 500, 'Payload expected.'],
    ['xhr_send', '{"a":1}', 500, 'Payload expected.'],
    ['xhr_send', 'null', 500, 'Payload expected.'],
    ['xhr_send', '["x', 500, 'Broken JSON encoding.'],
    ['jsonp_send', '', 500, 'Payload expected.'],
    ['jsonp_send', '["x', 500, 'Broken JSON encoding.'],
  ] as const)('answers %s %j with %i %s', async ([transport, body, status, text], { api }) => {
    const session = new SockJsSession(api);
    await session.open();
    expect(await session.ask(transport, { body })).toMatchObject({ status, text });
    await session.send(COMMAND);
    expect(await session.poll()).toEqual([ANSWER]);
  });

  test.for([
    ['jsonp'],
    ['htmlfile'],
    ['jsonp?c='.concat('x'.repeat(40))],
    ['jsonp?c=alert(1)'],
    ['htmlfile?c=%3Cscript%3E'],
    ['jsonp?c=a&c=b'],
  ] as const)('has no callback that could be anything: %s', async ([transport], { api }) => {
    const { status, text } = await new SockJsSession(api).ask(transport, { method: 'GET' });
    expect([status, text]).toEqual([500, expect.stringMatching(/^(invalid )?"callback" parameter( required)?$/)]);
  });

  test('that nobody has begun gets no messages', async ({ api }) => {
    expect((await new SockJsSession(api).send(COMMAND)).status).toBe(404);
    expect((await new SockJsSession(api).ask('jsonp_send', { body: '["x"]' })).status).toBe(404);
  });

  test('over its own WebSocket: frames', async ({ api }) => {
    const client = await RawClient.open({ port: api.port });
    client.upgrade('/channel/000/s/websocket');
    await client.log.until(/\r\n\r\n\S\u0001o/);
    const raw = await ChannelClient.open(api.port);
    raw.say(COMMAND);
    expect(await raw.find(() => true)).toEqual(ANSWER);
  });

  test('is over when nobody has asked for anything for five seconds, and nobody listens for it any more', { timeout: 60_000 }, async () => {
    const spy = new SpyNode();
    const api = await openApi({}, (node) => spy.around(node));
    const before = spy.listeners;
    const session = new SockJsSession(api);
    await session.open();
    await session.send({ event: 'SUB', data: { topic: 'EVENTS' } });
    expect(await session.poll()).toMatchObject([{ event: 'gaffer:subscription_success' }]);
    expect(spy.listeners).toBe(before + 1);
    await becomes(() => spy.listeners === before, 20_000);
    expect(spy.listeners).toBe(before);
    expect((await session.send(COMMAND)).status).toBe(404);
  });

  test('is told when the node stops', async ({ api }) => {
    const session = new SockJsSession(api);
    await session.open();
    const poll = session.poll();
    const feed = await ApiFeed.open(api.port, `/channel/000/${'t'.repeat(8)}/eventsource`);
    await feed.log.until('data: o');
    await api.closeApi();
    expect(await poll).toBe('c[1001,"the node is stopping"]\n');
    await feed.log.until('data: c[1001,"the node is stopping"]');
    expect(await session.poll()).toBe('c[1001,"the node is stopping"]\n');
    expect(await new SockJsSession(api).ask('xhr')).toMatchObject({ status: 503, json: { error: 'not_ready' } });
  });

  test("is its beginner's: another address does not get at it", async ({ api }) => {
    const session = new SockJsSession(api, 'secret');
    await session.open();
    for (const request of ['xhr', 'xhr_send', 'xhr_streaming']) {
      const thief = await RawClient.open({ port: api.port, localAddress: '127.0.0.2' });
      const body = JSON.stringify([JSON.stringify({ event: 'CMD', data: { identity: 1, name: 'load', args: [{ name: 'evil', cmd: 'true' }] } })]);
      thief.ask(`POST ${session.path}/${request} HTTP/1.1`, ['Host: localhost', `Content-Length: ${body.length}`], body);
      expect(await thief.json()).toMatchObject({ errno: 404 });
    }
    await session.send(COMMAND);
    expect(await session.poll()).toEqual([ANSWER]);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type SecureContextOptions } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApiServer } from '../../../src/api/http-server.ts';
import { buildApi } from '../../../src/api/server.ts';
import { Supervisor } from '../../../src/supervisor/supervisor.ts';
import { CERTIFICATE, KEY } from '../../daemon/config/certificate.ts';
import { OutputLog } from '../../support/output-log.ts';
import { RawClient } from '../../support/raw-client.ts';
import { openApi, type TestApi, test } from '../../support/test-api.ts';

/** Where a channel can be got at, and what is answered to who may. */
const DOORS = [
  ['GET', '/channel', 200],
  ['GET', '/channel/info', 200],
  ['GET', '/channel/iframe.html', 200],
  ['POST', '/channel/chunking_test', 200],
  ['POST', '/channel/000/s/xhr', 200],
  ['POST', '/channel/000/s/xhr_streaming', 200],
  ['POST', '/channel/000/s/xhr_send', 500],
  ['POST', '/channel/000/s/jsonp_send', 500],
  ['GET', '/channel/000/s/jsonp?c=x', 200],
  ['GET', '/channel/000/s/eventsource', 200],
  ['GET', '/channel/000/s/htmlfile?c=x', 200],
  ['UPGRADE', '/channel/websocket', 101],
  ['UPGRADE', '/channel/000/s/websocket', 101],
  ['UPGRADE', '/1/channel', 101],
  ['UPGRADE', '/1/channel/out', 101],
  ['UPGRADE', '/wstreams/1', 101],
  ['UPGRADE', '/nothing', 404],
] as const;

/** A server of an API of its own, which the test lets listen. */
async function openServer(tls?: SecureContextOptions): Promise<Server> {
  const supervisor = new Supervisor();
  const api = await buildApi(supervisor, { version: '1', allowedHosts: [], allowedOrigins: [] });
  const server = createApiServer(api, tls);
  onTestFinished(async () => {
    await api.close();
    server.closeAllConnections();
    server.close();
    supervisor.close();
  });
  return server;
}

/** Sends a text, and collects what comes. */
function talk(socket: Socket, text: string): OutputLog {
  const log = new OutputLog();
  onTestFinished(() => void socket.destroy());
  socket.on('data', (chunk) => log.add(chunk));
  socket.write(text);
  return log;
}

/** Knocks at a door. */
async function knock(api: TestApi, [method, path]: readonly [string, string, number], headers: readonly string[]): Promise<RawClient> {
  const client = await RawClient.open({ port: api.port });
  if (method === 'UPGRADE') {
    client.upgrade(path, headers);
  } else {
    client.ask(`${method} ${path} HTTP/1.1`, [...headers, ...(method === 'POST' ? ['Content-Length: 0'] : [])]);
  }
  return client;
}

const HOST = 'Host: localhost:5000';
const NAVIGATION = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'];

describe('a channel is refused to', () => {
  it.each<readonly [who: string, headers: readonly string[]]>([
    ['a page under a name of its own', ['Host: evil.example']],
    ['a page under a name of its own, with a port', ['Host: evil.example:5000', 'Origin: http://evil.example:5000']],
    ['a page of another origin', [HOST, 'Origin: http://evil.example']],
    ['a page of another port', [HOST, 'Origin: http://localhost:3000']],
    ['a page of no origin', [HOST, 'Origin: null']],
    ['a page of two origins', [HOST, 'Origin: http://localhost:5000, http://evil.example']],
    ['a script of another site', [HOST, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: script']],
    ['a script of the same site', [HOST, 'Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: script']],
    ['a frame in another site', [HOST, ...NAVIGATION, 'Referer: http://evil.example/']],
  ])('%s, at every door', async (_, headers) => {
    const api = await openApi({ allowedOrigins: ['https://admin.example'] });
    await api.load('web', 'cat', { redirect_input: true });
    for (const door of DOORS) {
      const client = await knock(api, door, headers);
      expect([door[1], await client.json()]).toEqual([
        door[1],
        { error: 403, errno: 403, reason: 'forbidden', message: expect.stringContaining('allow') as unknown },
      ]);
      expect(await client.status()).toBe(403);
      expect(client.log.text.toLowerCase()).not.toContain('access-control');
      client.reset();
    }
    expect(api.warnings).toEqual([]);
  });
});

describe('a channel is had by', () => {
  it.each<readonly [who: string, headers: readonly string[]]>([
    ['who is no browser', [HOST]],
    ['who calls the node by its address', ['Host: 127.0.0.1:1']],
    ['its own page', [HOST, 'Origin: http://localhost:5000', 'Sec-Fetch-Site: same-origin']],
    ['an allowed page', [HOST, 'Origin: https://admin.example', 'Sec-Fetch-Site: cross-site']],
    ['a script of an allowed page', [HOST, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Dest: script', 'Referer: https://admin.example/']],
    ['a frame in an allowed page', [HOST, ...NAVIGATION, 'Referer: https://admin.example/x']],
    ['who calls the node by an allowed name', ['Host: node.example']],
  ])('%s, at every door', async (_, headers) => {
    const api = await openApi({ allowedOrigins: ['https://admin.example'], allowedHosts: ['node.example'] });
    await api.load('web', 'cat', { redirect_input: true });
    for (const door of DOORS) {
      const client = await knock(api, door, headers);
      expect([door[1], await client.status()]).toEqual([door[1], door[2]]);
      client.reset();
    }
    expect(api.warnings).toEqual([]);
  });

  it('whoever comes over a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gaffer-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const server = await openServer();
    await new Promise<void>((resolve) => server.listen(join(folder, 's'), resolve));
    const log = talk(connect(join(folder, 's')), 'GET /channel/info HTTP/1.1\r\nHost: whatever.example\r\nOrigin: http://x.example\r\n\r\n');
    await log.until('"entropy"');
  });

  it('whoever comes over TLS', async () => {
    const server = await openServer({ cert: CERTIFICATE, key: KEY });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const open = (text: string): OutputLog => talk(connectTls({ port: (server.address() as AddressInfo).port, rejectUnauthorized: false }), text);
    const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    await open(`GET /channel/websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`).until(
      'HTTP/1.1 101',
    );
    await open('GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n').until('\r\n\r\nOK');
  });
});

describe('a refused upgrade', () => {
  test('does not keep its connection', async ({ api }) => {
    const client = await RawClient.open({ port: api.port });
    client.upgrade('/nothing');
    await client.over;
    const began = performance.now();
    while (!client.socket.destroyed && performance.now() - began < 10_000) {
      client.send('x'); // which is answered with a reset when nobody is there
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(client.socket.destroyed).toBe(true);
  });

  test.for([
    ['no key', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']],
    ['a key that is none', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: x']],
    ['no version', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']],
    ['another version', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 99', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']],
  ] as const)('that is no right one is 400, and says why: %s', async ([, headers], { api }) => {
    for (const path of ['/channel/websocket', '/channel/000/s/websocket', '/1/channel', '/wstreams/1']) {
      const client = await RawClient.open({ port: api.port });
      client.ask(`GET ${path} HTTP/1.1`, ['Host: localhost', ...headers]);
      expect([path, await client.json()]).toMatchObject([
        path,
        { error: 400, errno: 400, message: expect.stringContaining('Sec-WebSocket') as unknown },
      ]);
      await client.over;
    }
  });

  test('of another method is none either', async ({ api }) => {
    const client = await RawClient.open({ port: api.port });
    client.ask('POST /channel/websocket HTTP/1.1', [
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Content-Length: 0',
    ]);
    expect(await client.json()).toMatchObject({ errno: 400, message: 'Invalid HTTP method' });
  });
});

describe('an upgrade to something else', () => {
  const H2C = ['Host: localhost', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'];

  test('is served as if nobody had asked for that, on a connection that goes on', async ({ api }) => {
    const client = await RawClient.open({ port: api.port });
    client.ask('GET /ping HTTP/1.1', H2C);
    await client.log.until(/\r\n\r\nOK$/);
    client.ask('GET /version HTTP/1.1', H2C);
    await client.log.until('"version":"1.2.3"}');
    client.ask('GET /version HTTP/1.1', ['Host: localhost']);
    await client.log.until('"version":"1.2.3"}', 2);
    expect(client.log.text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  });

  test.for([
    ['with its length', ['Content-Length: 50'], (body: string) => body],
    [
      'in pieces',
      ['Transfer-Encoding: chunked'],
      (body: string) => `${(20).toString(16)}\r\n${body.slice(0, 20)}\r\n1e\r\n${body.slice(20)}\r\n0\r\n\r\n`,
    ],
    ['when it is asked for', ['Content-Length: 50', 'Expect: 100-continue'], (body: string) => body],
  ] as const)('has its body read: %s', async ([, headers, written], { api }) => {
    const body = JSON.stringify({ name: 'web', cmd: 'sleep 100', start: false }).padEnd(50);
    const client = await RawClient.open({ port: api.port });
    client.ask('POST /jobs/test HTTP/1.1', [...H2C, ...headers]);
    if (headers.length > 1) {
      await client.log.until('HTTP/1.1 100 Continue');
    }
    client.send(written(body));
    await client.log.until('{"ok":true}');
    expect(await api.supervisor.jobs()).toEqual([{ session: 'test', job: 'web' }]);
  });

  test('is refused to whom the node is', async ({ api }) => {
    const client = await RawClient.open({ port: api.port });
    client.ask('GET /jobs HTTP/1.1', [...H2C, 'Origin: http://evil.example']);
    expect(await client.status()).toBe(403);
  });

  test('does not come again behind a channel', async ({ api }) => {
    const client = await RawClient.open({ port: api.port });
    client.upgrade('/channel/websocket');
    await client.log.until('\r\n\r\n');
    client.ask('GET /ping HTTP/1.1', H2C);
    await client.over;
    expect(client.log.text).not.toContain('OK\r\n\r\nOK');
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { type Gafferd } from '../../support/gafferd.ts';
import { test } from '../../support/machine.ts';
import { RawClient } from '../../support/raw-client.ts';

const MB = 1024 * 1024;

/** The memory of gafferd that is not shared, in bytes. */
function memoryOf({ pid }: Gafferd): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

function portOf(daemon: Gafferd): number {
  return Number(new URL(daemon.urls[0] ?? '').port);
}

describe('gafferd', () => {
  test('answers others while a thousand clients say nothing, or little, and its memory stays bounded', { timeout: 60_000 }, async ({ machine }) => {
    const daemon = await machine.start();
    const port = portOf(daemon);
    expect((await daemon.ask('GET', '/jobs')).status).toBe(200);
    const before = memoryOf(daemon);
    const clients: RawClient[] = [];
    for (let index = 0; index < 1000; index += 1) {
      const client = await RawClient.open({ port });
      clients.push(client);
      client.send(
        ['', 'G', 'POST /jobs/x HTTP/1.1\r\nHost: localhost\r\nX-', 'POST /jobs/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{'][
          index % 4
        ] ?? '',
      );
      if (index % 8 === 0) {
        client.socket.end(); // half of it
      }
    }
    for (let round = 0; round < 20; round += 1) {
      expect((await daemon.ask('GET', '/ping')).text).toBe('OK');
    }
    expect(memoryOf(daemon) - before).toBeLessThan(100 * MB);
    expect((await daemon.ask('POST', '/jobs/shop', { name: 'web', cmd: 'sleep 100' })).status).toBe(200);
    expect((await daemon.ask('GET', '/jobs')).json).toEqual({ jobs: ['shop.web'] });
    for (const { socket } of clients) {
      socket.destroy();
    }
  });

  test('refuses what is too large or no request at all, and goes on', { timeout: 60_000 }, async ({ machine }) => {
    const daemon = await machine.start();
    const port = portOf(daemon);
    const before = memoryOf(daemon);
    const cases: readonly (readonly [name: string, bytes: string | Buffer, status: RegExp])[] = [
      [
        'a huge body',
        Buffer.concat([Buffer.from(`POST /jobs/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${30 * MB}\r\n\r\n`), Buffer.alloc(3 * MB)]),
        /413/,
      ],
      ['a huge chunked body', chunked(Buffer.alloc(3 * MB)), /413/],
      ['a length that is none', 'POST /jobs/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n', /400/],
      ['two lengths', 'POST /jobs/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}', /400/],
      ['a length and chunks', 'POST /jobs/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /400/],
      ['chunks of nonsense', 'POST /jobs/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnonsense', /400/],
      ['a huge header', `GET /ping HTTP/1.1\r\nHost: localhost\r\nX-Big: ${'x'.repeat(MB)}\r\n\r\n`, /431/],
      ['many headers', `GET /ping HTTP/1.1\r\nHost: localhost\r\n${'X-A: b\r\n'.repeat(100_000)}\r\n`, /431/],
      ['a header of several lines', 'GET /ping HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: a\r\n b\r\n\r\n', /^HTTP\/1\.1 (200|400)/],
      ['a huge address', `GET /${'x'.repeat(MB)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, /431|414/],
      ['many parameters', `GET /ping?${'a=b&'.repeat(3500)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, /200/],
      ['100,000 parameters', `GET /log?${'a=b&'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, /431|414/],
      ['deep JSON', post(`${'['.repeat(500_000)}${']'.repeat(500_000)}`), /400/],
      ['deep JSON of objects', post('{"a":'.repeat(150_000)), /400/],
      ['a huge number', post(`{"name":"x","cmd":"y","numprocesses":${'9'.repeat(100_000)}}`), /400/],
      ['a text of escapes', post(`{"name":"${'\\u0000'.repeat(100_000)}","cmd":"y"}`), /400/],
      ['TLS', Buffer.from('16030100a5010000a10303', 'hex'), /400/],
      ['another protocol', 'SSH-2.0-OpenSSH_9.0\r\n\r\n', /400/],
      ['the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /400/],
      ['CONNECT', 'CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\n\r\n', /^$|40[045]/],
      ['TRACE', 'TRACE /jobs HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: secret\r\nConnection: close\r\n\r\n', /40[45]/],
    ];
    for (const [name, bytes, status] of cases) {
      const client = await RawClient.open({ port });
      client.send(bytes);
      const closed = client.over;
      await Promise.race([closed, client.log.until(/^HTTP\/1\.1 \d+/)]);
      expect([name, client.log.text.slice(0, 40)]).toEqual([name, expect.stringMatching(status)]);
      expect([name, client.log.text.includes('secret')]).toEqual([name, false]);
      client.socket.destroy();
      expect((await daemon.ask('GET', '/ping')).text).toBe('OK');
    }
    expect(memoryOf(daemon) - before).toBeLessThan(150 * MB);
    expect((await daemon.ask('GET', '/jobs')).json).toEqual({ jobs: [] });
  });

  test('answers a thousand requests that come on one connection, in their order, whoever reads late', { timeout: 60_000 }, async ({ machine }) => {
    const daemon = await machine.start();
    const client = await RawClient.open({ port: portOf(daemon) });
    client.socket.pause();
    client.send(Array.from({ length: 1000 }, (_, index) => `GET /jobs/n${index} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''));
    expect((await daemon.ask('GET', '/ping')).text).toBe('OK');
    client.socket.resume();
    await client.log.until(/session \\"n999\\"/);
    const told = [...client.log.text.matchAll(/session \\"n(\d+)\\"/g)].map(([, number]) => Number(number));
    expect(told).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });
});

function post(body: string): string {
  return `POST /jobs/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function chunked(body: Buffer): Buffer {
  const head = `POST /jobs/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n0\r\n\r\n')]);
}

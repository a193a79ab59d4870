import { createServer } from 'node:https';
import { type AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { HttpSender } from '../../../src/daemon/webhooks/http-sender.ts';
import type { Outcome } from '../../../src/daemon/webhooks/verdict.ts';
import { nobody } from '../../support/fake-server.ts';
import { HookReceiver, rawReceiver } from '../../support/hook-receiver.ts';
import { becomes } from '../../support/processes.ts';
import { CERTIFICATE, KEY } from '../config/certificate.ts';

const BODY = '{"event":"spawn","name":"shop.wéb"}';

function open(url: string): HttpSender {
  const sender = new HttpSender(url);
  onTestFinished(() => sender.close());
  return sender;
}

/** Sends once; after some time it is broken off. */
async function send(url: string, withinMs = 20_000, sender = open(url)): Promise<Outcome> {
  return await sender.send({ headers: { 'content-type': 'application/json', 'x-one': '1' }, body: BODY }, AbortSignal.timeout(withinMs));
}

const answered = (status: number): Outcome => ({ kind: 'answered', status, retryAfter: undefined, location: undefined });
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';

describe('a delivery', () => {
  it('arrives as it was sent', async () => {
    const receiver = await HookReceiver.open();
    expect(await send(receiver.url('/a?b=c'))).toEqual(answered(204));
    const [{ path, headers, body } = {}] = receiver.received;
    expect([path, body]).toEqual(['/a?b=c', BODY]);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-one': '1', 'content-length': String(Buffer.byteLength(BODY)) });
  });

  it('has the user and the password of the address in a header', async () => {
    const receiver = await HookReceiver.open();
    await send(receiver.url().replace('//', '//me:p%40ss:w%C3%B6rd@'));
    expect(receiver.received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss:wörd').toString('base64')}`);
  });

  it('uses the connection of the one before it, which does not stay open for long', async () => {
    const receiver = await HookReceiver.open((response) => response.end('thank you'));
    const sender = open(receiver.url());
    for (let n = 0; n < 10; n += 1) {
      expect(await send(receiver.url(), 20_000, sender)).toEqual(answered(200));
    }
    expect([receiver.received.length, receiver.connections, receiver.open]).toEqual([10, 1, 1]);
    expect(await becomes(() => receiver.open === 0, 10_000)).toBe(true);
  });

  it('leaves no connection behind when the sender is closed', async () => {
    const receiver = await HookReceiver.open();
    const sender = open(receiver.url());
    await send(receiver.url(), 20_000, sender);
    const destroy = vi.spyOn(Socket.prototype, 'destroy');
    sender.close();
    expect(destroy).toHaveBeenCalledOnce(); // in a second it would be closed in any case
    destroy.mockRestore();
    expect(await becomes(() => receiver.open === 0, 10_000)).toBe(true);
  });
});

describe('an answer', () => {
  it.each([200, 201, 204, 304, 400, 404, 410, 500, 503])('with the status %i is told as such', async (status) => {
    const receiver = await HookReceiver.open((response) => response.writeHead(status).end());
    expect(await send(receiver.url())).toEqual(answered(status));
  });

  it('is told with the time that the receiver asks for', async () => {
    const receiver = await HookReceiver.open((response) => response.writeHead(429, { 'retry-after': '7' }).end('slowly'));
    expect(await send(receiver.url())).toEqual({ ...answered(429), retryAfter: '7' });
  });

  it.each([301, 302, 303, 307, 308])('that sends elsewhere with %i is not followed', async (status) => {
    const other = await HookReceiver.open();
    const receiver = await HookReceiver.open((response) => response.writeHead(status, { location: other.url('/internal') }).end());
    expect(await send(receiver.url())).toEqual({ ...answered(status), location: other.url('/internal') });
    expect(other.received).toEqual([]);
  });

  it('without end is cut off after the first bytes, and counts', async () => {
    let written = 0;
    const receiver = await HookReceiver.open((response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024))) {
          written += 64 * 1024;
        }
      };
      response.on('drain', more).writeHead(200);
      more();
    });
    expect(await send(receiver.url())).toEqual(answered(200));
    expect(await becomes(() => receiver.open === 0, 10_000)).toBe(true);
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  it('that drips is waited for as long as an exchange may take, and counts', async () => {
    let timer: NodeJS.Timeout | undefined;
    const receiver = await HookReceiver.open((response) => {
      response.writeHead(202);
      timer = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(timer));
    });
    expect(await send(receiver.url(), 500)).toEqual(answered(202));
    expect(await becomes(() => receiver.open === 0, 10_000)).toBe(true);
  });

  it('that is small when sent and huge when unpacked is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(1024 * 1024)).subarray(0, 1000);
    const receiver = await HookReceiver.open((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    expect(await send(receiver.url())).toEqual(answered(200));
  });

  it.each([
    ['in the middle of a body of known length', `${HEAD}Content-Length: 100\r\n\r\nabc`],
    ['in the middle of chunks', `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nab`],
    ['before the body', `${HEAD}Content-Length: 5\r\n\r\n`],
  ])('that breaks off %s counts', async (_, text) => {
    const url = await rawReceiver((socket) => socket.once('data', () => socket.end(text)));
    expect(await send(url)).toEqual(answered(200));
  });

  it('that comes before the event was read counts', async () => {
    const url = await rawReceiver((socket) => socket.pause().write(`${HEAD}Content-Length: 0\r\n\r\n`));
    expect(await send(url)).toEqual(answered(200));
  });
});

describe('no answer', () => {
  it('is told when nobody listens', async () => {
    const url = await nobody();
    const reason = expect.stringMatching(/^connect ECONNREFUSED 127\.0\.0\.1:\d+$/) as string;
    expect(await send(`${url}/secret-path`)).toEqual({ kind: 'unanswered', reason });
    const byName = await send(url.replace('127.0.0.1', 'localhost'));
    expect(byName).toEqual({ kind: 'unanswered', reason: expect.stringMatching(/^(connect )?ECONNREFUSED/) as string });
  });

  it('is told when the receiver hangs, and the connection is closed', async () => {
    const receiver = await HookReceiver.open(() => undefined);
    expect(await send(receiver.url(), 100)).toEqual({ kind: 'unanswered', reason: 'The operation was aborted.' });
    expect(await becomes(() => receiver.open === 0, 10_000)).toBe(true);
  });

  it('is told when the receiver accepts and says nothing', async () => {
    const url = await rawReceiver(() => undefined);
    expect(await send(url, 100)).toEqual({ kind: 'unanswered', reason: 'The operation was aborted.' });
  });

  it.each<[string, string, RegExp]>([
    ['closes at once', '', /socket hang up|ECONNRESET/],
    ['closes in the middle of a header', 'HTTP/1.1 200 O', /socket hang up|Parse Error|ECONNRESET/],
    ['speaks another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', /Parse Error/],
    ['never ends its headers', `${HEAD}${`X-A: ${'x'.repeat(1000)}\r\n`.repeat(40)}`, /Parse Error/],
  ])('is told when the receiver %s', async (_, text, reason) => {
    const url = await rawReceiver((socket) => socket.once('data', () => socket.end(text)));
    expect(await send(url)).toEqual({ kind: 'unanswered', reason: expect.stringMatching(reason) as string });
  });

  it.each([
    ['changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
    ['only says that it will', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(10)],
  ])('is told when the receiver %s', async (_, text) => {
    const url = await rawReceiver((socket) => socket.once('data', () => socket.write(text)));
    expect(await send(url, 500)).toMatchObject({ kind: 'unanswered' });
  });

  it('is told when its certificate is not trusted', async () => {
    const server = createServer({ cert: CERTIFICATE, key: KEY }, (_, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const outcome = await send(`https://localhost:${(server.address() as AddressInfo).port}/`);
    expect(outcome).toEqual({ kind: 'unanswered', reason: expect.stringMatching(/self-signed/) as string });
  });

  it('is told at once of what is broken off before it begins', async () => {
    const receiver = await HookReceiver.open();
    const stopped = AbortSignal.abort();
    expect((await open(receiver.url()).send({ headers: {}, body: '' }, stopped)).kind).toBe('unanswered');
    expect(receiver.received).toEqual([]);
  });
});

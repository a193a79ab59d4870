import { request } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTlsServer, renewTls, type TlsServerOptions } from '../../src/api/tls-server.ts';
import { TestAuthority } from '../support/certificates.ts';
import { greet } from '../support/tls-client.ts';

const authority = new TestAuthority();
const { ca } = authority;

/** A server with TLS, what it has refused, and its port. */
async function open(
  options: TlsServerOptions = {},
): Promise<{ readonly refused: string[]; readonly port: number; readonly server: ReturnType<typeof createTlsServer> }> {
  const refused: string[] = [];
  const server = createTlsServer(
    { ...authority.server(), ...options },
    (asked, response) => void asked.on('data', () => undefined).on('end', () => response.end('answered')),
    (reason) => refused.push(reason),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { refused, port: (server.address() as AddressInfo).port, server };
}

/** Connects, says something, and resolves with all that comes until the end. */
function talk(port: number, text: string | Buffer, more?: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text);
      more?.(socket);
    });
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => undefined).once('close', () => resolve(answer));
    onTestFinished(() => void socket.destroy());
  });
}

describe('a server with TLS', () => {
  test('lets go of who says nothing, and of who does not finish the handshake', async () => {
    const { port, refused } = await open({ handshakeTimeout: 1000 });
    expect(await Promise.all([talk(port, ''), talk(port, Buffer.from([0x16, 3, 1, 2, 0]))])).toEqual(['', '']);
    expect(refused).toEqual(['TLS handshake timeout']);
    expect((await greet(`https://localhost:${port}`, { ca })).protocol).toBe('TLSv1.3');
  });

  test('does not mind who leaves at once', async () => {
    const { port, refused } = await open();
    await talk(port, '', (socket) => socket.end());
    await talk(port, '', (socket) => socket.resetAndDestroy());
    expect((await greet(`https://localhost:${port}`, { ca })).protocol).toBe('TLSv1.3');
    expect(refused).toEqual([]);
  });

  test('takes the first bytes as they come, one by one too', async () => {
    const { port } = await open();
    const slow = createServer((socket) => {
      const to = connect(port, '127.0.0.1').setNoDelay(true);
      let sent = Promise.resolve();
      socket.on('data', (chunk: Buffer) => {
        const pieces = Array.from(chunk.subarray(0, 40), (byte) => Buffer.of(byte));
        for (const piece of [...pieces, chunk.subarray(40)]) {
          sent = sent.then(() => new Promise((resolve) => to.write(piece, () => setImmediate(resolve))));
        }
      });
      to.on('data', (chunk: Buffer) => socket.write(chunk)).on('close', () => socket.destroy());
      socket.on('close', () => to.destroy()).on('error', () => undefined);
      to.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void slow.close());
    expect((await greet(`https://localhost:${(slow.address() as AddressInfo).port}`, { ca })).protocol).toBe('TLSv1.3');
  });

  test('reads a large body whole', async () => {
    const { port } = await open();
    const answer = await new Promise<string>((resolve, reject) => {
      const asked = request({ port, host: 'localhost', ca, method: 'POST', agent: false }, (response) => {
        response.on('data', (chunk: Buffer) => resolve(chunk.toString()));
      });
      asked.once('error', reject).end(Buffer.alloc(5_000_000, 'x'));
    });
    expect(answer).toBe('answered');
  });

  test.each([
    ['a request', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a large request', `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n${'x'.repeat(900_000)}`],
    ['a request of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('answers %s in plain HTTP with what to do', async (_what, text) => {
    const { port, refused } = await open();
    const answer = await talk(port, text);
    expect(answer).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n[^]*\{"error":400,"errno":400,"reason":"bad_request","message":"this address speaks TLS: use https:\/\/ here"\}$/,
    );
    expect(refused).toEqual(['it does not speak TLS']);
  });

  test('asks for certificates or not as it was told last, and nothing changes when it is told nonsense', async () => {
    const { port, server } = await open();
    const url = `https://localhost:${port}`;
    const identity = authority.server();
    await greet(url, { ca });
    renewTls(server, { ...identity, ca, requestCert: true, rejectUnauthorized: true });
    await expect(greet(url, { ca })).rejects.toThrow(/certificate required/);
    expect(() => renewTls(server, { cert: 'x', key: 'y' })).toThrow();
    await expect(greet(url, { ca })).rejects.toThrow(/certificate required/);
    await greet(url, { ca, ...authority.client() });
    renewTls(server, identity);
    await greet(url, { ca });
  });
});

import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { REFUSED } from '../access-log.ts';
import type { ErrorBody } from '../error-body.ts';

/** How long whoever has asked may take to read the answer and to close the connection. */
const CLOSE_MS = 1000;

/** Answers a request for a WebSocket that can't be had, and closes the connection. */
export function refuseUpgrade(socket: Duplex, body: ErrorBody): void {
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${body.errno} ${STATUS_CODES[body.errno] ?? 'Error'}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  socket.on('error', () => undefined);
  socket.emit(REFUSED, body.errno);
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  socket.resume(); // with something unread the connection would be reset, and the answer with it
  const timer = setTimeout(() => socket.destroy(), CLOSE_MS);
  socket.once('close', () => clearTimeout(timer));
}

/** Whether a request is for a WebSocket; others can be for `h2c`, as curl makes them by itself. */
export function isForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** The bytes of a request that asks for another protocol, without that: whoever is asked so may answer as always. */
export function withoutUpgrade({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage, head: Buffer): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!['upgrade', 'http2-settings'].includes(name.toLowerCase())) {
      lines.push(`${name}: ${value}`);
    }
  }
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]);
}

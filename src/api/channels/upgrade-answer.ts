import { type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ErrorBody } from '../error-body.ts';

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
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}

/** Whether a request is for a WebSocket; others can be for `h2c`, as curl makes them by itself. */
export function isForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Answers a request as if it had not asked for another protocol, which is what one may do with that. */
export function answerPlainly(request: IncomingMessage, socket: Duplex, handle: (request: IncomingMessage, response: ServerResponse) => void): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false; // nobody reads requests from this connection any more
  if (!(socket instanceof Socket)) {
    socket.destroy();
    return;
  }
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  socket.on('error', () => undefined);
  handle(request, response);
}

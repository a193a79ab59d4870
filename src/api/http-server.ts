import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { systemCode } from '../errors.ts';
import { isForWebSocket, withoutUpgrade } from './channels/upgrade-answer.ts';
import { frameworkErrorBody } from './error-body.ts';
import type { Api } from './server.ts';
import { createTlsServer, type OnRefused, type TlsServerOptions } from './tls-server.ts';

/** How long a client may take to send the head of a request, and the whole of it; whoever takes longer is sent away. */
const LIMITS = { headersTimeout: 15_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000, keepAliveTimeout: 75_000 };

/** Which requests for another protocol are not served as all others; older versions of Node do not ask, and take it to be all of them. */
const UPGRADES = { shouldUpgradeCallback: isForWebSocket };

/** Makes the server of an API; it does not listen. @param tls certificates for https; without them it is http */
export function createApiServer({ handle, upgrade }: Api, tls?: TlsServerOptions, onRefused?: OnRefused): Server {
  const options = { ...LIMITS, ...UPGRADES };
  const server = tls === undefined ? createServer(options, handle) : createTlsServer({ ...options, ...tls }, handle, onRefused);
  server.on('upgrade', (request, socket, head) => {
    if (isForWebSocket(request)) {
      upgrade(request, socket, head);
    } else {
      readAgain(server, { request, socket, head });
    }
  });
  server.on('clientError', (error, socket) => sendAway(error, socket));
  return server;
}

/** Serves a request for another protocol as if it had not asked for that; Node has let go of its connection, with the body unread. */
function readAgain(server: Server, { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer }): void {
  socket.unshift(withoutUpgrade(request, head));
  server.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket);
}

/** Answers what could not be read as a request. */
function sendAway(error: Error, socket: Duplex): void {
  if (!socket.writable) {
    return;
  }
  const status = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }[systemCode(error) ?? ''] ?? 400;
  const body = JSON.stringify(frameworkErrorBody(status, error.message));
  socket.end(
    `HTTP/1.1 ${status} ${status === 400 ? 'Bad Request' : 'Error'}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

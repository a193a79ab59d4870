import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Connection, createServer, type Server } from 'sockjs';
import { frameworkErrorBody } from '../error-body.ts';
import { CLOSE } from './peer.ts';
import { closeConnection, SockJsPeer } from './sockjs-peer.ts';
import { refuseUpgrade } from './upgrade-answer.ts';

/** Who takes the connections. */
export interface SockJsOptions {
  /** Takes a connection; the answer gets its messages and its end. */
  readonly connected: (peer: SockJsPeer) => { receive(text: string): void; close(): void };
  readonly warn: (message: string) => void;
}

/** How many bytes one request may bring. */
const BODY_LIMIT = 1024 * 1024;

/** `/channel/SERVER/SESSION/TRANSPORT` */
const SESSION_PATH = /^\/channel\/[^/.]+\/([^/.]+)\/(\w+)\/?$/;

/** What sockjs makes of requests; its types know only how to put it before a server. */
type Handler = (request: IncomingMessage, response: ServerResponse | Duplex, head?: Buffer) => boolean;

/**
 * Serves SockJS under `/channel`: for browsers that something keeps from WebSockets. It gets its requests from us alone,
 * when the guard has let them pass.
 */
export class SockJsServer {
  readonly #options: SockJsOptions;
  readonly #handler: Handler;
  readonly #connections = new Map<Connection, string | undefined>();

  constructor(options: SockJsOptions) {
    this.#options = options;
    const server = createServer({
      prefix: '/channel',
      jsessionid: true,
      response_limit: 128 * 1024,
      heartbeat_delay: 25_000,
      disconnect_delay: 5_000,
      faye_server_options: { maxLength: BODY_LIMIT },
      log: (severity: string, line: string) => {
        if (severity === 'error') {
          options.warn(`SockJS: ${line}`);
        }
      },
    } as Parameters<typeof createServer>[0]);
    server.on('connection', (connection: Connection | null) => {
      if (connection !== null) {
        this.#connected(connection);
      }
    });
    this.#handler = (server as Server & { listener(): { getHandler(): Handler } }).listener().getHandler();
  }

  /** How many channels there are. */
  get count(): number {
    return this.#connections.size;
  }

  request(request: IncomingMessage, response: ServerResponse): void {
    const session = sessionOf(request);
    if (session !== undefined && !this.#mayUse(session, request)) {
      response.writeHead(404, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify(frameworkErrorBody(404, 'there is no such SockJS session')));
      return;
    }
    this.#handler(request, response);
    limitBody(request, response);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (transportOf(request) === 'websocket') {
      this.#handler(request, socket, head);
    } else {
      refuseUpgrade(socket, frameworkErrorBody(404, 'WebSockets are at /channel/websocket and /channel/SERVER/SESSION/websocket'));
    }
  }

  /** Closes every channel. */
  close(): void {
    for (const connection of this.#connections.keys()) {
      closeConnection(connection, CLOSE.goingAway, 'the node is stopping');
    }
  }

  #connected(connection: Connection): void {
    const { receive, close } = bound(this.#options.connected(new SockJsPeer(connection)));
    this.#connections.set(connection, SESSION_PATH.exec(connection.pathname)?.[1]);
    connection.on('data', (message: unknown) => receive(String(message)));
    connection.once('close', () => {
      this.#connections.delete(connection);
      close();
    });
  }

  /** A session is its beginner's: whoever guesses its name from another address does not get at it. */
  #mayUse(session: string, request: IncomingMessage): boolean {
    if (session in {}) {
      return false; // sockjs would find what every object has
    }
    return [...this.#connections].every(
      ([connection, name]) => name !== session || (connection.remoteAddress as string | undefined) === request.socket.remoteAddress,
    );
  }
}

function bound(channel: { receive(text: string): void; close(): void }) {
  return { receive: (text: string) => channel.receive(text), close: () => channel.close() };
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?')[0] ?? '';
}

function sessionOf(request: IncomingMessage): string | undefined {
  return SESSION_PATH.exec(pathOf(request))?.[1];
}

function transportOf(request: IncomingMessage): string | undefined {
  return SESSION_PATH.exec(pathOf(request))?.[2];
}

/** sockjs reads as much as it is sent. */
function limitBody(request: IncomingMessage, response: ServerResponse): void {
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > BODY_LIMIT && !response.writableEnded) {
      response.writeHead(413, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
      response.end(JSON.stringify(frameworkErrorBody(413, `expected at most ${BODY_LIMIT} bytes`)), () => request.destroy());
    }
  });
}

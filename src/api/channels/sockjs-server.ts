import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Connection, createServer, type Server } from 'sockjs';
import { GafferError } from '../../errors.ts';
import { sendError } from '../error-answer.ts';
import { errorBody, frameworkErrorBody } from '../error-body.ts';
import type { GuardOptions } from '../guard.ts';
import { CLOSE } from './peer.ts';
import { messageText } from './sockjs-frames.ts';
import { type SockJsPlace, sockJsPlace } from './sockjs-path.ts';
import { closeConnection, SockJsPeer } from './sockjs-peer.ts';

/** Who takes the connections. */
export interface SockJsOptions {
  /** Where it is served: `/channel`. */
  readonly prefix: string;
  /** Takes a connection; the answer gets its messages and its end. */
  readonly connected: (peer: SockJsPeer) => { receive(text: string): void; close(): void };
  /** Pages that may have this node's pages in a frame. */
  readonly allowedOrigins: GuardOptions['allowedOrigins'];
  readonly warn: (message: string) => void;
}

/** How many bytes one request may bring. */
const BODY_LIMIT = 1024 * 1024;

/** The script in the page that SockJS puts into frames; it runs with the rights of this node's own pages, so that only this one text will do. */
const CLIENT_URL = 'https://cdn.jsdelivr.net/npm/sockjs-client@1.6.1/dist/sockjs.min.js';
const CLIENT_HASH = 'sha384-svdnwiXBL+Js+yUneJSRFy24NgGiOfDM/vkQl/vCeVrcbYD6yW8EwPr1FnxTEZsR';

/** What sockjs makes of requests; its types know only how to put it before a server. */
type Handler = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Serves SockJS under a path: for browsers that something keeps from WebSockets. It gets its requests from us alone,
 * when the guard has let them pass. Its own WebSockets are served as all others are.
 */
export class SockJsServer {
  readonly #options: SockJsOptions;
  readonly #handler: Handler;
  readonly #framePolicy: string;
  readonly #connections = new Set<Connection>();
  /** From which address a session was begun, by its name. */
  readonly #owners = new Map<string, string | undefined>();
  #isClosed = false;

  constructor(options: SockJsOptions) {
    this.#options = options;
    this.#framePolicy = framePolicy(options.allowedOrigins);
    const server = createServer({
      prefix: options.prefix,
      jsessionid: true,
      response_limit: 128 * 1024,
      heartbeat_delay: 25_000,
      disconnect_delay: 5_000,
      sockjs_url: `${CLIENT_URL}" integrity="${CLIENT_HASH}" crossorigin="anonymous`, // it is put between two quotes
      log: (_severity: string, line: string) => {
        const [what, error] = line.split('\n');
        if (error !== undefined) {
          options.warn(`SockJS: ${what ?? ''} ${error}`); // the others are requests that are no right ones
        }
      },
    });
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
    const { method = '', url = '' } = request;
    const { prefix } = this.#options;
    const place = sockJsPlace(url, prefix);
    response.on('error', () => undefined); // whoever has asked is gone
    if (place === undefined || !this.#mayUse(place, request)) {
      sendError(response, frameworkErrorBody(404, `there is no such thing below ${prefix}, or no such session`));
    } else if (this.#isClosed && !this.#owners.has(place.session ?? '')) {
      sendError(response, errorBody(new GafferError('not_ready', 'the node is stopping')));
    } else if (place.methods.includes(method)) {
      this.#serve(request, response);
    } else if (method === 'OPTIONS') {
      response.writeHead(204, { allow: allowed(place) });
      response.end();
    } else if (place.methods.length === 0) {
      sendError(response, frameworkErrorBody(400, 'expected a WebSocket: a GET with "Upgrade: websocket"'));
    } else {
      response.setHeader('allow', allowed(place));
      sendError(response, frameworkErrorBody(405, `this path knows ${allowed(place)}`));
    }
  }

  /** Closes every channel, and opens no other; those that there are can still be told so. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#connections) {
      closeConnection(connection, CLOSE.goingAway, 'the node is stopping');
    }
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    if (Number(request.headers['content-length']) > BODY_LIMIT) {
      refuseBody(request, response);
      return;
    }
    if (request.method === 'HEAD') {
      request.method = 'GET'; // that the answer has no body is settled
    }
    const { prefix } = this.#options;
    request.url = request.url?.startsWith(`${prefix}?`) === true ? request.url.replace('?', '/?') : request.url; // without a slash sockjs would not answer
    request.socket.setMaxListeners(0); // sockjs listens for its end once for each request, and one connection can bring many
    response.setHeader('content-security-policy', this.#framePolicy);
    this.#handler(request, response);
    limitBody(request, response);
  }

  #connected(connection: Connection): void {
    const channel = this.#options.connected(new SockJsPeer(connection));
    const session = sockJsPlace(connection.url, this.#options.prefix)?.session;
    this.#connections.add(connection);
    if (session !== undefined) {
      this.#owners.set(session, connection.remoteAddress);
    }
    connection.on('data', (message: unknown) => channel.receive(messageText(message)));
    connection.once('close', () => {
      this.#connections.delete(connection);
      if (session !== undefined) {
        this.#owners.delete(session);
      }
      channel.close();
    });
  }

  /** A session is its beginner's: whoever guesses its name from another address does not get at it. */
  #mayUse({ session }: SockJsPlace, request: IncomingMessage): boolean {
    return session === undefined || !this.#owners.has(session) || this.#owners.get(session) === request.socket.remoteAddress;
  }
}

/** Which pages may have one of this node's in a frame, and so ask it to be their way to the node. */
function framePolicy(allowedOrigins: GuardOptions['allowedOrigins']): string {
  const named = allowedOrigins === '*' ? ['*'] : allowedOrigins.filter((origin) => /^[!-+\--:<-~]+$/.test(origin));
  return ["frame-ancestors 'self'", ...named].join(' ');
}

function allowed({ methods }: SockJsPlace): string {
  return [...new Set([...methods, 'OPTIONS'])].join(', ');
}

/** sockjs reads as much as it is sent. */
function limitBody(request: IncomingMessage, response: ServerResponse): void {
  let length = 0;
  const count = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > BODY_LIMIT) {
      request.off('data', count);
      refuseBody(request, response);
    }
  };
  request.on('data', count);
}

function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) {
    request.destroy(); // it is being answered already
    return;
  }
  request.pause(); // sockjs waits for its end
  response.setHeader('connection', 'close');
  sendError(response, frameworkErrorBody(413, `expected at most ${BODY_LIMIT} bytes`));
}

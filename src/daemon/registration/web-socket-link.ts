import type { ClientRequest, IncomingMessage } from 'node:http';
import { connect, type LookupFunction } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { WebSocket as Socket } from 'ws';
import type { LinkListener, LookupLink } from './link.ts';
import { reasonOfClose, reasonOfError, reasonOfStatus } from './link-failure.ts';

/** Where a lookupd is, and how it is spoken to. */
export interface WebSocketTarget {
  /** `http://host:5010`, `https://…`, or `unix:/path`. */
  readonly address: string;
  /** Sent where the lookupd asks for one. */
  readonly key: string | undefined;
  /** What Node's `tls` takes, read anew for each connection. @throws GafferError when a file can't be read */
  readonly tls: () => TlsOptions;
  /** How names are looked up. Default: each time anew. */
  readonly lookup?: LookupFunction;
}

/** Answers are short. */
const LONGEST_ANSWER = 64 * 1024;

/** What is read of an answer that is no WebSocket. */
const MOST_READ = 4096;

/** How long the other side may take to say good-bye. */
const GOODBYE_MS = 500;

/** A connection by WebSocket; its library is loaded with the first one. */
export class WebSocketLink implements LookupLink {
  readonly #listener: LinkListener;
  #socket: Socket | undefined;
  #isOver = false;
  #reason: string | undefined;

  constructor(target: WebSocketTarget, listener: LinkListener) {
    this.#listener = listener;
    void this.#connect(target);
  }

  send(text: string): void {
    this.#socket?.send(text);
  }

  async close(): Promise<void> {
    this.#isOver = true;
    const socket = this.#socket;
    if (socket === undefined || socket.readyState !== socket.OPEN) {
      this.breakOff();
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.terminate(), GOODBYE_MS);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.close(1000);
    });
  }

  breakOff(): void {
    this.#isOver = true;
    this.#socket?.terminate();
  }

  async #connect({ address, key, tls, lookup }: WebSocketTarget): Promise<void> {
    const { WebSocket } = await import('ws'); // a node without lookupds does without
    if (this.#isOver) {
      return;
    }
    try {
      const { url, path } = webSocketAddress(address);
      this.#socket = new WebSocket(url, {
        maxPayload: LONGEST_ANSWER,
        perMessageDeflate: false,
        ...(lookup !== undefined && { lookup }),
        ...(key !== undefined && { headers: { 'x-api-key': key } }),
        ...(path === undefined ? url.startsWith('wss:') && tls() : { createConnection: () => connect(path) }),
      });
    } catch (error) {
      this.#end(reasonOfError(error));
      return;
    }
    this.#listen(this.#socket);
  }

  #listen(socket: Socket): void {
    socket.on('open', () => this.#tell(() => this.#listener.onOpen()));
    socket.on('message', (data) => this.#tell(() => this.#listener.onMessage((data as Buffer).toString())));
    socket.on('unexpected-response', (request, response) => this.#refused(request, response));
    socket.on('error', (error) => {
      this.#reason ??= reasonOfError(error);
    });
    socket.on('close', (code, reason) => this.#end(this.#reason ?? reasonOfClose(code, reason.toString())));
  }

  /** Reads a little of what a server says instead of opening a WebSocket. */
  #refused(request: ClientRequest, response: IncomingMessage): void {
    let body = '';
    const over = (): void => {
      this.#reason ??= reasonOfStatus(response.statusCode ?? 0, body);
      this.#socket?.terminate();
      request.destroy();
    };
    response.setEncoding('utf8').on('data', (text: string) => {
      body += text;
      if (body.length > MOST_READ) {
        over();
      }
    });
    response.on('end', over).on('error', over);
  }

  #end(reason: string): void {
    this.#tell(() => {
      this.#isOver = true;
      this.#listener.onEnd(reason);
    });
  }

  #tell(act: () => void): void {
    if (!this.#isOver) {
      act();
    }
  }
}

/** The address of a lookupd's `/ws`, and the path of its unix socket if it has one. */
export function webSocketAddress(address: string): { readonly url: string; readonly path: string | undefined } {
  const [, path] = /^unix:(?:\/\/(?=\/))?(.*)$/i.exec(address) ?? [];
  if (path !== undefined) {
    return { url: 'ws://localhost/ws', path };
  }
  const url = new URL(address);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/ws`;
  url.search = '';
  url.hash = '';
  return { url: url.href, path: undefined };
}

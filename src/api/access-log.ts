import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** One request and its answer, for a log. */
export interface AccessEntry {
  readonly method: string;
  readonly url: string;
  /** 499 where whoever has asked was gone before it was answered. */
  readonly status: number;
  /** Milliseconds. */
  readonly ms: number;
  /** Undefined for a unix socket. */
  readonly address: string | undefined;
}

/** Takes note of a request when it is over. */
export function noteAnswer({ method = '', url = '', socket }: IncomingMessage, response: ServerResponse, log: (entry: AccessEntry) => void): void {
  const start = performance.now();
  const address = socket.remoteAddress; // when the connection is gone nobody knows it any more
  response.once('close', () => {
    log({ method, url: shownUrl(url), status: response.headersSent ? response.statusCode : 499, ms: performance.now() - start, address });
  });
}

/** A request's path as a log may have it: a key can be named by its secret, and that is nobody's business. */
export function shownUrl(url: string): string {
  const [, first = '', rest = ''] = /^\/+([^/?]*)(?:\/+([^?]*))?/.exec(url) ?? [];
  const isKey = /^keys$/i.test(decoded(first)) && rest !== '' && !/^key-[0-9a-f]{12}$/.test(rest);
  return isKey ? `/keys/…${url.includes('?') ? url.slice(url.indexOf('?')) : ''}` : url;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The event of a socket by which it is known that no channel comes of it, with the status of the answer. */
export const REFUSED = 'refused';

/** Takes note of a channel when it is over, or was refused. */
export function noteChannel(
  { method = '', url = '', socket: { remoteAddress: address } }: IncomingMessage,
  socket: Duplex,
  log: (entry: AccessEntry) => void,
): void {
  const start = performance.now();
  let status = 101;
  socket.once(REFUSED, (errno: number) => {
    status = errno;
  });
  socket.once('close', () => log({ method, url: shownUrl(url), status, ms: performance.now() - start, address }));
}

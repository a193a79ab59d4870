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

/** A request's path as a log may have it: a key can be named by its secret, and that is nobody's business, however it is written. */
export function shownUrl(url: string): string {
  if (!/keys|%|^[^/]|[0-9a-f]{32}/i.test(url)) {
    return url;
  }
  const [path = '', query] = url.replace(/^([a-z][a-z0-9+.-]*:\/*)[^/?#]*@/i, '$1').split(/(?=\?)(.*)/s);
  const shown = namesKey(path) ? `${/^[a-z][a-z0-9+.-]*:\/*[^/]*/i.exec(path)?.[0] ?? ''}/keys/…` : path;
  return `${shown}${query ?? ''}`.replaceAll(/[0-9a-f]{32}/gi, '…');
}

/** Whether something stands behind `/keys/` that is not the id of a key, with whatever is written out once or twice. */
function namesKey(path: string): boolean {
  const rest = /(?:^|[/\\])keys[/\\;:]+(.+)$/is.exec(decoded(decoded(path)))?.[1];
  return rest !== undefined && !/^key-[0-9a-f]{12}$/.test(rest);
}

/** As far as it can be decoded: what is no UTF-8 is left. */
function decoded(text: string): string {
  return text.replaceAll(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
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

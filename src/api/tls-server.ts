import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { type SecureContextOptions, TLSSocket, type TlsOptions } from 'node:tls';
import { frameworkErrorBody } from './error-body.ts';

/** Certificates, and whether those of clients are asked for. */
export type TlsServerOptions = SecureContextOptions & Pick<TlsOptions, 'requestCert' | 'rejectUnauthorized' | 'handshakeTimeout'>;

/** How long the first byte may take, and then the rest of the handshake. */
const HANDSHAKE_MS = 10_000;

/** How long whoever speaks no TLS may take to read that. */
const CLOSE_MS = 1_000;

/** The first byte of every handshake. */
const HANDSHAKE = 0x16;

/** Takes note of a connection that did not come about. */
export type OnRefused = (reason: string, address: string | undefined) => void;

/** Makes a server with TLS that serves nobody whose certificate is not trusted, and tells those who speak plain HTTP what to do. */
export function createTlsServer(
  options: ServerOptions & TlsServerOptions,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  onRefused: OnRefused = () => undefined,
): Server {
  const { handshakeTimeout = HANDSHAKE_MS } = options;
  const server = createServer({ ...options, handshakeTimeout }, handle);
  takeFirst(server, 'connection', (socket, shakeHands) =>
    whenItSpeaks(socket, handshakeTimeout, (first) => {
      if (first === HANDSHAKE) {
        shakeHands();
      } else {
        onRefused('it does not speak TLS', socket.remoteAddress);
        refuse(socket);
      }
    }),
  );
  takeFirst(server, 'secureConnection', (socket, serve) => {
    const trouble = socket instanceof TLSSocket ? troubleWith(socket, server as Server & Asking) : 'it has no TLS';
    if (trouble === undefined) {
      serve();
    } else {
      onRefused(trouble, socket.remoteAddress);
      socket.destroy();
    }
  });
  server.on('tlsClientError', (error, socket) => onRefused(reasonOf(error), socket.remoteAddress));
  return server;
}

/** Puts something before what the server itself does with an event; that is done only when it is called. */
function takeFirst(server: Server, event: string, decide: (socket: Socket, goOn: () => void) => void): void {
  const own = server.listeners(event) as ((socket: Socket) => void)[];
  server.removeAllListeners(event);
  server.on(event, (socket: Socket) => decide(socket, () => own.forEach((listener) => listener.call(server, socket))));
}

/** What a server keeps of whether it asks clients for certificates; Node reads it for each connection, and has no other way to change it. */
interface Asking {
  requestCert: boolean;
  rejectUnauthorized: boolean;
}

/**
 * Goes over to other certificates, and to asking clients for theirs or not, with the next connection; those that are open stay.
 * @throws what Node throws for certificates that it can't use; nothing is changed then
 */
export function renewTls(server: Server, options: TlsServerOptions): void {
  const { requestCert = false, rejectUnauthorized = true } = options;
  server.setSecureContext(options);
  Object.assign(server, { requestCert, rejectUnauthorized } satisfies Asking);
}

/**
 * Why a client is not served, if so: Node lets in a resumed session without looking for a certificate, and a certificate that is not
 * trusted where none is needed.
 */
function troubleWith(socket: TLSSocket, { requestCert, rejectUnauthorized }: Asking): string | undefined {
  const hasShown = Object.keys(socket.getPeerCertificate()).length > 0;
  if (!requestCert || (hasShown ? socket.authorized : !rejectUnauthorized)) {
    return undefined;
  }
  return hasShown ? `its certificate is not trusted (${String(socket.authorizationError)})` : 'it has shown no certificate';
}

/** Calls back with the first byte, which can be read again; nobody needs to be waited for who says nothing. */
function whenItSpeaks(socket: Socket, patienceMs: number, callback: (first: number) => void): void {
  const drop = (): void => void socket.destroy();
  socket.on('error', drop).setTimeout(patienceMs, drop);
  socket.once('readable', () => {
    socket.off('error', drop).setTimeout(0).off('timeout', drop);
    const bytes = socket.read() as Buffer | null;
    const first = bytes?.[0];
    if (bytes === null || first === undefined) {
      socket.destroy();
      return;
    }
    socket.unshift(bytes);
    callback(first);
  });
}

function refuse(socket: Socket): void {
  const body = JSON.stringify(frameworkErrorBody(400, 'this address speaks TLS: use https:// here'));
  socket.on('error', () => undefined);
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.resume(); // with something unread the connection would be reset, and the answer with it
  const timer = setTimeout(() => socket.destroy(), CLOSE_MS);
  socket.once('close', () => clearTimeout(timer));
}

/** What OpenSSL says, without where in it that is said. */
function reasonOf(error: Error): string {
  return /error:[^:]*:[^:]*:[^:]*:([^:]+):/.exec(error.message)?.[1] ?? error.message;
}

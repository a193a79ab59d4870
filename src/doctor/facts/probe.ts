import { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { TlsMaterial } from '../../certificates/material.ts';
import type { ValidityTexts } from '../../certificates/validity.ts';
import type { Endpoint } from '../../client/endpoint.ts';
import { GafferError } from '../../errors.ts';

/** How a node is asked. */
export interface ProbeOptions {
  readonly endpoint: Endpoint;
  readonly tls: TlsMaterial | undefined;
  readonly timeoutMs: number;
}

/** What was seen of a connection with TLS. */
export interface SeenTls {
  /** `TLSv1.3`. */
  readonly protocol: string;
  readonly certificate: ValidityTexts | undefined;
}

/** What a node has answered. */
export interface ProbeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Undefined where it is no JSON. */
  readonly json: unknown;
  /** How long it took. */
  readonly tookMs: number;
  readonly tls: SeenTls | undefined;
}

/** More of an answer is not read. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Asks something that changes nothing, over a connection of its own: nothing is sent before the certificate is verified. */
export function probe(
  { endpoint, tls, timeoutMs }: ProbeOptions,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ProbeAnswer> {
  const { hostname, port, protocol } = new URL(endpoint.origin);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const to: RequestOptions =
    endpoint.socketPath === undefined ? { host, port: port || (protocol === 'https:' ? 443 : 80) } : { socketPath: endpoint.socketPath };
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { ...to, path, headers, agent: false as const, signal };
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(
        signal.aborted ? new GafferError('no_answer', `${endpoint.text} has not answered within ${timeoutMs / 1000} s`, { cause: error }) : error,
      );
    const end = (answer: IncomingMessage): void => {
      const { statusCode = 0, headers: got } = answer;
      const seen = answer.socket instanceof TLSSocket ? seenTls(answer.socket) : undefined;
      const chunks: Buffer[] = [];
      const done = (): void =>
        resolve({ status: statusCode, headers: got, json: parse(Buffer.concat(chunks).toString()), tookMs: performance.now() - startMs, tls: seen });
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > MOST_BYTES) {
          answer.destroy();
          done();
        }
      });
      answer.on('error', fail);
      answer.on('end', done);
    };
    // a name in the Host header must not become the name that the certificate is compared with
    const servername = isIP(host) === 0 ? { servername: host } : { servername: '' };
    const asked = protocol === 'https:' ? requestTls({ ...options, ...tls, ...servername }, end) : request(options, end);
    asked.on('upgrade', (answer, socket) => {
      socket.destroy();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, json: undefined, tookMs: performance.now() - startMs, tls: undefined });
    });
    asked.on('error', fail);
    asked.end();
  });
}

function seenTls(socket: TLSSocket): SeenTls {
  return { protocol: socket.getProtocol() ?? 'unknown', certificate: socket.getPeerX509Certificate() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

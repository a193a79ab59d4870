import { Agent, request } from 'node:https';
import type { Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

/** What is seen of a server from a new connection. */
export interface Greeting {
  /** The serial number of its certificate. */
  readonly serial: string;
  readonly protocol: string | null;
  readonly isResumed: boolean;
}

/** Connects once, and tells who is there. @throws what keeps it from that, also when the server hangs up behind the handshake */
export async function greet(url: string, options: ConnectionOptions = {}): Promise<Greeting & { readonly ticket: Buffer | undefined }> {
  const { port } = new URL(url);
  return await new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: '127.0.0.1', servername: 'localhost', port: Number(port), ...options });
    let ticket: Buffer | undefined;
    let answer = '';
    socket.on('session', (session) => {
      ticket = session;
    });
    socket.once('secureConnect', () => socket.write('GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'));
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    let seen: Greeting | undefined;
    socket.once('secureConnect', () => {
      seen = { serial: socket.getPeerCertificate().serialNumber, protocol: socket.getProtocol(), isResumed: socket.isSessionReused() };
    });
    socket.once('error', reject);
    socket.once('close', () => {
      if (seen !== undefined && answer.includes(' 200 ')) {
        resolve({ ...seen, ticket });
      } else {
        reject(new Error(`it was closed, with "${answer}"`));
      }
    });
  });
}

/** One connection that stays open from request to request. */
export class KeptConnection {
  readonly #agent: Agent;
  readonly #url: string;
  /** The connections that were made; more than one is a loss. */
  readonly sockets = new Set<Socket>();

  constructor(url: string, ca: string) {
    this.#url = url;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
    onTestFinished(() => this.#agent.destroy());
  }

  /** Asks, and tells the status. */
  get(path: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, this.#url), { agent: this.#agent }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
      });
      asked.once('socket', (socket) => this.sockets.add(socket));
      asked.once('error', reject).end();
    });
  }
}

/** A WebSocket over TLS, open. */
export async function openWss(url: string, ca: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace(/^https:/, 'wss:')}/channel/websocket`, { ca });
  onTestFinished(() => socket.terminate());
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return socket;
}

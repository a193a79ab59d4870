import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { becomes } from './processes.ts';

/** A delivery as a receiver gets it. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Answers a delivery. */
export type HookAnswer = (response: ServerResponse, received: Received) => void;

const PATIENCE_MS = 10_000;

/** A server that webhooks are sent to; it is closed with the test. */
export class HookReceiver {
  readonly received: Received[] = [];
  /** How many connections there were. */
  connections = 0;
  /** How many there are. */
  open = 0;
  answer: HookAnswer;
  readonly #server: Server;

  private constructor(answer: HookAnswer) {
    this.answer = answer;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('error', () => undefined);
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const received = { path: request.url ?? '', headers: request.headers, body, json: JSON.parse(body) as Received['json'] };
        this.received.push(received);
        this.answer(response, received);
      });
    });
    this.#server.keepAliveTimeout = 60_000; // whoever sends closes a connection that he does not need
    this.#server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.open += 1;
      socket.once('close', () => {
        this.open -= 1;
      });
    });
  }

  /** @param answer default: 204. @param port default: a free one */
  static async open(answer: HookAnswer = (response) => response.writeHead(204).end(), port = 0): Promise<HookReceiver> {
    const receiver = new HookReceiver(answer);
    await new Promise<void>((resolve) => receiver.#server.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => receiver.close());
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Where it is. */
  url(path = '/'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** The names of the events that have come, in their order. */
  get events(): unknown[] {
    return this.received.map(({ json }) => json['event']);
  }

  /** Resolves when that many deliveries have come. */
  async until(count: number): Promise<void> {
    if (!(await becomes(() => this.received.length >= count, PATIENCE_MS))) {
      throw new Error(`expected ${count} deliveries in time, got ${this.received.length}: ${JSON.stringify(this.events)}`);
    }
  }

  /** Cuts every connection and listens no more. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** A server that does with a connection what it likes; it is closed with the test. Resolves with where it is. */
export async function rawReceiver(handle: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { becomes } from './processes.ts';

/** A message as it came. */
export type SentMessage = Readonly<Record<string, unknown>>;

/** A node's connection, with what it has registered, as the original lookupd keeps it. */
export interface FakeConnection {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly messages: SentMessage[];
  readonly jobs: Map<string, Set<number>>;
  identity: SentMessage | undefined;
  isOpen: boolean;
}

/** How a fake lookupd differs from a good one. */
export interface FakeLookupdOptions {
  /** A port that was another one's before. */
  readonly port?: number;
  readonly tls?: ServerOptions;
  /** Answers instead of the usual answer; undefined is none. */
  readonly answer?: (message: SentMessage, usual: object, connection: FakeConnection) => string | object | undefined;
  /** Refuses to open WebSockets with this status. */
  readonly refuse?: { readonly status: number; readonly body: string };
}

/** A lookupd that does what the reference says of the original's node protocol, and keeps what it was told. */
export class FakeLookupd {
  readonly connections: FakeConnection[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #options: FakeLookupdOptions;

  private constructor(options: FakeLookupdOptions) {
    this.#options = options;
    this.#server = options.tls === undefined ? createServer() : createTlsServer(options.tls);
    const channels = new WebSocketServer({ noServer: true });
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    });
    this.#server.on('upgrade', (request, socket, head) => {
      const { refuse } = options;
      if (refuse !== undefined) {
        socket.end(`HTTP/1.1 ${refuse.status} No\r\ncontent-length: ${Buffer.byteLength(refuse.body)}\r\n\r\n${refuse.body}`);
        return;
      }
      channels.handleUpgrade(request, socket, head, (channel) => {
        this.#take(channel, { path: request.url ?? '', headers: request.headers });
      });
    });
  }

  /** Opens one that is closed at the end of the test. */
  static async open(options: FakeLookupdOptions = {}): Promise<FakeLookupd> {
    const lookupd = new FakeLookupd(options);
    await new Promise<void>((resolve) => lookupd.#server.listen(options.port ?? 0, '127.0.0.1', resolve));
    onTestFinished(() => lookupd.close());
    return lookupd;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.port}`;
  }

  /** The connection that was opened last. */
  get last(): FakeConnection {
    const last = this.connections.at(-1);
    if (last === undefined) {
      throw new Error('nobody has connected yet');
    }
    return last;
  }

  /** The types of what came over the last connection, with what each is about: `REGISTER_JOB shop.web`. */
  get said(): string[] {
    return this.connections.length === 0 ? [] : this.last.messages.map(wordsOf);
  }

  /** What the nodes that are connected have registered: pids by job. */
  get topology(): Record<string, number[]> {
    const jobs = this.connections.filter(({ isOpen }) => isOpen).flatMap((connection) => [...connection.jobs]);
    return Object.fromEntries(jobs.map(([name, pids]) => [name, [...pids]]));
  }

  /** Resolves when the last connection has said something. */
  async until(words: string, timeoutMs = 5000): Promise<void> {
    if (!(await becomes(() => this.said.includes(words), timeoutMs))) {
      throw new Error(`expected "${words}", got ${JSON.stringify(this.said)}`);
    }
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#server.close(resolve);
    });
    this.cut();
    await closed;
  }

  #take(channel: WebSocket, { path, headers }: Pick<FakeConnection, 'path' | 'headers'>): void {
    const connection: FakeConnection = { path, headers, messages: [], jobs: new Map(), identity: undefined, isOpen: true };
    this.connections.push(connection);
    channel.on('error', () => undefined);
    channel.on('close', () => {
      connection.isOpen = false;
    });
    channel.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as SentMessage;
      connection.messages.push(message);
      const usual = answerTo(connection, message);
      const answer = this.#options.answer === undefined ? usual : this.#options.answer(message, usual, connection);
      if (answer !== undefined) {
        channel.send(typeof answer === 'string' ? answer : JSON.stringify(answer));
      }
    });
  }
}

/** A message in words. */
export function wordsOf({ type, job_name, pid }: SentMessage): string {
  return ([type, job_name, pid] as (string | undefined)[]).filter((part) => part !== undefined).join(' ');
}

/** What the original answers, and does. */
function answerTo(connection: FakeConnection, message: SentMessage): object {
  const { type, msgid } = message;
  const [job, pid] = [String(message['job_name']), Number(message['pid'])];
  const refuse = (errno: number, reason: string): object => ({ errno, reason, msgid });
  const { jobs } = connection;
  if (type === 'IDENTIFY') {
    if (connection.identity !== undefined) {
      return refuse(409, '');
    }
    connection.identity = message;
  } else if (type !== 'PING' && connection.identity === undefined) {
    return refuse(404, 'need to send IDENTIFY message first');
  } else if (type === 'REGISTER_JOB') {
    if (jobs.has(job)) {
      return refuse(409, `job '${job}' is already registered`);
    }
    jobs.set(job, new Set());
  } else if (type === 'UNREGISTER_JOB') {
    jobs.delete(job);
  } else if (type === 'REGISTER_PROCESS' || type === 'UNREGISTER_PROCESS') {
    const pids = jobs.get(job);
    if (pids === undefined) {
      return refuse(404, '');
    }
    if (type === 'REGISTER_PROCESS') {
      pids.add(pid);
    } else {
      pids.delete(pid);
    }
  } else if (type !== 'PING') {
    return refuse(400, 'invalid_message_type');
  }
  return { ok: true, msgid };
}

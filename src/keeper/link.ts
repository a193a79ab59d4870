import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { messageOf } from '../errors.ts';
import { SOCKET_FILE } from './files.ts';
import { socketPath } from './folder-path.ts';
import { type FrameListener, FrameReader, frameMessage } from './frame.ts';
import { encodeItems } from './message.ts';
import { type Hello, type Operation, PROTOCOL } from './protocol.ts';
import { writeWhole } from './write-whole.ts';

/** Of what the keeper tells, so much is read at once. */
const READ_BYTES = 256 * 1024;

/** A keeper that takes nothing for so long has stopped. */
const PATIENCE_MS = 10_000;

/** Who is told of a link. */
export interface LinkListener extends FrameListener {
  /** It was cut; not called when this side has closed it. */
  lost(reason: string): void;
}

/**
 * The two connections of a gafferd to its keeper. Commands are with the keeper when {@link send} returns, whatever becomes of this
 * process then; they have a connection of their own because what was not read from a connection yet is lost when the other side
 * writes to it after this process has gone.
 */
export class Link {
  /** Names this visit. */
  readonly visit = randomUUID();
  readonly #listener: LinkListener;
  readonly #waitMs: number;
  readonly #reader: FrameReader;
  #commands: Socket | undefined;
  #news: Socket | undefined;
  #isClosed = false;

  /** @param waitMs how long to wait for a gafferd that is there to be gone */
  constructor(listener: LinkListener, waitMs: number) {
    this.#listener = listener;
    this.#waitMs = waitMs;
    this.#reader = new FrameReader(listener);
  }

  /** Resolves when both connections are there and the keeper was greeted. */
  async open(folder: string): Promise<void> {
    const socket = socketPath(folder, SOCKET_FILE);
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const callback = (count: number): boolean => {
      this.#reader.feed(buffer.subarray(0, count));
      return !this.#reader.isStopped;
    };
    try {
      this.#news = connect({ path: socket.path, onread: { buffer, callback } });
      this.#commands = connect({ path: socket.path });
      this.#commands.pause();
      await Promise.all([this.#news, this.#commands].map(connected));
    } finally {
      socket.close();
    }
    for (const connection of [this.#news, this.#commands]) {
      connection.on('error', (error) => this.#lose(messageOf(error)));
    }
    this.#news.once('close', () => this.#lose('it has closed the connection'));
    this.#news.write(this.#hello('news'));
    this.#write(this.#hello('commands'));
  }

  #hello(role: Hello['role']): Buffer {
    const hello: Hello = { protocol: PROTOCOL, visit: this.visit, role, waitMs: this.#waitMs };
    return frameMessage(Buffer.from(JSON.stringify(hello)));
  }

  /** Tells the keeper to do something: all of it or, should this process be killed meanwhile, nothing. It is with the keeper when this returns. */
  send(operations: readonly Operation[]): void {
    this.#write(frameMessage(encodeItems(operations)));
  }

  #write(bytes: Buffer): void {
    const fd = descriptorOf(this.#commands);
    if (this.#isClosed || fd === undefined) {
      return;
    }
    try {
      writeWhole(fd, bytes, PATIENCE_MS);
    } catch (error) {
      this.#lose(messageOf(error));
    }
  }

  /** Reads no more until {@link go}. */
  stop(): void {
    this.#reader.stop();
  }

  /** Reads on. */
  go(): void {
    this.#reader.go();
    if (!this.#reader.isStopped) {
      this.#news?.resume();
    }
  }

  /** Lets go of the keeper. */
  close(): void {
    this.#isClosed = true;
    this.#commands?.destroy();
    this.#news?.destroy();
  }

  #lose(reason: string): void {
    if (!this.#isClosed) {
      this.close();
      setImmediate(() => this.#listener.lost(reason));
    }
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

/** Node has no public way to write to a socket and to wait for it; its descriptor can be written to as a file. */
function descriptorOf(socket: Socket | undefined): number | undefined {
  const { fd = -1 } = (socket as { readonly _handle?: { readonly fd?: number } | null } | undefined)?._handle ?? {};
  return fd < 0 ? undefined : fd;
}

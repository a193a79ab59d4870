import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { Duplex, Writable } from 'node:stream';
import { GafferError, messageOf } from '../errors.ts';
import type { ProcessStream, Unsubscribe } from '../job/node.ts';
import { Listeners } from './listeners.ts';
import type { ReadPacer } from './read-pacer.ts';
import { Tail, type TailLine, type TailPiece } from './tail.ts';

/** What all streams of a process share: listeners, holds, the recent output. */
export abstract class ChildStream implements ProcessStream {
  readonly #listeners = new Listeners<[Buffer]>('a stream');
  readonly #endListeners = new Listeners("a stream's end");
  #tail: Tail;
  #holds = 0;
  #ended = false;

  /** @param tail what was read before */
  constructor(tail = new Tail()) {
    this.#tail = tail;
  }

  get offset(): number {
    return this.#tail.total;
  }

  onData(listener: (chunk: Buffer) => void): Unsubscribe {
    return this.#listeners.add(listener);
  }

  onEnd(listener: () => void): Unsubscribe {
    if (this.#ended) {
      listener();
      return () => undefined;
    }
    return this.#endListeners.add(listener);
  }

  hold(): Unsubscribe {
    this.#holds += 1;
    if (this.#holds === 1) {
      this.pause();
    }
    let held = true;
    return () => {
      if (held) {
        held = false;
        this.#holds -= 1;
        if (this.#holds === 0) {
          this.resume();
        }
      }
    };
  }

  /** Nothing more will be read. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Somebody holds it. */
  get isHeld(): boolean {
    return this.#holds > 0;
  }

  /** The end of what was read. */
  tail(): Buffer {
    return this.#tail.read();
  }

  /** The same in lines, with the times at which they came. */
  tailLines(): TailLine[] {
    return this.#tail.lines();
  }

  /** What is kept behind a place in the stream. */
  tailSince(offset: number): Buffer {
    return this.#tail.since(offset);
  }

  /** What is kept, in pieces that came at the same time. */
  tailPieces(): TailPiece[] {
    return this.#tail.pieces();
  }

  /** Keeps no more than usual from now on. */
  protected shortenTail(): void {
    this.#tail = this.#tail.shortened();
  }

  protected received(chunk: Buffer, timeMs = Date.now()): void {
    this.#tail.add(chunk, timeMs);
    this.#listeners.tell(chunk);
  }

  protected ended(): void {
    if (!this.#ended) {
      this.#ended = true;
      this.#endListeners.tell();
      this.#endListeners.clear();
      this.#listeners.clear();
    }
  }

  abstract write(data: Uint8Array | string): Promise<void>;
  abstract end(): void;
  /** Lets go of the descriptor, whatever is still in the pipe. */
  abstract close(): void;
  protected abstract pause(): void;
  protected abstract resume(): void;
}

/** An output of a process that comes through a FIFO. All of them are read into one buffer, a chunk at a time. */
export class FifoStream extends ChildStream {
  readonly #socket: Socket;

  constructor(readFd: number, buffer: Buffer, pacer: ReadPacer) {
    super();
    const options: SocketConstructorOpts & ConnectOpts = {
      fd: readFd,
      readable: true,
      writable: false,
      onread: {
        buffer,
        callback: (bytes) => {
          pacer.read(bytes);
          this.received(buffer.subarray(0, bytes));
          return true;
        },
      },
    };
    this.#socket = new Socket(options);
    this.#socket.once('end', () => this.#socket.destroy());
    this.#socket.once('error', () => this.#socket.destroy());
    this.#socket.once('close', () => this.ended());
    this.#socket.resume();
  }

  write(): Promise<void> {
    return Promise.reject(notWritable());
  }

  end(): void {
    // an output has no writing side
  }

  close(): void {
    this.#socket.destroy();
  }

  protected pause(): void {
    this.#socket.pause();
  }

  protected resume(): void {
    this.#socket.resume();
  }
}

/** A pipe of a process that Node made: its stdin, a custom stream, or an output where there are no FIFOs. */
export class PipeStream extends ChildStream {
  readonly #pipe: Duplex;
  readonly #writer: Writer | undefined;

  constructor(pipe: Duplex, writable: boolean) {
    super();
    this.#pipe = pipe;
    this.#writer = writable ? new Writer(pipe) : undefined;
    pipe.on('error', () => undefined);
    pipe.once('close', () => this.ended());
    if (pipe.readable) {
      pipe.on('data', (chunk: Buffer) => this.received(chunk));
      pipe.once('end', () => this.ended());
    }
  }

  write(data: Uint8Array | string): Promise<void> {
    return this.#writer === undefined ? Promise.reject(notWritable()) : this.#writer.write(data);
  }

  end(): void {
    this.#writer?.end();
  }

  close(): void {
    this.#pipe.destroy();
  }

  protected pause(): void {
    this.#pipe.pause();
  }

  protected resume(): void {
    this.#pipe.resume();
  }
}

/** Bytes that may wait for a process to read them, from all who write to it. */
const MAX_WAITING = 4 * 1024 * 1024;

class Writer {
  readonly #stream: Writable;
  #waiting = 0;
  #hasEnded = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  write(data: Uint8Array | string): Promise<void> {
    if (this.#hasEnded) {
      // the system's pipe would not only refuse it, but lose what still waits
      return Promise.reject(new GafferError('write_failed', 'nothing more can be written: this stream to the process was closed'));
    }
    const bytes = Buffer.byteLength(data);
    if (this.#waiting > 0 && this.#waiting + bytes > MAX_WAITING) {
      return Promise.reject(new GafferError('stream_busy', `the process does not read: ${this.#waiting} bytes wait for it already; try again later`));
    }
    this.#waiting += bytes;
    return new Promise((resolve, reject) => {
      this.#stream.write(data, (error) => {
        this.#waiting -= bytes;
        // what is under way when the pipe is let go of counts as written there
        const problem = error ?? (this.#stream.destroyed ? new Error('it has ended, or closed the stream') : undefined);
        if (problem === undefined) {
          resolve();
        } else {
          reject(new GafferError('write_failed', `the process does not read any more: ${messageOf(problem)}`, { cause: problem }));
        }
      });
    });
  }

  end(): void {
    this.#hasEnded = true;
    this.#stream.end();
  }
}

function notWritable(): GafferError {
  return new GafferError('not_writable', 'expected a stream that can be written to, this one is an output of the process');
}

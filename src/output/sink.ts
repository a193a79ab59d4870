import { fstatSync, writev } from 'node:fs';
import { systemCode } from '../errors.ts';

/** Where output goes. One write at a time: the next one starts when the promise of the last is settled. */
export interface Sink {
  /** Writes all pieces in order. Rejects when that is impossible for good (nobody reads, the device is gone). */
  write(pieces: readonly Uint8Array[]): Promise<void>;
}

/** What a sink tells while it waits for room. */
export interface SinkOptions {
  /** The device is full; called once per stretch of trouble. The write goes on as soon as there is room. */
  readonly onNoSpace?: (error: Error) => void;
  /** Whether to wait for room, asked before each try; without it the write fails. Default yes. */
  readonly isPatient?: () => boolean;
  /** Milliseconds between tries while the device is full; default 500. */
  readonly retryMs?: number;
}

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Writes to a file descriptor from the thread pool: the right way for files, which block the loop otherwise. */
export class FileSink implements Sink {
  readonly #fd: number;
  readonly #options: SinkOptions;
  #troubled = false;

  constructor(fd: number, options: SinkOptions = {}) {
    this.#fd = fd;
    this.#options = options;
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    let rest = pieces;
    while (rest.length > 0) {
      try {
        rest = without(rest, await this.#writeSome(rest.slice(0, 1024)));
        this.#troubled = false;
      } catch (error) {
        if (!NO_SPACE.has(systemCode(error) ?? '') || this.#options.isPatient?.() === false) {
          throw error;
        }
        if (!this.#troubled) {
          this.#troubled = true;
          this.#options.onNoSpace?.(error as Error);
        }
        await new Promise((resolve) => setTimeout(resolve, this.#options.retryMs ?? 500));
      }
    }
  }

  #writeSome(pieces: readonly Uint8Array[]): Promise<number> {
    return new Promise((resolve, reject) => {
      writev(this.#fd, pieces, (error, written) => {
        if (error === null) {
          resolve(written);
        } else {
          reject(error);
        }
      });
    });
  }
}

function without(pieces: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let left = count;
  for (const [index, piece] of pieces.entries()) {
    if (left < piece.length) {
      return [piece.subarray(left), ...pieces.slice(index + 1)];
    }
    left -= piece.length;
  }
  return [];
}

/** Writes to a stream: the right way for terminals, pipes and sockets, which take what they can without blocking. */
export class StreamSink implements Sink {
  readonly #stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
    stream.on('error', () => undefined); // writes are told of errors by their callbacks
  }

  write(pieces: readonly Uint8Array[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const last = pieces.length - 1;
      if (last < 0) {
        resolve();
      }
      for (const [index, piece] of pieces.entries()) {
        if (index < last) {
          this.#stream.write(piece);
        } else {
          this.#stream.write(piece, (error) => {
            if (error === undefined || error === null) {
              resolve();
            } else {
              reject(error);
            }
          });
        }
      }
    });
  }
}

/** A stream of this process that stands for a file descriptor, like `process.stdout`. */
export type DescriptorStream = NodeJS.WriteStream & { readonly fd: number };

/** The sink that fits what stands behind a standard stream. */
export function sinkFor(stream: DescriptorStream, options: SinkOptions = {}): Sink {
  if (stream.isTTY || isPipe(stream.fd)) {
    makeAsynchronous(stream);
    return new StreamSink(stream);
  }
  return new FileSink(stream.fd, options);
}

function isPipe(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFIFO() || stat.isSocket();
}

/** Node writes to terminals synchronously: one that is stopped (Ctrl-S) or slow would stop everything. */
function makeAsynchronous(stream: NodeJS.WriteStream): void {
  const handle = (stream as { _handle?: { setBlocking?: (blocking: boolean) => void } })._handle;
  handle?.setBlocking?.(false);
}

import type { Readable } from 'node:stream';
import type { ProcessStream, Unsubscribe } from '../job/node.ts';
import type { HttpClient } from './http.ts';

/** What a process writes to a pipe, as far as it can be read. */
interface RemoteOutput {
  readonly output: Readable;
  /** How many bytes of the stream came before. */
  readonly offset: number;
}

/** Bytes that are sent in one request: a node takes 1 MiB. */
const PIECE = 512 * 1024;

/** A pipe of a process on another node. It is read over a connection of its own, which is closed with its last listener. */
export class RemoteStream implements ProcessStream {
  readonly #http: HttpClient;
  readonly #path: string;
  readonly #output: Readable | undefined;
  readonly #listeners = new Set<(chunk: Uint8Array) => void>();
  readonly #endListeners = new Set<() => void>();
  /** The last write; the next one waits for it, so that they come in their order. */
  #written: Promise<unknown> = Promise.resolve();
  #offset: number;
  #ended = false;
  #reading = false;
  #holds = 0;

  constructor(http: HttpClient, path: string, { output, offset }: Partial<RemoteOutput> = {}) {
    this.#http = http;
    this.#path = path;
    this.#output = output;
    this.#offset = offset ?? 0;
    output?.on('error', () => undefined);
    // whoever has asked for the stream gets the time to listen before anything is told
    setImmediate(() => this.#read());
    output?.once('close', () => this.#end());
    this.#ended = output === undefined;
  }

  get offset(): number {
    return this.#offset;
  }

  /** The connection was lost: the end is not the stream's own. */
  get isBroken(): boolean {
    return this.#ended && this.#output?.readableEnded === false;
  }

  onData(listener: (chunk: Uint8Array) => void): Unsubscribe {
    const own = (chunk: Uint8Array): void => listener(chunk);
    this.#listeners.add(own);
    this.#read();
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) {
        this.#output?.destroy();
      }
    };
  }

  onEnd(listener: () => void): Unsubscribe {
    if (this.#ended) {
      listener();
      return () => undefined;
    }
    const own = (): void => listener();
    this.#endListeners.add(own);
    return () => this.#endListeners.delete(own);
  }

  hold(): Unsubscribe {
    this.#holds += 1;
    this.#output?.pause();
    let held = true;
    return () => {
      if (held) {
        held = false;
        this.#holds -= 1;
        if (this.#holds === 0) {
          this.#output?.resume();
        }
      }
    };
  }

  async write(data: Uint8Array | string): Promise<void> {
    const written = this.#written.then(() => this.#send(Buffer.from(data)));
    this.#written = written.catch(() => undefined);
    await written;
  }

  end(): void {
    // where that fails it has ended already
    void this.#written.then(() => this.#http.ask('POST', this.#path, { query: { end: true }, body: '', patient: true })).catch(() => undefined);
  }

  async #send(bytes: Buffer): Promise<void> {
    for (let at = 0; at === 0 || at < bytes.length; at += PIECE) {
      await this.#http.ask('POST', this.#path, { body: bytes.subarray(at, at + PIECE), patient: true });
    }
  }

  #read(): void {
    if (!this.#reading && this.#output !== undefined) {
      this.#reading = true;
      this.#output.on('data', (chunk: Buffer) => {
        this.#offset += chunk.length;
        for (const listener of [...this.#listeners]) {
          listener(chunk);
        }
      });
      if (this.#holds > 0) {
        this.#output.pause();
      }
    }
  }

  #end(): void {
    this.#ended = true;
    for (const listener of this.#endListeners) {
      listener();
    }
    this.#endListeners.clear();
  }
}

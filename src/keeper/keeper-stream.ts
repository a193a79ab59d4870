import { GafferError } from '../errors.ts';
import { ChildStream } from '../supervisor/streams.ts';
import type { Tail } from '../supervisor/tail.ts';

/** What a stream asks its keeper for. */
export interface StreamCommands {
  tell(op: 'hold' | 'resume' | 'end' | 'close', stream: number): void;
  write(stream: number, bytes: Uint8Array): Promise<void>;
}

/** A pipe of a process that its keeper reads: what comes of it is passed on. */
export class KeeperStream extends ChildStream {
  readonly #number: number;
  readonly #commands: StreamCommands;
  /** What was under way when it was held. */
  readonly #waiting: { readonly bytes: Buffer; readonly timeMs: number }[] = [];
  #isScheduled = false;
  #keeperHolds = false;
  #willEnd = false;
  #isClosed = false;
  /** Nothing more is to be written. */
  #isShut = false;

  constructor(number: number, commands: StreamCommands, tail?: Tail) {
    super(tail);
    this.#number = number;
    this.#commands = commands;
  }

  /** Something has come. The bytes are lent. */
  arrived(bytes: Buffer, timeMs: number): void {
    if (this.#isClosed) {
      return;
    }
    if (this.isHeld || this.#waiting.length > 0) {
      this.#waiting.push({ bytes: Buffer.from(bytes), timeMs });
    } else {
      this.received(bytes, timeMs);
    }
  }

  /** Nothing more will come. */
  finished(): void {
    this.#willEnd = true;
    this.#passOn();
  }

  /** Keeps no more than usual of what a predecessor was told. */
  releaseRetained(): void {
    this.shortenTail();
  }

  write(data: Uint8Array | string): Promise<void> {
    if (this.hasEnded || this.#isShut) {
      return Promise.reject(new GafferError('write_failed', 'nothing more can be written: this stream to the process was closed'));
    }
    return this.#commands.write(this.#number, typeof data === 'string' ? Buffer.from(data) : data);
  }

  end(): void {
    this.#isShut = true;
    this.#commands.tell('end', this.#number);
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
    if (!this.hasEnded) {
      this.#commands.tell('close', this.#number);
    }
  }

  protected pause(): void {
    if (!this.#keeperHolds && !this.#willEnd) {
      this.#keeperHolds = true;
      this.#commands.tell('hold', this.#number);
    }
  }

  protected resume(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        this.#passOn();
      });
    }
  }

  /** Tells what has waited, as long as nobody holds it again. */
  #passOn(): void {
    while (!this.isHeld && this.#waiting.length > 0) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        this.received(next.bytes, next.timeMs);
      }
    }
    if (this.#waiting.length > 0 || (this.isHeld && !this.#isClosed)) {
      return;
    }
    if (this.#willEnd) {
      this.ended();
    } else if (this.#keeperHolds) {
      this.#keeperHolds = false;
      this.#commands.tell('resume', this.#number);
    }
  }
}

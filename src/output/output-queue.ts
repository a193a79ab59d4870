import type { Block, LineMemory } from './line-memory.ts';
import type { Sink } from './sink.ts';

/** Bytes that may wait to be written before the children have to wait. */
const HIGH_WATER = 1024 * 1024;
const LOW_WATER = 512 * 1024;

/** Free blocks below which the children have to wait: one chunk can take several when its lines are short. */
const FEW_BLOCKS = 4;

/** Pieces written at once: fewer than there are blocks, so that one can always be had. */
const AT_ONCE = 8;

/** Pieces larger than this are queued as they are; smaller ones are gathered in blocks. */
const LARGE = 16 * 1024;

/** What the queue tells its owner. */
export interface OutputQueueEvents {
  /** More waits than should: stop feeding. */
  onFull(): void;
  /** There is room again. */
  onRoom(): void;
  /** Writing failed for good; whatever is given from now on is dropped. */
  onBroken(error: Error): void;
}

type Piece = { readonly bytes: Uint8Array; readonly block: Block | undefined };

/**
 * Gathers finished lines and writes them in order, one write at a time. Whoever feeds it stops between
 * {@link OutputQueueEvents.onFull} and {@link OutputQueueEvents.onRoom}; that bounds the memory.
 */
export class OutputQueue {
  readonly #memory: LineMemory;
  readonly #sink: Sink;
  readonly #events: OutputQueueEvents;
  #queue: Piece[] = [];
  #queuedBytes = 0;
  #filling: Block | undefined;
  #state: 'idle' | 'scheduled' | 'writing' | 'broken' = 'idle';
  #full = false;
  #waiting: (() => void)[] = [];

  constructor(memory: LineMemory, sink: Sink, events: OutputQueueEvents) {
    this.#memory = memory;
    this.#sink = sink;
    this.#events = events;
  }

  /** More waits than should. */
  get isFull(): boolean {
    return this.#full;
  }

  /** Adds lines that lie in the memory's input, each behind a prefix. */
  addLines(from: number, to: number, prefix: Uint8Array): void {
    let next = from;
    while (next < to) {
      next = this.#memory.appendLines(this.#block(), next, to, prefix);
    }
    this.#added();
  }

  /** Adds bytes; the caller may use them again afterwards. */
  addCopy(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      rest = rest.subarray(this.#memory.append(this.#block(), rest));
    }
    this.#added();
  }

  /** Adds bytes that the caller gives away. */
  add(bytes: Uint8Array): void {
    if (bytes.length <= LARGE) {
      this.addCopy(bytes);
      return;
    }
    this.#closeBlock();
    this.#queue.push({ bytes, block: undefined });
    this.#queuedBytes += bytes.length;
    this.#added();
  }

  /** Resolves when everything that was added is written, or writing has failed. */
  async flush(): Promise<void> {
    while (this.#state !== 'broken' && (this.#state !== 'idle' || this.#queue.length > 0 || this.#filling !== undefined)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The block to fill: the present one, or when that is full another. */
  #block(): Block {
    if (this.#filling !== undefined && this.#memory.isFull(this.#filling)) {
      this.#closeBlock();
    }
    this.#filling ??= this.#memory.take() ?? this.#reclaimed();
    return this.#filling;
  }

  #closeBlock(): void {
    const block = this.#filling;
    if (block !== undefined) {
      this.#filling = undefined;
      this.#queue.push({ bytes: this.#memory.bytes(block), block });
      this.#queuedBytes += block.size;
    }
  }

  /** All blocks are waiting to be written: copies the newest of them out of the memory and takes its block. */
  #reclaimed(): Block {
    const index = this.#queue.findLastIndex((piece) => piece.block !== undefined);
    const piece = this.#queue[index];
    if (piece?.block === undefined) {
      throw new Error('every block is being written');
    }
    this.#queue[index] = { bytes: Buffer.from(piece.bytes), block: undefined };
    this.#memory.release(piece.block);
    return this.#memory.take() as Block;
  }

  #added(): void {
    if (this.#state === 'broken') {
      this.#drop();
      return;
    }
    if (this.#state === 'idle') {
      this.#state = 'scheduled';
      setImmediate(() => this.#write());
    }
    if (!this.#full && (this.#queuedBytes > HIGH_WATER || this.#memory.free < FEW_BLOCKS)) {
      this.#full = true;
      this.#events.onFull();
    }
  }

  #write(): void {
    this.#closeBlock();
    const pieces = this.#queue.splice(0, AT_ONCE);
    if (pieces.length === 0) {
      this.#state = 'idle';
      this.#wake();
      return;
    }
    this.#state = 'writing';
    this.#sink.write(pieces.map((piece) => piece.bytes)).then(
      () => this.#written(pieces),
      (error: unknown) => this.#broken(pieces, error as Error),
    );
  }

  #written(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      this.#queuedBytes -= piece.bytes.length;
      if (piece.block !== undefined) {
        this.#memory.release(piece.block);
      }
    }
    if (this.#full && this.#queuedBytes < LOW_WATER && this.#memory.free > FEW_BLOCKS) {
      this.#full = false;
      this.#events.onRoom();
    }
    this.#write();
  }

  #broken(pieces: readonly Piece[], error: Error): void {
    this.#state = 'broken';
    this.#queue.push(...pieces);
    this.#drop();
    this.#events.onBroken(error);
    this.#wake();
  }

  #drop(): void {
    this.#closeBlock();
    for (const piece of this.#queue) {
      if (piece.block !== undefined) {
        this.#memory.release(piece.block);
      }
    }
    this.#queue = [];
    this.#queuedBytes = 0;
    if (this.#full) {
      this.#full = false;
      this.#events.onRoom();
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }
}

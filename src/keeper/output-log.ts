import { frameMessage, OUTPUT_OVERHEAD, type OutputPlace, writeOutput } from './frame.ts';

/** Frames are put together in blocks of this size. */
const BLOCK_BYTES = 256 * 1024;

/** How much is kept of what was sent. */
const RETAINED_BYTES = 4 * 1024 * 1024;

/** How many buffers wait to be used again. */
const MAX_SPARE = 4;

interface Block {
  /** How many bytes came before it. */
  readonly start: number;
  readonly buffer: Buffer;
  used: number;
}

/**
 * What the keeper tells, in the order in which it is sent. It is kept for a while after that: whoever has got it may be killed before
 * others have it from him. No frame goes over the end of a block, so that it can be read from any block on.
 */
export class OutputLog {
  readonly #retainedBytes: number;
  readonly #onDrop: (frames: Buffer) => void;
  #blocks: Block[] = [];
  /** Buffers of blocks that are not kept any more. */
  readonly #spare: Buffer[] = [];
  #end = 0;
  #sent = 0;

  /**
   * @param retainedBytes how much is kept of what was sent; default 4 MiB
   * @param onDrop is lent what is not kept any more
   */
  constructor(retainedBytes = RETAINED_BYTES, onDrop: (frames: Buffer) => void = () => undefined) {
    this.#retainedBytes = retainedBytes;
    this.#onDrop = onDrop;
  }

  /** Bytes that were not sent yet. */
  get waiting(): number {
    return this.#end - this.#sent;
  }

  /** Adds a copy of some output. */
  addOutput(place: OutputPlace, bytes: Uint8Array): void {
    let { offset } = place;
    for (let rest = bytes; rest.length > 0; ) {
      const block = this.#room(OUTPUT_OVERHEAD + 1);
      const piece = rest.subarray(0, block.buffer.length - block.used - OUTPUT_OVERHEAD);
      this.#grow(block, writeOutput(block.buffer, block.used, { ...place, offset }, piece));
      offset += piece.length;
      rest = rest.subarray(piece.length);
    }
  }

  /** Adds a message. */
  addMessage(message: Uint8Array): void {
    const frame = frameMessage(message);
    const block = this.#room(frame.length);
    frame.copy(block.buffer, block.used);
    this.#grow(block, block.used + frame.length);
  }

  /** What is to be sent next; undefined when all was. It stays as it is until it is {@link sent}. */
  next(): Buffer | undefined {
    const block = this.#blocks.find(({ start, used }) => start + used > this.#sent);
    return block?.buffer.subarray(this.#sent - block.start, block.used);
  }

  /** That many bytes were sent. */
  sent(count: number): void {
    this.#sent += count;
    this.#trim();
  }

  /** A copy of all that is kept. */
  get kept(): Buffer {
    return Buffer.concat(this.#blocks.map(({ buffer, used }) => buffer.subarray(0, used)));
  }

  /** Begins to send from the oldest that is kept. */
  rewind(): void {
    this.#sent = this.#blocks[0]?.start ?? this.#end;
  }

  /** Forgets everything. */
  clear(): void {
    this.#blocks = [];
    this.#sent = this.#end;
  }

  #room(bytes: number): Block {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.buffer.length - last.used >= bytes) {
      return last;
    }
    const spare = bytes > BLOCK_BYTES ? undefined : this.#spare.pop();
    const buffer = spare ?? Buffer.allocUnsafeSlow(Math.max(bytes, BLOCK_BYTES));
    const block = { start: this.#end, buffer, used: 0 };
    this.#blocks.push(block);
    return block;
  }

  #grow(block: Block, used: number): void {
    this.#end += used - block.used;
    block.used = used;
  }

  #trim(): void {
    for (let block = this.#blocks[0]; block !== undefined; block = this.#blocks[0]) {
      const end = block.start + block.used;
      if (end > this.#sent || this.#end - end < this.#retainedBytes) {
        return;
      }
      this.#blocks.shift();
      this.#onDrop(block.buffer.subarray(0, block.used));
      if (block.buffer.length === BLOCK_BYTES && this.#spare.length < MAX_SPARE) {
        this.#spare.push(block.buffer);
      }
    }
  }
}

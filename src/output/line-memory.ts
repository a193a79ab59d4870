import { PREFIX_LINES_WASM } from './prefix-lines.ts';

/** Bytes that are read at once. */
export const INPUT_BYTES = 64 * 1024;

/** Bytes after which a block counts as full. */
const BLOCK_BYTES = 128 * 1024;

/** A line that starts before a block's limit may end behind it: the longest one, its prefix, and two stores. */
const BLOCK_SLACK = INPUT_BYTES + 8 * 1024;

const BLOCKS = 12;
const PREFIX_BYTES = 4096;

/** A part of the memory that is being filled with finished lines. */
export interface Block {
  readonly start: number;
  /** Bytes filled. */
  size: number;
}

/** What prefix-lines.wat exports. */
interface PrefixLines {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly next: { readonly value: number };
  copy(src: number, end: number, dst: number, limit: number, prefix: number, size: number): number;
}

/**
 * The memory in which lines get their prefix: output is read into its input part, copied behind prefixes into one of
 * its blocks, and written from there. The copying is WebAssembly, so a byte is touched once on its way through.
 */
export class LineMemory {
  /** Where to read output into: lines that lie here need not be copied first. */
  readonly input: Buffer;
  readonly #lines: PrefixLines;
  readonly #bytes: Buffer;
  readonly #free: Block[] = [];

  constructor() {
    const module = new WebAssembly.Module(Buffer.from(PREFIX_LINES_WASM, 'base64'));
    this.#lines = new WebAssembly.Instance(module).exports as unknown as PrefixLines;
    this.#bytes = Buffer.from(this.#lines.memory.buffer);
    this.input = this.#bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + INPUT_BYTES);
    const first = PREFIX_BYTES + INPUT_BYTES + 64;
    for (let i = 0; i < BLOCKS; i += 1) {
      this.#free.push({ start: first + i * (BLOCK_BYTES + BLOCK_SLACK), size: 0 });
    }
  }

  /** Blocks that can be taken. */
  get free(): number {
    return this.#free.length;
  }

  /** Takes an empty block; undefined when all are in use. */
  take(): Block | undefined {
    return this.#free.pop();
  }

  /** Gives a block back, empty. */
  release(block: Block): void {
    block.size = 0;
    this.#free.push(block);
  }

  /** Whether a block has reached its limit. */
  isFull(block: Block): boolean {
    return block.size >= BLOCK_BYTES;
  }

  /** What a block has been filled with. */
  bytes(block: Block): Buffer {
    return this.#bytes.subarray(block.start, block.start + block.size);
  }

  /** Adds bytes to a block as they are, as many as fit, and tells how many. */
  append(block: Block, bytes: Uint8Array): number {
    const count = Math.min(bytes.length, BLOCK_BYTES + BLOCK_SLACK - 32 - block.size);
    this.#bytes.set(count === bytes.length ? bytes : bytes.subarray(0, count), block.start + block.size);
    block.size += count;
    return count;
  }

  /**
   * Adds lines of the input part to a block, each behind a prefix, until the block is full.
   * @param from offset in the input of the first line
   * @param to offset just behind the newline of the last line
   * @returns the offset of the first line that was not added; `to` when all were
   */
  appendLines(block: Block, from: number, to: number, prefix: Uint8Array): number {
    this.#bytes.set(prefix, 0);
    const limit = block.start + BLOCK_BYTES;
    const end = this.#lines.copy(PREFIX_BYTES + from, PREFIX_BYTES + to, block.start + block.size, limit, 0, prefix.length);
    block.size = end - block.start;
    return this.#lines.next.value - PREFIX_BYTES;
  }
}

/** The longest prefix that fits before a line. */
export const MAX_PREFIX_BYTES = PREFIX_BYTES - 16;

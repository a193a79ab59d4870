/** Takes one output of a process and brings it out in whole lines. */
export interface ChildOutput {
  /** Takes a chunk as it was read; its bytes may be used again afterwards. */
  push(chunk: Buffer): void;
  /** Nothing more will come: what is unfinished comes out as a line. */
  end(): void;
}

/** A line that grows longer than this is brought out in pieces. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Together, unfinished lines may take this much. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/** Keeps account of the unfinished lines of all outputs. */
export class HoldAccount {
  #bytes = 0;

  /** Bytes came to an unfinished line, or left it (negative). */
  change(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Whether an unfinished line of this length has to be brought out. */
  isTooLong(lineBytes: number): boolean {
    return lineBytes > MAX_LINE_BYTES || (this.#bytes > MAX_HELD_BYTES && lineBytes > MAX_HELD_BYTES / 64);
  }
}

export const NEWLINE = 10;
export const ESCAPE = 27;

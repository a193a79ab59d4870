const SMALLEST = 256;
const LARGEST = 64 * 1024;

/** Collects the pieces of a line that is not finished, without copying them again for each new one. */
export class HeldBytes {
  #pieces: Buffer[] = [];
  /** Bytes used of the last piece. */
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a copy of the bytes. */
  add(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let rest = bytes;
    const last = this.#pieces.at(-1);
    if (last !== undefined && this.#used < last.length) {
      const count = Math.min(rest.length, last.length - this.#used);
      last.set(rest.subarray(0, count), this.#used);
      this.#used += count;
      rest = rest.subarray(count);
    }
    if (rest.length > 0) {
      const size = Math.max(rest.length, Math.min(LARGEST, Math.max(SMALLEST, (last?.length ?? 0) * 2)));
      const piece = Buffer.allocUnsafe(size);
      piece.set(rest);
      this.#pieces.push(piece);
      this.#used = rest.length;
    }
  }

  /** Takes out everything, in pieces; they belong to the caller. */
  take(): Buffer[] {
    const pieces = this.#pieces;
    const last = pieces.at(-1);
    if (last !== undefined) {
      pieces[pieces.length - 1] = last.subarray(0, this.#used);
    }
    this.#pieces = [];
    this.#used = 0;
    this.#length = 0;
    return pieces;
  }
}

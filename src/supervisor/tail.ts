const SMALLEST = 1024;

/** Keeps the end of a stream: the last bytes, up to a limit. */
export class Tail {
  readonly #limit: number;
  #ring: Buffer | undefined;
  /** Where the next byte goes. */
  #next = 0;
  #wrapped = false;

  /** @param limit bytes to keep; default 16 KiB */
  constructor(limit = 16 * 1024) {
    this.#limit = limit;
  }

  /** Adds a copy of the bytes. */
  add(bytes: Uint8Array): void {
    let rest = bytes.length > this.#limit ? bytes.subarray(bytes.length - this.#limit) : bytes;
    const ring = this.#room(rest.length);
    while (rest.length > 0) {
      const count = Math.min(rest.length, ring.length - this.#next);
      ring.set(count === rest.length ? rest : rest.subarray(0, count), this.#next);
      this.#next += count;
      if (this.#next === ring.length) {
        this.#next = 0;
        this.#wrapped = true;
      }
      rest = rest.subarray(count);
    }
  }

  /** What is kept, oldest first. */
  read(): Buffer {
    if (this.#ring === undefined) {
      return Buffer.alloc(0);
    }
    const newest = this.#ring.subarray(0, this.#next);
    return this.#wrapped ? Buffer.concat([this.#ring.subarray(this.#next), newest]) : Buffer.from(newest);
  }

  /** The ring, grown so that it holds what is there and `more` bytes, as far as the limit allows. */
  #room(more: number): Buffer {
    const old = this.#ring;
    if (old !== undefined && (old.length === this.#limit || this.#next + more < old.length)) {
      return old;
    }
    let size = Math.max(SMALLEST, old?.length ?? 0);
    while (size < this.#limit && size <= this.#next + more) {
      size *= 2;
    }
    const ring = Buffer.allocUnsafeSlow(Math.min(size, this.#limit));
    if (old !== undefined) {
      old.copy(ring, 0, 0, this.#next);
    }
    this.#ring = ring;
    return ring;
  }
}

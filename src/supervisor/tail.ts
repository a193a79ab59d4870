const SMALLEST = 1024;

/** Bytes that are kept where nobody says how many. */
const USUAL = 16 * 1024;

/** How many arrival times are kept, at least; of more the older half is forgotten. */
const FEWEST_MARKS = 512;

/** Where more is kept than usual there is one for so many bytes. */
const BYTES_PER_MARK = 32;

/** A line of what is kept, with its line break if it has one. */
export interface TailLine {
  /** How many bytes came before it. */
  readonly offset: number;
  /** When it began to arrive. */
  readonly timeMs: number;
  readonly data: Buffer;
}

/** Bytes of a stream that came at the same time. */
export interface TailPiece {
  readonly timeMs: number;
  readonly data: Buffer;
}

/** Keeps the end of a stream: the last bytes, up to a limit, and when they came. */
export class Tail {
  readonly #limit: number;
  #ring: Buffer | undefined;
  /** Where the next byte goes. */
  #next = 0;
  #wrapped = false;
  /** Bytes that were ever added. */
  #total: number;
  /** Positions in the stream, and when what is there came. */
  #marks: { readonly at: number; readonly timeMs: number }[] = [];
  /** Lines are told of which only the end is kept. */
  #tellsEnds = false;

  /** One that was read by a predecessor. Whoever has read the beginning of its first line from that one needs what is kept of it too. */
  static history(limit: number | undefined, before: number): Tail {
    const tail = new Tail(limit, before);
    tail.#tellsEnds = true;
    return tail;
  }

  /**
   * @param limit bytes to keep; default 16 KiB
   * @param before how many bytes came before those that will be added
   */
  constructor(limit = USUAL, before = 0) {
    this.#limit = limit;
    this.#total = before;
  }

  /** Adds a copy of the bytes. */
  add(bytes: Uint8Array, timeMs = Date.now()): void {
    if (this.#marks.at(-1)?.timeMs !== timeMs) {
      this.#marks.push({ at: this.#total, timeMs });
      if (this.#marks.length > Math.max(FEWEST_MARKS, this.#limit / BYTES_PER_MARK)) {
        this.#marks = this.#marks.slice(this.#marks.length / 2);
      }
    }
    this.#total += bytes.length;
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

  /** How many bytes were ever added. */
  get total(): number {
    return this.#total;
  }

  /** What is kept behind that many bytes of all that were added. */
  since(offset: number): Buffer {
    const kept = this.read();
    return kept.subarray(Math.max(0, kept.length - Math.max(0, this.#total - offset)));
  }

  /** What is kept, oldest first. */
  read(): Buffer {
    if (this.#ring === undefined) {
      return Buffer.alloc(0);
    }
    const newest = this.#ring.subarray(0, this.#next);
    return this.#wrapped ? Buffer.concat([this.#ring.subarray(this.#next), newest]) : Buffer.from(newest);
  }

  /** What is kept, in pieces that came at the same time. */
  pieces(): TailPiece[] {
    const kept = this.read();
    const first = this.#total - kept.length;
    return this.#marks.flatMap(({ at, timeMs }, index) => {
      const start = index === 0 ? first : Math.max(at, first); // the times of the oldest may be forgotten
      const end = this.#marks[index + 1]?.at ?? this.#total;
      return start < end ? [{ timeMs, data: kept.subarray(start - first, end - first) }] : [];
    });
  }

  /** One that keeps the end of it, no more than usual. */
  shortened(): Tail {
    const shorter = new Tail(USUAL, this.#total - this.read().length);
    for (const { data, timeMs } of this.pieces()) {
      shorter.add(data, timeMs);
    }
    return shorter;
  }

  /** What is kept, in lines; the beginning of a line that is not kept whole is left out, unless there is nothing else, or it is a {@link history}. */
  lines(): TailLine[] {
    const kept = this.read();
    const isCut = kept.length < this.#total && !this.#tellsEnds;
    const lines: TailLine[] = [];
    let mark = 0;
    for (let start = isCut ? kept.indexOf(10) + 1 : 0; start < kept.length; ) {
      const end = kept.indexOf(10, start) + 1;
      const position = this.#total - kept.length + start;
      while ((this.#marks[mark + 1]?.at ?? Number.POSITIVE_INFINITY) <= position) {
        mark += 1;
      }
      const stop = end === 0 ? kept.length : end;
      lines.push({ offset: position, timeMs: this.#marks[mark]?.timeMs ?? 0, data: kept.subarray(start, stop) });
      start = stop;
    }
    return lines;
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

import type { Writable } from 'node:stream';

/** Bytes that wait for a reader before records are left out. */
const LIMIT = 1024 * 1024;

/** Writes records as lines of JSON. Whoever reads too slowly is told how many were left out for him: nobody else waits. */
export class RecordWriter {
  readonly #out: Writable;
  #limit = LIMIT;
  #dropped = 0;

  constructor(out: Writable) {
    this.#out = out;
    out.on('drain', () => this.#sayDropped());
  }

  /** Makes a call, during which nothing is left out: what is there already cannot grow. */
  entirely<T>(call: () => T): T {
    this.#limit = Number.POSITIVE_INFINITY;
    const result = call();
    this.#limit = LIMIT + this.#out.writableLength;
    return result;
  }

  write(record: unknown): void {
    if (this.#isOver) {
      return;
    }
    if (this.#out.writableLength > this.#limit) {
      this.#dropped += 1;
      return;
    }
    this.#sayDropped();
    this.#out.write(`${JSON.stringify(record)}\n`);
  }

  /** Nothing more will be written. */
  end(): void {
    this.#sayDropped();
  }

  get #isOver(): boolean {
    return this.#out.writableEnded || this.#out.destroyed;
  }

  #sayDropped(): void {
    if (this.#dropped > 0 && !this.#isOver) {
      const dropped = this.#dropped;
      this.#dropped = 0;
      this.#out.write(`${JSON.stringify({ dropped })}\n`);
    }
  }
}

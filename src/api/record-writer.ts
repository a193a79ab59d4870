import type { Writable } from 'node:stream';

/** Bytes that wait for a reader before records are left out. */
const LIMIT = 1024 * 1024;

/** Writes records as lines of JSON. Whoever reads too slowly is told how many were left out for him: nobody else waits. */
export class RecordWriter {
  readonly #out: Writable;
  #dropped = 0;

  constructor(out: Writable) {
    this.#out = out;
    out.on('drain', () => this.#sayDropped());
  }

  write(record: unknown): void {
    if (this.#out.writableLength > LIMIT) {
      this.#dropped += 1;
      return;
    }
    this.#sayDropped();
    this.#out.write(`${JSON.stringify(record)}\n`);
  }

  #sayDropped(): void {
    if (this.#dropped > 0) {
      const dropped = this.#dropped;
      this.#dropped = 0;
      this.#out.write(`${JSON.stringify({ dropped })}\n`);
    }
  }
}

/** A chunk smaller than this means that reading runs ahead of the writer. */
const SMALL = 16 * 1024;

/** Turns of the loop in a row with small chunks only, before reading is slowed down. */
const PATIENCE = 8;

/** Longest time between two such turns, in milliseconds. */
const CLOSE = 2;

/** How long to wait, in milliseconds. */
const NAP = 0.2;

/**
 * Lets output gather. A program that writes line by line wakes its reader for each line, and the wake-ups cost more
 * than the reading. When chunks come small and fast the loop waits a moment, so that the next read finds many lines.
 */
export class ReadPacer {
  readonly #nap = new Int32Array(new SharedArrayBuffer(4));
  #scheduled = false;
  #large = false;
  #last = 0;
  #streak = 0;

  /** Takes note of a chunk that was read. */
  read(bytes: number): void {
    this.#large ||= bytes >= SMALL;
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.#turn());
    }
  }

  #turn(): void {
    const now = performance.now();
    this.#streak = this.#large || now - this.#last > CLOSE ? 0 : this.#streak + 1;
    this.#scheduled = false;
    this.#large = false;
    this.#last = now;
    if (this.#streak >= PATIENCE) {
      Atomics.wait(this.#nap, 0, 0, NAP);
    }
  }
}

import { Ticker } from './ticker.ts';

/** What a line in the FIFO of `count-bursts.sh` has written: 200 lines of a kilobyte. */
const TICK_BYTES = 200_000;

/** How often one is put there: 25 MB/s, so that nobody is told less than 20 who is told it a moment later. */
const EVERY_MS = 8;

/** How many at once, when the test comes late to it. */
const MOST_AT_ONCE = 5;

/** How much may be on its way to the reader: a node keeps no more for one who was lost, and no longer waits for one who is slow. */
const AHEAD_BYTES = 3_000_000;

/** Has processes write more than 20 MB/s for as long as it is told to, and no faster than somebody reads it. */
export class Torrent {
  readonly #ticker: Ticker;
  readonly #read: () => number;
  #left = 0;
  #givenBytes = 0;
  #givenAtMs = 0;

  /**
   * @param path of the FIFO that the processes read
   * @param read how many of their bytes were read so far
   */
  constructor(path: string, read: () => number) {
    this.#read = read;
    this.#ticker = new Ticker(path, EVERY_MS, () => this.#due());
  }

  /** Lets that many bytes be written from now on, and no more. */
  allow(bytes: number): void {
    this.#left = Math.ceil(bytes / TICK_BYTES);
  }

  /** Lets more be written than it was allowed already. */
  allowMore(bytes: number): void {
    this.#left += Math.ceil(bytes / TICK_BYTES);
  }

  close(): void {
    this.#ticker.close();
  }

  /** As many as the clock says, not the timer: it comes late where the machine is busy. */
  #due(): number {
    const now = performance.now();
    const byTime = Math.min(MOST_AT_ONCE, Math.floor((now - this.#givenAtMs) / EVERY_MS));
    const byReader = Math.floor((AHEAD_BYTES - this.#givenBytes + this.#read()) / TICK_BYTES);
    const due = Math.max(0, Math.min(this.#left, byTime, byReader));
    this.#givenAtMs = due < byTime || byTime === MOST_AT_ONCE ? now : this.#givenAtMs + due * EVERY_MS;
    this.#givenBytes += due * TICK_BYTES;
    this.#left -= due;
    return due;
  }
}

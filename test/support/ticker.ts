import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';

/** Writes empty lines into a FIFO, for programs that do something with each of them; what none of them reads is kept while there is room. */
export class Ticker {
  readonly #fd: number;
  readonly #timer: NodeJS.Timeout;
  #ticks = 0;

  /** @param lines how many each time */
  constructor(path: string, everyMs: number, lines: () => number) {
    execFileSync('mkfifo', [path]);
    this.#fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    this.#timer = setInterval(() => this.#tick(lines()), everyMs);
  }

  /** How many lines were written. */
  get ticks(): number {
    return this.#ticks;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  close(): void {
    this.stop();
    closeSync(this.#fd);
  }

  #tick(lines: number): void {
    try {
      this.#ticks += lines === 0 ? 0 : writeSync(this.#fd, Buffer.alloc(lines, '\n'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
        throw error;
      }
    }
  }
}

import type { Clock } from './clock.ts';
import type { FifoPool } from './fifo-pool.ts';
import type { Instance } from './instance.ts';

/** Starting many processes holds up everything else; after that many milliseconds the others get their turn. */
const SLICE_MS = 8;

/** What the queue does with an instance whose turn it is. */
export interface LaunchQueueOptions {
  readonly clock: Clock;
  readonly fifos: FifoPool;
  /** Starts it. */
  readonly start: (instance: Instance) => void;
}

interface Entry {
  readonly instance: Instance;
  readonly started: () => void;
}

/** Starts instances in order, a few at a time, so that output and signals are not held up by the start of hundreds. */
export class LaunchQueue {
  readonly #options: LaunchQueueOptions;
  readonly #entries: Entry[] = [];
  #running = false;

  constructor(options: LaunchQueueOptions) {
    this.#options = options;
  }

  /** Resolves when the instance has been started, or was told to end before its turn came. */
  add(instance: Instance): Promise<void> {
    return new Promise((started) => {
      this.#entries.push({ instance, started });
      if (!this.#running) {
        this.#running = true;
        void this.#run();
      }
    });
  }

  async #run(): Promise<void> {
    const { clock, fifos, start } = this.#options;
    await Promise.resolve(); // others are added in the same turn: their pipes can be made together
    let sliceStart = clock.now();
    for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
      if (!fifos.has(pipesOf(entry.instance))) {
        await fifos.reserve(pipesOf(entry.instance), this.#pipesNeeded());
      }
      this.#entries.shift();
      if (entry.instance.kind === 'waiting') {
        start(entry.instance);
      }
      entry.started();
      if (clock.now() - sliceStart > SLICE_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        sliceStart = clock.now();
      }
    }
    this.#running = false;
  }

  /** For those that wait, as many as one call makes. */
  #pipesNeeded(): number {
    return this.#entries.slice(0, 500).reduce((count, { instance }) => count + pipesOf(instance), 0);
  }
}

function pipesOf(instance: Instance): number {
  return new Set(instance.identity.settings.outputs).size;
}

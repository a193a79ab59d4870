import type { Clock } from './clock.ts';
import type { Host } from './host.ts';
import type { Instance } from './instance.ts';

/** Starting many processes holds up everything else; after that many milliseconds the others get their turn. */
const SLICE_MS = 8;

/** What a queue works with. */
export interface LaunchQueueOptions {
  readonly clock: Clock;
  /** Where instances are started. */
  readonly host: () => Pick<Host, 'isReadyFor' | 'makeReadyFor'>;
}

interface Entry {
  readonly instance: Instance;
  readonly start: () => void;
  readonly begun: () => void;
}

/** Starts instances in order, a few at a time, so that output and signals are not held up by the start of hundreds. */
export class LaunchQueue {
  readonly #options: LaunchQueueOptions;
  readonly #entries: Entry[] = [];
  #running = false;

  constructor(options: LaunchQueueOptions) {
    this.#options = options;
  }

  /** Resolves when it was the instance's turn to be started, or it was told to end before. */
  add(instance: Instance, start: () => void): Promise<void> {
    return new Promise((begun) => {
      this.#entries.push({ instance, start, begun });
      if (!this.#running) {
        this.#running = true;
        void this.#run();
      }
    });
  }

  async #run(): Promise<void> {
    const { clock, host } = this.#options;
    await Promise.resolve(); // others are added in the same turn: their pipes can be made together
    let sliceStart = clock.now();
    for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
      if (!host().isReadyFor(pipesOf(entry.instance))) {
        await host().makeReadyFor(pipesOf(entry.instance), this.#pipesNeeded());
      }
      this.#entries.shift();
      if (entry.instance.kind === 'waiting') {
        entry.start();
      }
      entry.begun();
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

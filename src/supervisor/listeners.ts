import { messageOf } from '../errors.ts';
import type { Unsubscribe } from '../job/node.ts';

/** Those who want to be called back. One that throws is named in a warning, and kept; the others are called all the same. */
export class Listeners<Values extends readonly unknown[] = []> {
  readonly #what: string;
  readonly #listeners = new Set<{ readonly call: (...values: Values) => void }>();

  /** @param what continues "a listener of …" */
  constructor(what: string) {
    this.#what = what;
  }

  /** Adds one; the same twice is called twice. */
  add(listener: (...values: Values) => void): Unsubscribe {
    const own = { call: listener };
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Calls all, in the order in which they have come. */
  tell(...values: Values): void {
    for (const listener of this.#listeners) {
      try {
        listener.call(...values);
      } catch (error) {
        process.emitWarning(`a listener of ${this.#what} failed: ${messageOf(error)}`, 'GafferWarning');
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}

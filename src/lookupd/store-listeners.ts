import type { Unsubscribe } from '../job/node.ts';
import type { LookupEvent } from '../protocol/lookup-event.ts';

/** Who is told of what changes in a store. */
export class StoreListeners {
  readonly #listeners = new Set<(events: readonly LookupEvent[]) => void>();

  /** Calls back with every change from now on. */
  add(listener: (events: readonly LookupEvent[]) => void): Unsubscribe {
    const own = (events: readonly LookupEvent[]): void => listener(events);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Tells everybody; nothing is told where nothing has changed. */
  tell(events: readonly LookupEvent[]): void {
    if (events.length > 0) {
      for (const listener of [...this.#listeners]) {
        listener(events);
      }
    }
  }

  /** Tells nobody any more. */
  clear(): void {
    this.#listeners.clear();
  }
}

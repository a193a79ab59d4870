import type { Unsubscribe } from '../job/node.ts';
import type { LookupEvent } from '../protocol/lookup-event.ts';
import type { NodeEntry } from './node-entry.ts';
import type { TopologyStore } from './store.ts';
import { StoreListeners } from './store-listeners.ts';
import { Topology } from './topology.ts';

/** Only this lookupd is told anything. */
const OWN = 'own';

/** Keeps what nodes have told in this process alone: when it ends, nodes tell the next one. */
export class MemoryStore implements TopologyStore {
  readonly topology = new Topology();
  readonly isConnected = true;
  readonly #listeners = new StoreListeners();

  put(entry: NodeEntry): void {
    this.#listeners.tell(this.topology.put(OWN, entry));
  }

  remove(identity: string): void {
    this.#listeners.tell(this.topology.remove(OWN, identity));
  }

  onEvents(listener: (events: readonly LookupEvent[]) => void): Unsubscribe {
    return this.#listeners.add(listener);
  }

  async settled(): Promise<void> {
    // it always is
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}

import type { Unsubscribe } from '../job/node.ts';
import type { LookupEvent } from '../protocol/lookup-event.ts';
import type { NodeEntry } from './node-entry.ts';
import type { Topology } from './topology.ts';

/**
 * Where a lookupd keeps what it was told. Answers come from {@link TopologyStore.topology}, which is in this process: a store that is
 * shared with other lookupds follows what they were told, and keeps trying where it can't be reached. Nothing here waits for it.
 */
export interface TopologyStore {
  /** What all lookupds of this store were told, as far as it is known here. */
  readonly topology: Topology;
  /** Whether what others were told is known: false while the store can't be reached. */
  readonly isConnected: boolean;
  /** Takes what a node that is connected here has told, all of it, instead of what it has told before. */
  put(entry: NodeEntry): void;
  /** Forgets a node that was connected here, by its identity. */
  remove(identity: string): void;
  /** Calls back with every change, also with those that other lookupds were told of. */
  onEvents(listener: (events: readonly LookupEvent[]) => void): Unsubscribe;
  /** Resolves when what others were told is known, and everything that was put is where others can see it. @throws GafferError `no_answer` when that takes longer */
  settled(timeoutMs: number): Promise<void>;
  /** Ends it. What is kept elsewhere stays there for a while, so that a lookupd that is started again still knows it. */
  close(): Promise<void>;
}

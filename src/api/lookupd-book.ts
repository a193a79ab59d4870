import type { LookupdInfo } from '../protocol/lookupd-info.ts';

/** The lookupd servers of a node. */
export interface LookupdBook {
  /** All of them, in the order of the configuration. */
  list(): readonly LookupdInfo[];
}

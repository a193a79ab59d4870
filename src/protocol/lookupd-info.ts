/** A lookupd that a node registers with, as it is told of. */
export interface LookupdInfo {
  /** Without the user and the password in it. */
  readonly address: string;
  /** Who the node says there that it is, and where. */
  readonly name: string;
  readonly origin: string;
  /** `connected`: it knows everything; `waiting`: until it is tried again. */
  readonly state: 'connected' | 'connecting' | 'waiting';
  /** Seconds since the epoch: since when it is connected, or is not. */
  readonly since: number;
  /** Why it is not connected. */
  readonly last_error: string | null;
  /** How many it was told of. */
  readonly jobs: number;
  readonly processes: number;
}

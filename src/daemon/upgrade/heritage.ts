import type { ListeningSocket } from '../listeners.ts';

/** What a gafferd takes over from the one that has left. */
export interface Heritage {
  /** Whose the state folder and the pidfile are still, as they have it. */
  readonly pid: number;
  /** The sockets for these addresses, as far as it had them; the others are closed. */
  takeSockets(addresses: readonly string[]): readonly ListeningSocket[];
}

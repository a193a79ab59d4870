const FIRST_MS = 1000;
const LONGEST_MS = 10_000;

/** Over TLS to the other side of the world it takes no longer, if all goes well. */
const SHORTEST_CONNECT_MS = 2000;

/** How long a node waits for what. */
export interface RegistrationTimes {
  /** How often it shows that it is there. */
  readonly beatMs: number;
  /** How long it may take until a lookupd knows who is there; after that it must not be silent. */
  readonly connectMs: number;
  /** The longest pause before it is tried again. */
  readonly longestPauseMs: number;
  /** A connection that held for so long was a good one: what comes after it is a new trouble. */
  readonly steadyMs: number;
}

/**
 * What follows from how often a node shows that it is there. A pause and a try that hangs take less than two heartbeats together: where
 * many nodes were cut off for long, a lookupd should be complete two heartbeats after they are back.
 */
export function timesOf(beatMs: number): RegistrationTimes {
  const most = Math.min(LONGEST_MS, (beatMs * 2) / 3);
  return { beatMs, connectMs: Math.max(SHORTEST_CONNECT_MS, most), longestPauseMs: most, steadyMs: beatMs };
}

/**
 * How long to wait before a lookupd is tried again: a second, and twice that each time up to the longest pause; of it something between
 * the half and all, so that not all nodes come at once.
 * @param tries how many have failed since it went well
 * @param random from 0 up to 1
 */
export function pauseMsAfter(tries: number, random: number, longestMs = LONGEST_MS): number {
  return Math.min(longestMs, FIRST_MS * 2 ** (tries - 1)) * (0.5 + random / 2);
}

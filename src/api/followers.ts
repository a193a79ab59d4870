import type { LogSelection } from '../job/log.ts';

/** Those who follow output and come back: after a gafferd that was killed output waits for them, so that they miss nothing. */
export interface Followers {
  /** Somebody follows from now on. */
  came(follower: string, selection: LogSelection): Follower;
}

/** One of them. */
export interface Follower {
  /** What he has missed is sent: if he was waited for, that is over. */
  caughtUp(): void;
  /** He has left. */
  left(): void;
}

/** Somebody who is not known to come back. */
export const PASSING: Follower = { caughtUp: () => undefined, left: () => undefined };

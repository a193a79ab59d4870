import type { LogSelection } from '../job/log.ts';
import type { Unsubscribe } from '../job/node.ts';

/** Those who follow output and come back: after a gafferd that was killed output waits for them, so that they miss nothing. */
export interface Followers {
  /** Somebody follows from now on, and has come back if he was known before. Call what it answers when he leaves. */
  came(follower: string, selection: LogSelection): Unsubscribe;
}

import type { EventPattern } from '../../protocol/event-names.ts';

/** A webhook: an address that is told of some events, and what has become of that. */
export interface Hook {
  readonly id: string;
  /** As it was given: a name, the beginning of some, or `.`. */
  readonly event: string;
  readonly pattern: EventPattern;
  readonly url: string;
  /** Where the configuration has it, like `gafferd.ini:3`; undefined for one that came over the API. */
  place: string | undefined;
  /** Deliveries are signed with it. */
  secret: string | undefined;
  readonly tally: HookTally;
}

/** What has become of the deliveries for a hook. */
export interface HookTally {
  /** Taken by the receiver. */
  sent: number;
  /** Given up: refused, or tried often enough. */
  failed: number;
  /** Left out, because too many waited. */
  dropped: number;
  /** Tries after the first one. */
  retried: number;
  /** Not sent yet, the one under way among them. */
  waiting: number;
  lastError: string | undefined;
  /** Milliseconds since the epoch. */
  lastErrorMs: number | undefined;
  /** The status of the last answer. */
  lastStatus: number | undefined;
  /** Milliseconds since the epoch. */
  lastSuccessMs: number | undefined;
}

/** Nothing has been sent yet. */
export function newTally(): HookTally {
  const last = { lastError: undefined, lastErrorMs: undefined, lastStatus: undefined, lastSuccessMs: undefined };
  return { sent: 0, failed: 0, dropped: 0, retried: 0, waiting: 0, ...last };
}

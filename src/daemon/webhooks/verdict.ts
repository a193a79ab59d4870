/** How one try to deliver has ended. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** The headers of that name, as they were sent. */
      readonly retryAfter: string | undefined;
      readonly location: string | undefined;
    }
  /** No answer has come. */
  | { readonly kind: 'unanswered'; readonly reason: string };

/** What follows from it. */
export type Verdict =
  | { readonly kind: 'sent' }
  | { readonly kind: 'retry'; readonly pauseMs: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** What a verdict depends on besides the outcome. */
export interface Circumstances {
  /** Which try it was, counted from 1. */
  readonly attempt: number;
  /** From 0 up to 1. */
  readonly random: number;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** How often a delivery is tried. */
export const MOST_ATTEMPTS = 6;

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** Answers that say no more than "not now", besides those from 500 on. */
const NOT_NOW: readonly number[] = [408, 429];

/**
 * Decides what becomes of a delivery: anything from 200 to 299 has taken it; where nobody answers, or with "not now", it is
 * tried again, after a pause that grows and is never quite the same; everything else will be refused again.
 */
export function judge(outcome: Outcome, { attempt, random, nowMs }: Circumstances): Verdict {
  const reason = reasonOf(outcome);
  if (outcome.kind === 'answered' && outcome.status < 300) {
    return { kind: 'sent' };
  }
  const isHopeless = outcome.kind === 'answered' && outcome.status < 500 && !NOT_NOW.includes(outcome.status);
  if (isHopeless || attempt >= MOST_ATTEMPTS) {
    return { kind: 'failed', reason };
  }
  const ownPauseMs = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + random);
  const askedMs = outcome.kind === 'answered' ? askedPauseMs(outcome.retryAfter, nowMs) : 0;
  return { kind: 'retry', pauseMs: Math.min(LONGEST_PAUSE_MS, Math.max(ownPauseMs, askedMs)), reason };
}

/** What a `Retry-After` header asks for: seconds, or a date. */
function askedPauseMs(retryAfter: string | undefined, nowMs: number): number {
  const text = retryAfter?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? 0 : ms;
}

function reasonOf(outcome: Outcome): string {
  if (outcome.kind === 'unanswered') {
    return outcome.reason;
  }
  const { status, location } = outcome;
  if (status < 300 || status >= 400) {
    return `it answered ${status}`;
  }
  const target = location === undefined ? '' : ` to ${location.slice(0, 200)}`;
  return `it answered ${status}, a redirect${target}; that is not followed, for a receiver must not send the node elsewhere: name the right address`;
}

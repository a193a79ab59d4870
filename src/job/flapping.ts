/** When a job that keeps failing is paused, and when it is given up. */
export interface FlappingPolicy {
  /** That many exits within the window are flapping. */
  readonly attempts: number;
  readonly windowMs: number;
  /** Pause before the next try. */
  readonly retryInMs: number;
  /** That many pauses in a row, then the job is given up. */
  readonly maxRetry: number;
}

/** The policy of a job that does not set one. */
export const DEFAULT_FLAPPING: FlappingPolicy = { attempts: 2, windowMs: 1000, retryInMs: 7000, maxRetry: 5 };

/** What is remembered of a job's exits. */
export interface FlappingHistory {
  /** Times of exits, oldest first, in milliseconds that do not run while the job is paused. */
  readonly exits: readonly number[];
  readonly retries: number;
  /** Sum of the pauses so far. */
  readonly pausedMs: number;
}

export const NO_EXITS: FlappingHistory = { exits: [], retries: 0, pausedMs: 0 };

/** What to do after an exit that gaffer did not cause. */
export type FlappingVerdict =
  | { readonly kind: 'go_on'; readonly history: FlappingHistory }
  | { readonly kind: 'pause'; readonly history: FlappingHistory; readonly pauseMs: number }
  | { readonly kind: 'give_up'; readonly history: FlappingHistory };

/**
 * Judges one exit. The last `attempts` exits within `window` are flapping: the job pauses for `retry_in`, at most
 * `max_retry` times in a row, then it is given up. A pause does not count as time in which the job was stable.
 */
export function judgeFlapping(policy: FlappingPolicy, history: FlappingHistory, nowMs: number): FlappingVerdict {
  const running = nowMs - history.pausedMs;
  const exits = [...history.exits, running].slice(-Math.max(policy.attempts, policy.maxRetry));
  const first = exits.at(-policy.attempts);
  if (first === undefined) {
    return { kind: 'go_on', history: { ...history, exits } };
  }
  if (running - first > policy.windowMs) {
    return { kind: 'go_on', history: { ...history, exits, retries: 0 } };
  }
  if (history.retries >= policy.maxRetry) {
    return { kind: 'give_up', history: NO_EXITS };
  }
  const paused = { exits, retries: history.retries + 1, pausedMs: history.pausedMs + policy.retryInMs };
  return { kind: 'pause', history: paused, pauseMs: policy.retryInMs };
}

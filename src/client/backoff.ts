const FIRST_MS = 200;
const LONGEST_MS = 5000;

/** A connection that held for so long was a good one: whatever comes after it is a new trouble. */
const STEADY_MS = 300;

/** Decides when to try again to reach a node that was lost: at once, then after 0.2 s, and twice that each time up to 5 s. */
export class Backoff {
  readonly #patienceMs: number;
  #tries = 0;
  #connectedAtMs: number | undefined;
  #lostAtMs: number | undefined;

  /** @param patienceMs how long after a loss it is worth trying; at once always */
  constructor(patienceMs = Number.POSITIVE_INFINITY) {
    this.#patienceMs = patienceMs;
  }

  /** The node has answered. */
  connected(nowMs: number): void {
    this.#connectedAtMs = nowMs;
    this.#lostAtMs = undefined;
  }

  /** The connection was lost, or could not be made: milliseconds until the next try, undefined when there is to be none. */
  failed(nowMs: number): number | undefined {
    if (this.#connectedAtMs !== undefined && nowMs - this.#connectedAtMs >= STEADY_MS) {
      this.#tries = 0;
    }
    this.#connectedAtMs = undefined;
    this.#lostAtMs ??= nowMs;
    const pauseMs = this.#tries === 0 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#tries - 1));
    const restMs = this.#lostAtMs + this.#patienceMs - nowMs;
    this.#tries += 1;
    return pauseMs > 0 && restMs <= 0 ? undefined : Math.min(pauseMs, Math.max(restMs, 0));
  }
}

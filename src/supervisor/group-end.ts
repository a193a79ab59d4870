import type { SignalName } from '../job/signal.ts';
import type { Clock } from './clock.ts';
import { isGroupEmpty, readProcess, sendSignal } from './process-table.ts';

/** How a process group is asked to end. */
export interface EndOptions {
  readonly signal: SignalName;
  /** Time between the signal and SIGKILL. */
  readonly graceMs: number;
  /** The signal was sent before. Default false. */
  readonly wasAsked?: boolean;
}

/** Checks in quick succession first, then less often: most groups are empty as soon as their leader is gone. */
const FIRST_CHECK_MS = 2;
const LAST_CHECK_MS = 50;

/** How long a group may survive SIGKILL (processes in uninterruptible sleep) before it is given up. */
const UNKILLABLE_MS = 5000;

/**
 * Ends a process group: the stop signal and SIGCONT for those that are stopped, SIGKILL after the grace time. It is
 * over when nobody is left in the group, not when its leader is gone.
 */
export class GroupEnd {
  /** Resolves with whether the group is empty; not so only if it survived SIGKILL for 5 seconds. */
  readonly done: Promise<boolean>;
  readonly #group: number;
  readonly #options: EndOptions;
  readonly #clock: Clock;
  #resolve: (empty: boolean) => void = () => undefined;
  #cancelKill: () => void = () => undefined;
  #cancelCheck: () => void = () => undefined;
  #killedAt: number | undefined;
  #leaderGone: boolean;
  #over = false;

  /** @param leaderGone whether the leader has ended already; until it has nobody needs to look */
  constructor(group: number, options: EndOptions, clock: Clock, leaderGone: boolean) {
    this.#group = group;
    this.#options = options;
    this.#clock = clock;
    this.#leaderGone = leaderGone;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (leaderGone && readProcess(group) !== undefined) {
      // a pid is given anew only when nobody is left in the group that it has named: this is a stranger
      this.#over = true;
      this.#resolve(true);
    }
  }

  /** Begins. */
  begin(): void {
    if (this.#over || this.#killedAt !== undefined) {
      return;
    }
    const { signal, graceMs, wasAsked = false } = this.#options;
    if (!wasAsked) {
      sendSignal(-this.#group, signal);
      sendSignal(-this.#group, 'SIGCONT');
    }
    this.#cancelKill = this.#clock.after(graceMs, () => this.kill());
    if (this.#leaderGone) {
      this.#check(FIRST_CHECK_MS);
    }
  }

  /** The leader's end has been seen. */
  leaderExited(): void {
    if (!this.#leaderGone) {
      this.#leaderGone = true;
      this.#check(FIRST_CHECK_MS);
    }
  }

  /** Kills the group now. */
  kill(): void {
    if (!this.#over && this.#killedAt === undefined) {
      this.#cancelKill();
      this.#killedAt = this.#clock.now();
      sendSignal(-this.#group, 'SIGKILL');
      this.#check(FIRST_CHECK_MS);
    }
  }

  #check(nextMs: number): void {
    this.#cancelCheck();
    if (this.#over) {
      return;
    }
    const empty = this.#leaderGone && isGroupEmpty(this.#group);
    if (empty || (this.#killedAt !== undefined && this.#clock.now() - this.#killedAt > UNKILLABLE_MS)) {
      this.#over = true;
      this.#cancelKill();
      this.#resolve(empty);
      return;
    }
    this.#cancelCheck = this.#clock.after(nextMs, () => this.#check(Math.min(nextMs * 2, LAST_CHECK_MS)));
  }
}

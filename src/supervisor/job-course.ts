import { type FlappingHistory, NO_EXITS } from '../job/flapping.ts';
import type { JobState } from '../job/info.ts';
import type { Clock } from './clock.ts';

type Phase =
  /** `told`: somebody has stopped it; if not, it waits for its first start. */
  | { readonly kind: 'stopped'; readonly told: boolean }
  | { readonly kind: 'started' }
  /** Until then, by the clock that only grows. */
  | { readonly kind: 'paused'; readonly untilMs: number }
  | { readonly kind: 'given_up' }
  | { readonly kind: 'done' };

/** Where a job has got to, as a successor of the supervisor is told. */
export interface CourseNote {
  readonly phase: Phase;
  readonly target: number;
  readonly history: FlappingHistory;
  readonly didWithout: boolean;
  /** When something is tried again that could not be started. */
  readonly retryAtMs?: number | undefined;
}

/** Where a job has got to: whether it runs, how many processes are wanted, what its exits have led to, and when it goes on by itself. */
export class JobCourse {
  readonly #clock: Clock;
  #phase: Phase = { kind: 'stopped', told: false };
  #target: number;
  #history: FlappingHistory = NO_EXITS;
  /** An instance has ended by itself and got no successor. */
  #didWithout = false;
  #retryAtMs: number | undefined;
  #cancelPause: () => void = () => undefined;
  #cancelRetry: () => void = () => undefined;

  constructor(clock: Clock, target: number) {
    this.#clock = clock;
    this.#target = target;
  }

  get kind(): JobState {
    return this.#phase.kind;
  }

  /** How many processes are wanted. */
  get target(): number {
    return this.#target;
  }

  /** How many there are to be in the present phase. */
  get wanted(): number {
    return this.#phase.kind === 'started' ? this.#target : 0;
  }

  get history(): FlappingHistory {
    return this.#history;
  }

  /** Whether it goes on, or will by itself. */
  get goesOn(): boolean {
    return this.#phase.kind === 'paused' || this.wanted > 0;
  }

  /** It waits for its first start, or is done: nobody has stopped it. */
  get rests(): boolean {
    return this.#phase.kind === 'done' || (this.#phase.kind === 'stopped' && !this.#phase.told);
  }

  /** Its instances have ended by themselves, and it got no others. */
  get ranOut(): boolean {
    return this.#didWithout && this.#phase.kind === 'started' && this.#target === 0;
  }

  /** Starts with a clean record. */
  begin(target: number): void {
    this.#leave();
    this.#phase = { kind: 'started' };
    this.#target = target;
    this.#history = NO_EXITS;
    this.#didWithout = false;
  }

  /** Somebody has stopped it. */
  stop(): void {
    this.#leave();
    this.#phase = { kind: 'stopped', told: true };
    this.#target = 0;
  }

  /** As many are wanted. */
  aim(target: number): void {
    this.#target = target;
    if (this.rests && target > 0) {
      this.#phase = { kind: 'started' };
    }
  }

  /** One less is wanted. */
  drop(): void {
    this.#target = Math.max(0, this.#target - 1);
  }

  /** One has ended by itself, and gets no successor. */
  doWithout(): void {
    this.#didWithout = true;
    this.drop();
  }

  remember(history: FlappingHistory): void {
    this.#history = history;
  }

  giveUp(): void {
    this.#phase = { kind: 'given_up' };
  }

  finish(): void {
    this.#phase = { kind: 'done' };
  }

  /** Goes on after a while. */
  pause(ms: number, goOn: () => void): void {
    this.#phase = { kind: 'paused', untilMs: this.#clock.now() + ms };
    this.#awaitPause(ms, goOn);
  }

  /** Tries again after a while. */
  retry(ms: number, again: () => void): void {
    this.#cancelRetry();
    this.#retryAtMs = this.#clock.now() + ms;
    this.#cancelRetry = this.#clock.after(ms, () => {
      this.#retryAtMs = undefined;
      again();
    });
  }

  note(): CourseNote {
    const [phase, target, history, didWithout, retryAtMs] = [this.#phase, this.#target, this.#history, this.#didWithout, this.#retryAtMs];
    return { phase, target, history, didWithout, retryAtMs };
  }

  /** Goes on where a predecessor of the supervisor was; what is to be done at some time is done then, or now. */
  resume(
    { phase, target, history, didWithout, retryAtMs }: CourseNote,
    { goOn, again }: { readonly goOn: () => void; readonly again: () => void },
  ): void {
    this.#phase = phase;
    this.#target = target;
    this.#history = history;
    this.#didWithout = didWithout;
    const now = this.#clock.now();
    if (phase.kind === 'paused') {
      this.#awaitPause(Math.max(0, phase.untilMs - now), goOn);
    }
    if (retryAtMs !== undefined) {
      this.retry(Math.max(0, retryAtMs - now), again);
    }
  }

  #awaitPause(ms: number, goOn: () => void): void {
    this.#cancelPause = this.#clock.after(ms, () => {
      this.#phase = { kind: 'started' };
      goOn();
    });
  }

  #leave(): void {
    this.#cancelRetry();
    this.#retryAtMs = undefined;
    this.#cancelPause();
  }
}

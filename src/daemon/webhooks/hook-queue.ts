import type { Clock } from '../../supervisor/clock.ts';
import { Delivery, type HookMessage } from './delivery.ts';
import type { Hook } from './hook.ts';
import type { HookJournal } from './hook-journal.ts';
import type { HookSender } from './http-sender.ts';
import { judge, type Outcome } from './verdict.ts';

/** What a queue works with. */
export interface HookQueueOptions {
  readonly sender: HookSender;
  readonly journal: HookJournal;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly userAgent: string;
  /** A hook needs this event no more, nor those before it. */
  readonly reached: (hook: Hook, seq: number) => void;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending'; readonly delivery: Delivery; readonly abort: AbortController }
  | { readonly kind: 'pausing'; readonly delivery: Delivery; readonly attempt: number; readonly cancel: () => void }
  | { readonly kind: 'ended' };

/**
 * How many events wait for one address, besides the one under way; for each further one the oldest is left out. A node with
 * hundreds of jobs tells some thousands at its start.
 */
export const MOST_WAITING = 10_000;

/** How long one exchange may take as a whole. */
const TIMEOUT_MS = 10_000;

/** What one address is told: one event after the other, in their order. */
export class HookQueue {
  readonly #options: HookQueueOptions;
  #waiting: Delivery[] = [];
  #state: State = { kind: 'idle' };
  /** Events that the receiver has not got since the last one that it has. */
  #missed = 0;
  #onFinish: (() => void) | undefined;
  /** Nothing more is sent. */
  #isLeaving = false;

  constructor(options: HookQueueOptions) {
    this.#options = options;
  }

  /** How many are not sent yet. */
  get size(): number {
    return this.#waiting.length + ('delivery' in this.#state ? 1 : 0);
  }

  /** Adds an event for some hooks. */
  push(message: HookMessage, hooks: readonly Hook[]): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#dropOldest();
    }
    this.#waiting.push(new Delivery(message, hooks));
    if (this.#state.kind === 'idle') {
      this.#next();
    }
  }

  /** Forgets what is only for a hook that is gone. */
  withdraw(hook: Hook): void {
    this.#waiting = this.#waiting.filter((delivery) => delivery.withdraw(hook));
    if ('delivery' in this.#state && !this.#state.delivery.withdraw(hook)) {
      this.#breakOff();
      this.#next();
    }
  }

  /** Sends what waits, without pauses; resolves when nothing waits any more, or the receiver does not take it now. */
  async finish(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onFinish = resolve;
      if (this.#state.kind === 'pausing') {
        const { delivery, attempt } = this.#state;
        this.#breakOff();
        void this.#sendAgain(delivery, attempt + 1);
      } else if (this.#state.kind !== 'sending') {
        resolve();
      }
    });
  }

  /** Sends nothing more, for somebody else does; resolves when what is under way has its answer. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await new Promise<void>((resolve) => {
      this.#onFinish = resolve;
      if (this.#state.kind !== 'sending') {
        resolve();
      }
    });
  }

  /** Lets go of everything; tells how many were not sent. */
  end(): number {
    const left = this.size;
    this.#breakOff();
    this.#state = { kind: 'ended' };
    this.#waiting = [];
    this.#options.sender.close();
    this.#onFinish?.();
    return left;
  }

  #next(): void {
    if (this.#isLeaving) {
      this.#state = { kind: 'ended' };
      this.#onFinish?.();
      return;
    }
    const delivery = this.#waiting.shift();
    if (delivery !== undefined) {
      void this.#send(delivery, 1);
      return;
    }
    this.#state = { kind: 'idle' };
    this.#options.journal.empty();
    this.#onFinish?.();
  }

  async #send(delivery: Delivery, attempt: number): Promise<void> {
    const { clock, random } = this.#options;
    const missed = this.#missed;
    const state: State = { kind: 'sending', delivery, abort: new AbortController() };
    this.#state = state;
    const outcome = await this.#exchange(delivery, missed, state.abort);
    if (this.#state !== state) {
      return; // nobody wants it any more
    }
    const nowMs = clock.wallTime();
    const verdict = judge(outcome, { attempt, random: random(), nowMs });
    delivery.count((tally) => {
      tally.lastStatus = outcome.kind === 'answered' ? outcome.status : tally.lastStatus;
    });
    if (verdict.kind === 'sent') {
      this.#sent(delivery, missed, nowMs);
      return;
    }
    this.#options.journal.failed(verdict.reason);
    delivery.count((tally) => {
      tally.lastError = verdict.reason;
      tally.lastErrorMs = nowMs;
    });
    if (verdict.kind === 'failed') {
      this.#missed += 1;
      delivery.settle((tally) => {
        tally.failed += 1;
      });
      this.#over(delivery);
      this.#next();
    } else if (this.#onFinish !== undefined) {
      this.#waiting.unshift(delivery);
      this.#state = { kind: 'ended' };
      this.#onFinish();
    } else {
      const cancel = clock.after(verdict.pauseMs, () => void this.#sendAgain(delivery, attempt + 1));
      this.#state = { kind: 'pausing', delivery, attempt, cancel };
    }
  }

  async #sendAgain(delivery: Delivery, attempt: number): Promise<void> {
    delivery.count((tally) => {
      tally.retried += 1;
    });
    await this.#send(delivery, attempt);
  }

  #sent(delivery: Delivery, missed: number, nowMs: number): void {
    this.#options.journal.sent(missed);
    this.#missed -= missed;
    delivery.settle((tally) => {
      tally.sent += 1;
      tally.lastSuccessMs = nowMs;
    });
    this.#over(delivery);
    this.#next();
  }

  /** Nobody needs it any more; other names of the same event may wait. */
  #over({ seq, hooks }: Delivery): void {
    if (seq === undefined) {
      return;
    }
    const others = new Set<Hook>();
    for (let i = 0; this.#waiting[i]?.seq === seq; i += 1) {
      this.#waiting[i]?.hooks.forEach((hook) => others.add(hook));
    }
    for (const hook of hooks) {
      this.#options.reached(hook, others.has(hook) ? seq - 1 : seq);
    }
  }

  async #exchange(delivery: Delivery, missed: number, abort: AbortController): Promise<Outcome> {
    const { sender, clock, userAgent } = this.#options;
    const cancel = clock.after(TIMEOUT_MS, () => abort.abort());
    const request = delivery.request({ userAgent, missed, seconds: Math.floor(clock.wallTime() / 1000) });
    const outcome = await sender.send(request, abort.signal);
    cancel();
    return outcome.kind === 'unanswered' && abort.signal.aborted
      ? { kind: 'unanswered', reason: `it has not answered within ${TIMEOUT_MS / 1000} s` }
      : outcome;
  }

  #dropOldest(): void {
    this.#missed += 1;
    this.#options.journal.full(this.#waiting.length);
    this.#waiting.shift()?.settle((tally) => {
      tally.dropped += 1;
    });
  }

  #breakOff(): void {
    if (this.#state.kind === 'sending') {
      this.#state.abort.abort();
    } else if (this.#state.kind === 'pausing') {
      this.#state.cancel();
    }
  }
}

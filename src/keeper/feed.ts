import type { Writable } from 'node:stream';
import type { Clock } from '../supervisor/clock.ts';
import type { OutputLog } from './output-log.ts';

/** When that much waits to be sent, nothing more is read until half of it is gone. */
const TOO_MUCH_BYTES = 1024 * 1024;

/** Once some output was sent, what comes within that many milliseconds goes together: to wake gafferd costs more than a few lines do. */
const GATHER_MS = 10;

/** That much output does not wait for more. */
const ENOUGH_BYTES = 256 * 1024;

/** What a {@link Feed} works with. */
export interface FeedRig {
  readonly clock: Clock;
  readonly log: OutputLog;
  /** Is told when too much waits, and when it does no more. */
  level(isTooMuch: boolean): void;
}

/** Sends the log to whoever is there, a block at a time: messages at once, output in larger pieces where it keeps coming. */
export class Feed {
  readonly #rig: FeedRig;
  #target: Writable | undefined;
  #isSending = false;
  #isScheduled = false;
  #isTooMuch = false;
  /** Something in the log does not wait. */
  #isUrgent = false;
  /** Until then output waits for more. */
  #gatherUntilMs = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(rig: FeedRig) {
    this.#rig = rig;
  }

  /** Sends everything that the log has, and what follows. */
  attach(target: Writable): void {
    this.#target = target;
    this.#isSending = false;
    this.#rig.log.rewind();
    this.changed();
  }

  /** Nobody is there any more. */
  detach(): void {
    this.#target = undefined;
    this.#isSending = false;
    this.#stopTimer();
  }

  /** Something was added to the log that does not wait, or something was taken from it. */
  changed(): void {
    this.#isUrgent = this.#rig.log.waiting > 0;
    this.#judge();
    this.#go();
  }

  /** Output was added to the log. */
  outputAdded(): void {
    this.#judge();
    this.#go();
  }

  /** Somebody has written to a process: what that answers does not wait. */
  expectAnswer(): void {
    this.#gatherUntilMs = 0;
  }

  #go(): void {
    if (this.#target === undefined || this.#isSending || this.#isScheduled) {
      return;
    }
    const { clock, log } = this.#rig;
    if (this.#isUrgent) {
      this.#sendSoon();
      return;
    }
    const nowMs = clock.now();
    if (log.waiting >= ENOUGH_BYTES || nowMs >= this.#gatherUntilMs) {
      this.#gatherUntilMs = nowMs + GATHER_MS;
      this.#sendSoon();
    } else {
      this.#cancelTimer ??= clock.after(this.#gatherUntilMs - nowMs, () => {
        this.#cancelTimer = undefined;
        this.#go();
      });
    }
  }

  #sendSoon(): void {
    this.#stopTimer();
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#send();
    });
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #send(): void {
    const target = this.#target;
    const { log } = this.#rig;
    const bytes = this.#isSending || target === undefined ? undefined : log.next();
    if (target === undefined || bytes === undefined) {
      return;
    }
    this.#isSending = true;
    this.#isUrgent &&= bytes.length < log.waiting;
    target.write(bytes, (error) => {
      if (this.#target === target && !error) {
        this.#isSending = false;
        log.sent(bytes.length);
        this.#judge();
        if (this.#isUrgent) {
          this.#send();
        } else if (log.waiting > 0) {
          this.#go();
        }
      }
    });
  }

  #judge(): void {
    const isTooMuch = this.#rig.log.waiting > (this.#isTooMuch ? TOO_MUCH_BYTES / 2 : TOO_MUCH_BYTES);
    if (isTooMuch !== this.#isTooMuch) {
      this.#isTooMuch = isTooMuch;
      this.#rig.level(isTooMuch);
    }
  }
}

import { shownUrl } from '../../protocol/hook-url.ts';
import type { Clock } from '../../supervisor/clock.ts';
import type { Log } from '../log.ts';

/** An address that is in trouble is named no more often than this. */
const QUIET_MS = 60_000;

/** Tells the log how it goes with an address: of trouble when it begins, and of its end; not of every event. */
export class HookJournal {
  readonly #name: string;
  readonly #log: Pick<Log, 'info' | 'warning'>;
  readonly #clock: Clock;
  #toldMs = Number.NEGATIVE_INFINITY;
  #isInTrouble = false;
  #isFull = false;

  constructor(url: string, log: Pick<Log, 'info' | 'warning'>, clock: Clock) {
    this.#name = `the webhook ${shownUrl(url)}`;
    this.#log = log;
    this.#clock = clock;
  }

  /** A try has failed. */
  failed(reason: string): void {
    if (!this.#isInTrouble && this.#mayTell()) {
      this.#isInTrouble = true;
      this.#log.warning(`${this.#name} does not take an event: ${reason}`);
    }
  }

  /** An event was left out, because so many wait. */
  full(waiting: number): void {
    if (!this.#isFull) {
      this.#isFull = true;
      this.#log.warning(`${this.#name} is behind: ${waiting} events wait for it, and for each further one the oldest is left out`);
    }
  }

  /** An event was taken. @param missed how many were not, since the last one that was */
  sent(missed: number): void {
    if (this.#isInTrouble) {
      this.#isInTrouble = false;
      this.#log.info(`${this.#name} takes events again${missed === 0 ? '' : `; it has missed ${missed}`}`);
    }
  }

  /** Nothing waits any more. */
  empty(): void {
    this.#isFull = false;
  }

  #mayTell(): boolean {
    const now = this.#clock.now();
    const may = now - this.#toldMs >= QUIET_MS;
    this.#toldMs = may ? now : this.#toldMs;
    return may;
  }
}

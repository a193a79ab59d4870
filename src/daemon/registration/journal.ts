import { shownUrl } from '../../protocol/hook-url.ts';
import type { Clock } from '../../supervisor/clock.ts';
import type { Log } from '../log.ts';

/** The same trouble is told no more often than this, where it goes well in between. */
const QUIET_MS = 60_000;

/** Tells the log how it goes with a lookupd: what has changed, and not each try. */
export class LookupJournal {
  readonly #name: string;
  readonly #log: Pick<Log, 'info' | 'warning'>;
  readonly #clock: Clock;
  /** What was said last: a trouble, that all is well, or nothing yet. */
  #said: { readonly trouble: string } | 'well' | undefined;
  #trouble: { readonly text: string; readonly atMs: number } | undefined;

  constructor(address: string, log: Pick<Log, 'info' | 'warning'>, clock: Clock) {
    this.#name = `the lookupd ${shownUrl(address)}`;
    this.#log = log;
    this.#clock = clock;
  }

  /** It has everything. */
  registered({ jobs, processes }: { readonly jobs: number; readonly processes: number }): void {
    if (this.#said !== 'well') {
      this.#said = 'well';
      this.#log.info(`registered with ${this.#name}: ${counted(jobs, 'job', 'jobs')}, ${counted(processes, 'process', 'processes')}`);
    }
  }

  /** It could not be reached, or does not take this node. @param wasRegistered it had everything before */
  failed(reason: string, { wasRegistered }: { readonly wasRegistered: boolean }): void {
    const nowMs = this.#clock.now();
    const isNews = this.#trouble?.text !== reason || nowMs - this.#trouble.atMs >= QUIET_MS;
    if (this.#said === 'well' ? isNews : this.#said?.trouble !== reason) {
      this.#said = { trouble: reason };
      this.#trouble = { text: reason, atMs: nowMs };
      this.#log.warning(`${wasRegistered ? `${this.#name} is lost` : `can't register with ${this.#name}`}: ${reason}; it is tried again and again`);
    }
  }

  /** It does not take one of many messages. */
  refused(problem: string): void {
    this.#log.warning(`${this.#name}: ${problem}`);
  }
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

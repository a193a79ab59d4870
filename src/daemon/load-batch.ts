import { formatJobName } from '../job/name.ts';
import type { StoredJob } from './stored-job.ts';

/** A job that somebody wants to be loaded. */
interface WaitingLoad {
  readonly job: StoredJob;
  readonly begin: () => Promise<void>;
  readonly fail: (error: unknown) => void;
}

/** Loads that have come together and are kept in one go, so that the disk is waited for once and not for each of them. */
export class LoadBatch {
  #loads: WaitingLoad[] = [];

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.#loads.length === 0;
  }

  /** Adds one; resolves with its end. @param act loads it */
  add(job: StoredJob, act: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#loads.push({ job, begin: () => act().then(resolve, reject), fail: reject });
    });
  }

  /**
   * Keeps all that wait, and begins them in their order; if that fails nobody's is begun. Of two of one name the first is kept.
   * @param isLoaded whether there is such a job already: the node says what is wrong, and nothing is kept
   */
  begin(isLoaded: (job: StoredJob) => boolean, keep: (jobs: readonly StoredJob[]) => void): void {
    const loads = this.#loads;
    this.#loads = [];
    const kept = new Map<string, StoredJob>();
    for (const { job } of loads.filter((load) => !isLoaded(load.job))) {
      const name = formatJobName({ session: job.session, job: job.name });
      kept.set(name, kept.get(name) ?? job);
    }
    try {
      keep([...kept.values()]);
    } catch (error) {
      for (const { fail } of loads) {
        fail(error);
      }
      return;
    }
    for (const { begin } of loads) {
      void begin();
    }
  }

  /** Refuses all that wait. */
  fail(error: unknown): void {
    for (const { fail } of this.#loads.splice(0)) {
      fail(error);
    }
  }
}

import type { Unsubscribe } from '../job/node.ts';
import type { JobList } from './job-list.ts';
import { Listeners } from './listeners.ts';

/** Whether anything runs, and who wants to know when nothing does any more. */
export class Idleness {
  readonly #jobs: JobList;
  readonly #listeners = new Listeners('idleness');
  #looking: NodeJS.Immediate | undefined;

  constructor(jobs: JobList) {
    this.#jobs = jobs;
  }

  /** Calls back whenever nothing runs any more, and nothing will by itself. */
  onIdle(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener);
  }

  /** Whether nothing runs, and nothing will by itself. */
  get isIdle(): boolean {
    return this.#jobs.all.every((job) => job.isOver);
  }

  /** Whether nothing runs, and nobody is expected to start anything again. */
  get isFinished(): boolean {
    return this.isIdle && this.#jobs.loaded.every((job) => job.isFinished);
  }

  /** Something has ended. Looks once for all that ends in one turn, and after what those ends have caused. */
  settled(): void {
    this.#looking ??= setImmediate(() => {
      this.#looking = undefined;
      if (this.isIdle) {
        this.#listeners.tell();
      }
    });
  }
}

import { GafferError } from '../errors.ts';
import { formatJobName, type JobName } from '../job/name.ts';
import type { Job } from './job.ts';

/** The jobs of a supervisor: those that are loaded, and those that were unloaded and whose processes are not gone yet. */
export class JobList {
  /** By full name, in the order in which they were loaded. */
  readonly #loaded = new Map<string, Job>();
  readonly #leaving = new Map<Job, Promise<void>>();

  /** The names of the sessions, in order of appearance. */
  get sessions(): readonly string[] {
    return [...new Set(this.loaded.map((job) => job.name.session))];
  }

  /** The jobs that are loaded, in their order. */
  get loaded(): readonly Job[] {
    return [...this.#loaded.values()];
  }

  /** The same, and those that are leaving. */
  get all(): readonly Job[] {
    return [...this.#loaded.values(), ...this.#leaving.keys()];
  }

  /** The job of a name, if it is loaded. */
  find(fullName: string): Job | undefined {
    return this.#loaded.get(fullName);
  }

  /** @throws GafferError `job_not_found` */
  get(name: JobName): Job {
    const job = this.#loaded.get(formatJobName(name));
    if (job === undefined) {
      throw new GafferError('job_not_found', `no job "${formatJobName(name)}" is loaded`);
    }
    return job;
  }

  /** The jobs of a session, or all by session. @throws GafferError `session_not_found` */
  of(session: string | undefined): readonly Job[] {
    if (session === undefined) {
      return this.sessions.flatMap((one) => this.of(one));
    }
    const own = this.loaded.filter((job) => job.name.session === session);
    if (own.length === 0) {
      throw new GafferError('session_not_found', `no job of a session "${session}" is loaded`);
    }
    return own;
  }

  add(job: Job): void {
    this.#loaded.set(job.fullName, job);
  }

  remove(job: Job): void {
    this.#loaded.delete(job.fullName);
  }

  /** Keeps a job that was removed in mind until it is gone. */
  async leave(job: Job, gone: Promise<void>): Promise<void> {
    this.#leaving.set(job, gone);
    await gone;
    this.#leaving.delete(job);
  }

  /** Stops some jobs, later ones (by priority) first; resolves when their processes and those of jobs that are leaving are gone. */
  async stop(isMeant: (job: Job) => boolean): Promise<void> {
    const leaving = [...this.#leaving].filter(([job]) => isMeant(job)).map(([, gone]) => gone);
    await inOrder(this.loaded.filter(isMeant), 'last to first', (job) => job.stop());
    await Promise.all(leaving);
  }
}

/** Does something to jobs by their priority, one priority after the other, those of one together. */
export async function inOrder(jobs: readonly Job[], order: 'first to last' | 'last to first', act: (job: Job) => Promise<void>): Promise<void> {
  const priorities = [...new Set(jobs.map((job) => job.settings.priority))].sort((a, b) => (order === 'first to last' ? a - b : b - a));
  for (const priority of priorities) {
    await Promise.all(jobs.filter((job) => job.settings.priority === priority).map(act));
  }
}

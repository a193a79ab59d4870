import { parseJobName } from '../job/name.ts';

/** Jobs by their full names, each with who has it. */
class SessionJobs {
  readonly holders = new Map<string, Set<string>>();
  /** Put in order when somebody asks. */
  sorted: readonly string[] | undefined;
}

/** Which job who has: to find one, or those of a session, without looking at all. */
export class JobIndex {
  readonly #sessions = new Map<string, SessionJobs>();
  #sorted: readonly string[] | undefined;

  /** The sessions, in order. */
  get sessions(): readonly string[] {
    this.#sorted ??= [...this.#sessions.keys()].toSorted();
    return this.#sorted;
  }

  /** The full names of a session's jobs, in order. */
  jobsOf(session: string): readonly string[] {
    const jobs = this.#sessions.get(session);
    if (jobs === undefined) {
      return [];
    }
    jobs.sorted ??= [...jobs.holders.keys()].toSorted();
    return jobs.sorted;
  }

  /** Who has a job. */
  holdersOf(job: string): Iterable<string> {
    return this.#sessions.get(sessionOf(job))?.holders.get(job) ?? [];
  }

  /** Somebody has a job. */
  add(job: string, holder: string): void {
    const session = sessionOf(job);
    const jobs = this.#sessions.get(session) ?? new SessionJobs();
    if (jobs.holders.size === 0) {
      this.#sessions.set(session, jobs);
      this.#sorted = undefined;
    }
    const holders = jobs.holders.get(job);
    if (holders === undefined) {
      jobs.holders.set(job, new Set([holder]));
      jobs.sorted = undefined;
    } else {
      holders.add(holder);
    }
  }

  /** Somebody has a job no more. */
  remove(job: string, holder: string): void {
    const session = sessionOf(job);
    const jobs = this.#sessions.get(session);
    const holders = jobs?.holders.get(job);
    holders?.delete(holder);
    if (holders?.size === 0) {
      jobs?.holders.delete(job);
      if (jobs !== undefined) {
        jobs.sorted = undefined;
      }
    }
    if (jobs?.holders.size === 0) {
      this.#sessions.delete(session);
      this.#sorted = undefined;
    }
  }
}

/** A name that is none is nobody's. */
function sessionOf(job: string): string {
  try {
    return parseJobName(job).session;
  } catch {
    return '';
  }
}

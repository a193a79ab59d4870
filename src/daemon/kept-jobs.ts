import { isSameConfig } from '../job/config.ts';
import { formatJobName, type JobName } from '../job/name.ts';
import type { Store } from './store.ts';
import type { JobState, StoredJob } from './stored-job.ts';

/** How a job that came over the API is meant to be, as a successor of this gafferd is told. */
interface JobIntent {
  readonly job: StoredJob;
  /** What is to be done for that has not begun yet. */
  readonly isPending: boolean;
}

/** Says something to a successor of this gafferd; undefined: nothing by that name any more. */
export type SayToSuccessor = (name: string, value: unknown) => void;

/** There is an intent for each job that is stored: without it a successor has only the store. */
const COMPLETE = 'intents';

/** The name of a job's intent. */
const INTENT = /^intent (.*)$/s;

/** What {@link KeptJobs.resume} finds. */
export interface ResumedJobs {
  /** What is to be done for these may not have begun. */
  readonly pending: readonly StoredJob[];
  /** Full names of jobs whose row on disk was not what was meant to be there. */
  readonly mended: readonly string[];
}

/**
 * The jobs that came over the API, as they are meant to be. Each change is told to a successor of this gafferd, kept on disk, and
 * then done: should this gafferd be killed, its successor knows what was meant however old the file on the disk is.
 */
export class KeptJobs {
  readonly #store: Store;
  #say: SayToSuccessor = () => undefined;
  readonly #jobs = new Map<string, StoredJob>();
  readonly #pending = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
    for (const job of store.jobs()) {
      this.#jobs.set(nameOf(job), job);
    }
  }

  /** Tells a successor everything, from now on. @param say tells it in one piece with what is told in the same call */
  begin(say: SayToSuccessor, together: (tell: () => void) => void): void {
    this.#say = say;
    together(() => {
      this.#jobs.forEach((job) => this.#tell(job, false));
      say(COMPLETE, true);
    });
  }

  /** Goes by what a predecessor has told, and brings the store to that; undefined when it has not come to telling. @throws GafferError `io_failed` */
  resume(notes: ReadonlyMap<string, unknown>, say: SayToSuccessor): ResumedJobs | undefined {
    if (notes.get(COMPLETE) !== true) {
      return undefined;
    }
    this.#say = say;
    const intents = new Map<string, JobIntent>();
    for (const [name, note] of notes) {
      const [, fullName] = INTENT.exec(name) ?? [];
      if (fullName !== undefined) {
        intents.set(fullName, note as JobIntent);
      }
    }
    const mended: string[] = [];
    for (const [fullName, { session, name }] of [...this.#jobs].filter(([known]) => !intents.has(known))) {
      mended.push(fullName);
      this.#jobs.delete(fullName);
      this.#store.deleteJob({ session, job: name });
    }
    for (const [fullName, { job, isPending }] of intents) {
      const stored = this.#jobs.get(fullName);
      if (stored === undefined || !isSameJob(stored, job)) {
        mended.push(fullName);
        this.#store.putJob({ ...job, target: job.target });
      }
      this.#jobs.set(fullName, job);
      if (isPending) {
        this.#pending.add(fullName);
      }
    }
    return { pending: [...this.#pending].flatMap((name) => this.#jobs.get(name) ?? []), mended };
  }

  /** The jobs in the order in which they came. */
  get all(): readonly StoredJob[] {
    return [...this.#jobs.values()];
  }

  /** Full names of the same. */
  get names(): ReadonlySet<string> {
    return new Set(this.#jobs.keys());
  }

  /** Keeps jobs, all or none: at the end of the order, or in the place that they have. @throws GafferError `io_failed` */
  put(jobs: readonly StoredJob[]): void {
    this.#change(jobs, () => this.#store.putJobs(jobs));
  }

  /** Keeps how a job is meant to be; one that is not kept stays so. @throws GafferError `io_failed` */
  setState(name: JobName, state: JobState): void {
    const job = this.#jobs.get(formatJobName(name));
    if (job !== undefined) {
      this.#change([{ ...job, ...state }], () => this.#store.setState(name, state));
    }
  }

  /** Keeps whether a job is stopped; where that is so already nothing is written. @throws GafferError `io_failed` */
  setStopped(name: JobName, stopped: boolean): void {
    const job = this.#jobs.get(formatJobName(name));
    if (job !== undefined && job.stopped !== stopped) {
      this.#change([{ ...job, stopped }], () => this.#store.setStopped(name, stopped));
    }
  }

  /** The same for every job of a session that is kept. @throws GafferError `io_failed` */
  setSessionState(session: string, state: JobState): void {
    const jobs = this.all.filter((job) => job.session === session);
    this.#change(
      jobs.map((job) => ({ ...job, ...state })),
      () => this.#store.setSessionState(session, state),
    );
  }

  /** Forgets a job. @throws GafferError `io_failed` */
  delete(name: JobName): void {
    this.#forget([formatJobName(name)], () => this.#store.deleteJob(name));
  }

  /** Forgets the jobs of a session. @throws GafferError `io_failed` */
  deleteSession(session: string): void {
    const names = this.all.filter((job) => job.session === session).map(nameOf);
    this.#forget(names, () => this.#store.deleteSession(session));
  }

  /** What was to be done for all that was kept has begun. */
  begun(): void {
    for (const fullName of this.#pending) {
      const job = this.#jobs.get(fullName);
      this.#pending.delete(fullName);
      if (job !== undefined) {
        this.#tell(job, false);
      }
    }
  }

  #change(jobs: readonly StoredJob[], write: () => void): void {
    jobs.forEach((job) => this.#tell(job, true));
    try {
      write();
    } catch (error) {
      jobs.forEach((job) => this.#tellAsBefore(nameOf(job)));
      throw error;
    }
    for (const job of jobs) {
      this.#jobs.set(nameOf(job), job);
      this.#pending.add(nameOf(job));
    }
  }

  #forget(fullNames: readonly string[], write: () => void): void {
    fullNames.forEach((name) => this.#say(`intent ${name}`, undefined));
    try {
      write();
    } catch (error) {
      fullNames.forEach((name) => this.#tellAsBefore(name));
      throw error;
    }
    for (const name of fullNames) {
      this.#jobs.delete(name);
      this.#pending.delete(name);
    }
  }

  #tellAsBefore(fullName: string): void {
    const job = this.#jobs.get(fullName);
    if (job === undefined) {
      this.#say(`intent ${fullName}`, undefined);
    } else {
      this.#tell(job, this.#pending.has(fullName));
    }
  }

  #tell(job: StoredJob, isPending: boolean): void {
    this.#say(`intent ${nameOf(job)}`, { job, isPending } satisfies JobIntent);
  }
}

function nameOf({ session, name }: StoredJob): string {
  return formatJobName({ session, job: name });
}

function isSameJob(one: StoredJob, other: StoredJob): boolean {
  return one.target === other.target && one.stopped === other.stopped && isSameConfig(one.config, other.config);
}

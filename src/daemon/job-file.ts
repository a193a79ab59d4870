import { messageOf } from '../errors.ts';
import { formatJobName, type JobName } from '../job/name.ts';
import type { GafferNode } from '../job/node.ts';
import { compareJobs, type FileJob } from './job-difference.ts';
import type { KeptJobs, SayToSuccessor } from './kept-jobs.ts';
import type { LoadedJobs } from './loaded-jobs.ts';
import type { Log } from './log.ts';

/** The note of which jobs are a file's. */
const NOTE = 'file jobs';

/** The jobs that the configuration file says, and what became of them. They are not kept: the file says them again. */
export class JobFile {
  readonly #node: GafferNode;
  readonly #kept: Pick<KeptJobs, 'names'>;
  readonly #loaded: LoadedJobs;
  readonly #log: Pick<Log, 'warning' | 'error'>;
  /** By full name, as they were loaded or changed last. */
  #jobs: ReadonlyMap<string, FileJob> = new Map();
  #say: SayToSuccessor = () => undefined;

  /** @param loaded what the node has loaded */
  constructor(node: GafferNode, kept: Pick<KeptJobs, 'names'>, loaded: LoadedJobs, log: Pick<Log, 'warning' | 'error'>) {
    this.#node = node;
    this.#kept = kept;
    this.#loaded = loaded;
    this.#log = log;
  }

  /** Tells a successor of this gafferd which jobs are the file's, from now on. */
  begin(say: SayToSuccessor): void {
    this.#say = say;
  }

  /** Goes on from the jobs that a predecessor had from its file, as far as they are loaded: they are as the node has them. */
  async resume(notes: ReadonlyMap<string, unknown>): Promise<void> {
    const names = (notes.get(NOTE) ?? []) as readonly JobName[];
    const loaded = names.filter((name) => this.#loaded.has(name));
    const jobs = loaded.map(
      async (name) => [formatJobName(name), { session: name.session, config: (await this.#node.jobInfo(name)).config }] as const,
    );
    this.#jobs = new Map(await Promise.all(jobs));
  }

  /** Whether a job is of the file. */
  has(fullName: string): boolean {
    return this.#jobs.has(fullName);
  }

  /**
   * Makes the node run what a file says: what did not change goes on, what came over the API stays. All has begun when this
   * returns; it resolves when what is new has started and what has to end is gone.
   */
  async apply(jobs: readonly FileJob[]): Promise<void> {
    const fromApi = this.#kept.names;
    const { unload, update, load, kept } = compareJobs(jobs, { fromFile: this.#jobs, loaded: this.#loaded.names, fromApi });
    this.#say(
      NOTE,
      [...this.#jobs.values(), ...jobs].map((job) => nameOf(job)),
    );
    this.#jobs = new Map(jobs.map((job) => [formatJobName(nameOf(job)), job]));
    for (const name of kept) {
      this.#log.warning(
        `${formatJobName(name)} is in the configuration, and was loaded over the API too: that one stays; unload it to have the other`,
      );
    }
    await Promise.all([
      ...unload.map((name) => this.#attempt(name, 'unloaded', this.#node.unload(name))),
      ...update.map((job) => this.#attempt(nameOf(job), 'updated', this.#node.update(nameOf(job), job.config))),
      ...load.map((job) => this.#attempt(nameOf(job), 'loaded', this.#node.load(job.session, job.config))),
    ]);
  }

  async #attempt(job: JobName, what: string, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#log.error(`${formatJobName(job)} can't be ${what}: ${messageOf(error)}`);
    }
  }
}

function nameOf({ session, config }: FileJob): JobName {
  return { session, job: config.name };
}

import { messageOf } from '../errors.ts';
import { formatJobName, type JobName } from '../job/name.ts';
import type { GafferNode } from '../job/node.ts';
import { compareJobs, type FileJob } from './job-difference.ts';
import type { Log } from './log.ts';
import type { Store } from './store.ts';

/** The jobs that the configuration file says, and what became of them. They are not kept: the file says them again. */
export class JobFile {
  readonly #node: GafferNode;
  readonly #store: Store;
  readonly #log: Log;
  /** By full name, as they were loaded or changed last. */
  #jobs: ReadonlyMap<string, FileJob> = new Map();

  readonly #loaded = new Set<string>();

  /** @param node with nothing loaded yet */
  constructor(node: GafferNode, store: Store, log: Log) {
    this.#node = node;
    node.onEvent(({ type, name }) => {
      if (type === 'load') {
        this.#loaded.add(name);
      } else if (type === 'unload') {
        this.#loaded.delete(name);
      }
    });
    this.#store = store;
    this.#log = log;
  }

  /** Makes the node run what a file says: what did not change goes on, what came over the API stays. */
  async apply(jobs: readonly FileJob[]): Promise<void> {
    const fromApi = new Set(this.#store.jobs().map(({ session, name }) => formatJobName({ session, job: name })));
    const { unload, update, load, kept } = compareJobs(jobs, { fromFile: this.#jobs, loaded: this.#loaded, fromApi });
    this.#jobs = new Map(jobs.map((job) => [formatJobName(nameOf(job)), job]));
    for (const name of kept) {
      this.#log.warning(
        `${formatJobName(name)} is in the configuration, and was loaded over the API too: that one stays; unload it to have the other`,
      );
    }
    const attempt = async (job: JobName, what: string, work: Promise<void>): Promise<void> => {
      try {
        await work;
      } catch (error) {
        this.#log.error(`${formatJobName(job)} can't be ${what}: ${messageOf(error)}`);
      }
    };
    await Promise.all([
      ...unload.map((name) => attempt(name, 'unloaded', this.#node.unload(name))),
      ...update.map((job) => attempt(nameOf(job), 'updated', this.#node.update(nameOf(job), job.config))),
      ...load.map((job) => attempt(nameOf(job), 'loaded', this.#node.load(job.session, job.config))),
    ]);
  }
}

function nameOf({ session, config }: FileJob): JobName {
  return { session, job: config.name };
}

import { formatJobName, type JobName } from '../job/name.ts';
import type { GafferNode } from '../job/node.ts';

/** Which jobs a node has loaded, and which of them somebody has stopped, as its events tell. */
export class LoadedJobs {
  readonly #names = new Set<string>();
  readonly #stopped = new Set<string>();

  /** @param node with nothing loaded yet */
  constructor(node: Pick<GafferNode, 'onEvent'>) {
    node.onEvent(({ type, name }) => {
      if (type === 'load') {
        this.#names.add(name);
      } else if (type === 'unload') {
        this.#names.delete(name);
        this.#stopped.delete(name);
      } else if (type === 'stop' && this.#names.has(name)) {
        this.#stopped.add(name);
      } else if (type === 'start' || type === 'reload') {
        this.#stopped.delete(name);
      }
    });
  }

  /** They were loaded before; without events. */
  resume(names: readonly JobName[], stopped: readonly JobName[]): void {
    names.forEach((name) => this.#names.add(formatJobName(name)));
    stopped.forEach((name) => this.#stopped.add(formatJobName(name)));
  }

  /** Full names. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }

  has(job: JobName): boolean {
    return this.#names.has(formatJobName(job));
  }

  /** Whether somebody has stopped a job; one that waits for its first start was not. */
  isStopped(job: JobName): boolean {
    return this.#stopped.has(formatJobName(job));
  }
}

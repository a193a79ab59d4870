import { formatJobName, type JobName } from '../job/name.ts';
import type { GafferNode } from '../job/node.ts';

/** Which jobs a node has loaded, and which of them somebody has stopped, as its events tell. */
export class LoadedJobs {
  readonly #names = new Set<string>();
  readonly #stopped = new Set<string>();

  /** @param node with nothing loaded yet */
  constructor(node: Pick<GafferNode, 'onEvent'>) {
    node.onEvent(({ type, name }) => {
      switch (type) {
        case 'load':
          this.#names.add(name);
          return;
        case 'unload':
          this.#names.delete(name);
          this.#stopped.delete(name);
          return;
        case 'stop':
          if (this.#names.has(name)) {
            this.#stopped.add(name);
          }
          return;
        case 'start':
        case 'reload':
          this.#stopped.delete(name);
          return;
        default:
      }
    });
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

import type { GafferEvent } from '../../job/event.ts';

/** What a node has: its jobs by full name, with the pids of their processes that were not told to end. */
export interface NodeInventory {
  readonly jobs: ReadonlyMap<string, ReadonlySet<number>>;
  /** The number of the last event that is in it. */
  readonly seq: number;
}

/** Keeps what a node has up to date by its events, from a moment on at which it has nothing, or what is known. */
export class Inventory implements NodeInventory {
  readonly #jobs = new Map<string, Set<number>>();
  #seq = 0;

  get jobs(): ReadonlyMap<string, ReadonlySet<number>> {
    return this.#jobs;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Begins with what there is already. */
  resume({ jobs, seq }: NodeInventory): void {
    for (const [name, pids] of jobs) {
      this.#jobs.set(name, new Set(pids));
    }
    this.#seq = seq;
  }

  /** Takes note of an event; tells the job of which something else is true now. */
  note(event: GafferEvent): string | undefined {
    this.#seq = event.seq;
    return this.#changes(event) ? event.name : undefined;
  }

  #changes(event: GafferEvent): boolean {
    const { type, name } = event;
    if (type === 'load') {
      this.#jobs.set(name, new Set());
      return true;
    }
    if (type === 'unload') {
      return this.#jobs.delete(name);
    }
    if (type === 'spawn') {
      return this.#jobs.get(name)?.add(event.process.pid) !== undefined;
    }
    return (type === 'stop_process' || type === 'exit') && this.#jobs.get(name)?.delete(event.process.pid) === true;
  }
}

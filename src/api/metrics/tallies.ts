import type { GafferEvent } from '../../job/event.ts';
import { JobTally } from './job-tally.ts';

/** Jobs that are not loaded any more and are remembered all the same: when they come again their counters go on. */
const MOST_UNLOADED = 1000;

/** What has come together since the node was started: of all events, and of each job. */
export class Tallies {
  readonly #jobs = new Map<string, JobTally>();
  /** Those of the jobs that are not loaded, the first to be forgotten first. */
  readonly #unloaded = new Set<string>();
  readonly #events: Record<GafferEvent['type'], number> = {
    load: 0,
    unload: 0,
    start: 0,
    stop: 0,
    update: 0,
    reload: 0,
    spawn: 0,
    exit: 0,
    reap: 0,
    stop_process: 0,
    kill: 0,
    flap: 0,
    give_up: 0,
    port_taken: 0,
    done: 0,
  };
  /** The number of the last event. */
  seq = 0;

  /** How many events there were of each type. */
  get events(): Readonly<Record<GafferEvent['type'], number>> {
    return this.#events;
  }

  /** How many jobs are known, also of those that are not loaded. */
  get size(): number {
    return this.#jobs.size;
  }

  /** Takes note of an event. */
  note(event: GafferEvent): void {
    this.seq = event.seq;
    this.#events[event.type] += 1;
    const isKnown = this.#jobs.has(event.name);
    this.#get(event.name).note(event);
    if (event.type === 'load') {
      this.#unloaded.delete(event.name);
    } else if (event.type === 'unload' || !isKnown) {
      this.#forgetLater(event.name);
    }
  }

  /** The tally of a job that is loaded. */
  of(name: string): JobTally {
    this.#unloaded.delete(name);
    return this.#get(name);
  }

  #get(name: string): JobTally {
    const known = this.#jobs.get(name) ?? new JobTally(name);
    this.#jobs.set(name, known);
    return known;
  }

  #forgetLater(name: string): void {
    this.#unloaded.delete(name);
    this.#unloaded.add(name);
    const [oldest] = this.#unloaded;
    if (oldest !== undefined && this.#unloaded.size > MOST_UNLOADED) {
      this.#unloaded.delete(oldest);
      this.#jobs.delete(oldest);
    }
  }
}

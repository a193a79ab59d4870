import type { Unsubscribe } from '../job/node.ts';
import type { StatsEntry } from '../job/stats.ts';
import type { Clock } from './clock.ts';
import type { Instance } from './instance.ts';

/** What a monitor works with. */
export interface StatsMonitorRig {
  readonly clock: Clock;
  /** Measures a process; undefined when nothing can be told of it. */
  measure(instance: Instance): Promise<StatsEntry | undefined>;
}

/** Somebody who follows statistics. */
interface Watcher {
  readonly intervalMs: number;
  /** Who is measured; undefined when there will be nobody any more. */
  readonly instances: () => readonly Instance[] | undefined;
  readonly listener: (entry: StatsEntry) => void;
  readonly onEnd: () => void;
  dueMs: number;
}

/** Of the time that passes, measuring may take one part in so many. */
const SHARE = 10;

/** Measures processes again and again, while somebody watches: all who are due at once get what was measured once. */
export class StatsMonitor {
  readonly #rig: StatsMonitorRig;
  readonly #watchers = new Set<Watcher>();
  #cancel: (() => void) | undefined;
  /** How long the last round took. */
  #roundMs = 0;

  constructor(rig: StatsMonitorRig) {
    this.#rig = rig;
  }

  /** Adds a watcher; the first measurement is taken at once. */
  watch(watcher: Omit<Watcher, 'dueMs'>): Unsubscribe {
    const own: Watcher = { ...watcher, dueMs: this.#rig.clock.now() };
    this.#watchers.add(own);
    this.#schedule();
    return () => {
      this.#watchers.delete(own);
      this.#schedule();
    };
  }

  #schedule(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#watchers.size > 0) {
      const due = Math.min(...[...this.#watchers].map(({ dueMs }) => dueMs));
      this.#cancel = this.#rig.clock.after(Math.max(0, due - this.#rig.clock.now()), () => void this.#round());
    }
  }

  async #round(): Promise<void> {
    const { clock } = this.#rig;
    const from = clock.now();
    const due = [...this.#watchers].filter(({ dueMs }) => dueMs <= from);
    for (const watcher of due) {
      const interval = Math.max(watcher.intervalMs, this.#roundMs * SHARE);
      watcher.dueMs = (Math.floor(from / interval) + 1) * interval; // on a grid: those of one interval are due together
    }
    const entries = new Map<Instance, Promise<StatsEntry | undefined>>();
    const told = due.map(async (watcher) => {
      const instances = watcher.instances();
      if (instances === undefined) {
        this.#watchers.delete(watcher);
        watcher.onEnd();
        return;
      }
      for (const instance of instances) {
        const measured = entries.get(instance) ?? this.#rig.measure(instance);
        entries.set(instance, measured);
        const entry = await measured;
        if (entry !== undefined && this.#watchers.has(watcher)) {
          watcher.listener(entry);
        }
      }
    });
    await Promise.all(told);
    this.#roundMs = clock.now() - from;
    this.#schedule();
  }
}

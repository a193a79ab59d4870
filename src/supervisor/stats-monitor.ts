import type { Unsubscribe } from '../job/node.ts';
import { formatStats, type StatsEntry } from '../job/stats.ts';
import type { Clock } from './clock.ts';
import type { Instance } from './instance.ts';
import { Listeners } from './listeners.ts';
import { FRESH_MS } from './session-scan.ts';
import { StatsLook } from './stats-look.ts';
import { totalMemoryBytes, type UsageSource } from './stats-sampler.ts';

/** What a monitor works with. */
export interface StatsMonitorRig {
  readonly clock: Clock;
  readonly source: UsageSource;
  /** CPU time that this process has used, in milliseconds. Default: what the system says. */
  readonly usedMs?: () => number;
}

/** A process as a monitor sees it. */
export type WatchedProcess = Pick<Instance, 'pid' | 'osPid' | 'identity'>;

/** What somebody wants to follow. */
export interface Watch {
  /** What {@link StatsMonitor.gone} will name. */
  readonly target: object;
  readonly intervalMs: number;
  /** Who is measured at the moment. */
  readonly processes: () => readonly WatchedProcess[];
  readonly listener: (entry: StatsEntry) => void;
  /** Is called when the target is gone. */
  readonly onEnd: () => void;
}

interface Watcher {
  readonly watch: Watch;
  readonly look: StatsLook;
  readonly told: Listeners<[StatsEntry]>;
  readonly ended: Listeners;
  dueMs: number;
}

/** Of a core, measuring may take one part in so many; but a single slow round does not stop it for minutes. */
const SHARE = 10;
const LONGEST_REST_MS = 10_000;

/** Timers can't be set for longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Measures processes again and again, while somebody watches; each is measured once for all who are due. */
export class StatsMonitor {
  readonly #rig: StatsMonitorRig;
  readonly #watchers = new Map<object, Set<Watcher>>();
  #cancel: () => void = () => undefined;
  #isMeasuring = false;

  constructor(rig: StatsMonitorRig) {
    this.#rig = rig;
  }

  /** Adds a watcher; the first measurement is taken at once. */
  watch(watch: Watch): Unsubscribe {
    const { clock, source } = this.#rig;
    const watcher: Watcher = {
      watch,
      look: new StatsLook(source),
      told: new Listeners('statistics'),
      ended: new Listeners('statistics'),
      dueMs: clock.now(),
    };
    watcher.told.add(watch.listener);
    watcher.ended.add(watch.onEnd);
    this.#watchers.set(watch.target, (this.#watchers.get(watch.target) ?? new Set()).add(watcher));
    this.#schedule();
    return () => {
      if (this.#remove(watcher)) {
        this.#schedule();
      }
    };
  }

  /** Tells those who watch something that it is gone. */
  gone(target: object): void {
    const watchers = [...(this.#watchers.get(target) ?? [])];
    for (const watcher of watchers) {
      if (this.#remove(watcher)) {
        watcher.ended.tell();
      }
    }
    if (watchers.length > 0) {
      this.#schedule();
    }
  }

  /** Ends it for all. */
  close(): void {
    for (const target of [...this.#watchers.keys()]) {
      this.gone(target);
    }
  }

  #remove(watcher: Watcher): boolean {
    const { target } = watcher.watch;
    const watchers = this.#watchers.get(target);
    const isRemoved = watchers?.delete(watcher) === true;
    if (watchers?.size === 0) {
      this.#watchers.delete(target);
    }
    return isRemoved;
  }

  get #all(): readonly Watcher[] {
    return [...this.#watchers.values()].flatMap((watchers) => [...watchers]);
  }

  #schedule(): void {
    this.#cancel();
    if (this.#watchers.size > 0 && !this.#isMeasuring) {
      const { clock } = this.#rig;
      const due = this.#all.reduce((first, { dueMs }) => Math.min(first, dueMs), Number.POSITIVE_INFINITY);
      this.#cancel = clock.after(Math.min(Math.max(0, due - clock.now()), LONGEST_TIMER_MS), () => void this.#round());
    }
  }

  async #round(): Promise<void> {
    const { clock, usedMs = ownCpuMs } = this.#rig;
    const from = clock.now();
    const usedBefore = usedMs();
    const due = this.#all.filter(({ dueMs }) => dueMs <= from);
    this.#isMeasuring = true;
    for (const watcher of due) {
      await this.#tell(watcher);
    }
    this.#isMeasuring = false;
    const now = clock.now();
    const restMs = Math.min((usedMs() - usedBefore) * SHARE, LONGEST_REST_MS);
    for (const watcher of due) {
      const interval = Math.max(watcher.watch.intervalMs, FRESH_MS, restMs);
      watcher.dueMs = Math.floor(now / interval + 1.5) * interval; // on a grid: those of one interval become due together
    }
    this.#schedule();
  }

  async #tell(watcher: Watcher): Promise<void> {
    const { watch, look, told } = watcher;
    for (const process of watch.processes()) {
      const sample = await look.sample(process);
      if (this.#watchers.get(watch.target)?.has(watcher) !== true) {
        return;
      }
      if (sample !== undefined) {
        told.tell({ ...formatStats(sample, totalMemoryBytes()), name: process.identity.jobName, pid: process.pid, os_pid: process.osPid });
      }
    }
  }
}

/** CPU time and not time: on a machine that is busy with other things a round takes long, and costs no more. */
function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

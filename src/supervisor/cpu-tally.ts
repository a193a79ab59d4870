import type { ProcessEntry } from './process-stat.ts';

/** What counts of a process here. */
export type TallyEntry = Pick<ProcessEntry, 'pid' | 'parent' | 'startTime' | 'cpuTicks' | 'waitedTicks'>;

/**
 * CPU time of a process and all that it has started, those included that have ended. It only grows.
 *
 * What a process has used is its own time and that of the children it has waited for (`make -j` uses next to nothing
 * itself). When a child that was seen ends and is waited for, its time moves into its parent's: it is known already and
 * must not count again. So of what a parent gains from its children, that which was seen in them before is taken off. A
 * child can end between the look at its parent and the look at itself; then its time is in neither, and in the parent's
 * at the next look: what could not be taken off is kept in mind once more. What a child has used since it was last seen
 * counts when its parent waits for it. If nobody does (its parent has ended, or ignores SIGCHLD) nobody knows.
 */
export class CpuTally {
  #ticks = 0;
  #seen: ReadonlyMap<number, TallyEntry> = new Map();
  /** By pid: what a process should gain at the next look, and what was known before. */
  #awaited: ReadonlyMap<number, number> = new Map();

  /** Adds what was used since the last look, and tells the sum in clock ticks. @param entries each once; read parents first */
  add(entries: readonly TallyEntry[]): number {
    const now = new Map(entries.map((entry) => [entry.pid, entry]));
    const ended = this.#endedBy(now);
    const awaited = new Map<number, number>();
    for (const entry of entries) {
      const before = this.#seen.get(entry.pid);
      if (before?.startTime !== entry.startTime) {
        this.#ticks += entry.cpuTicks + entry.waitedTicks;
        continue;
      }
      const gained = Math.max(0, entry.waitedTicks - before.waitedTicks);
      const left = ended.get(entry.pid) ?? 0;
      const known = left + (this.#awaited.get(entry.pid) ?? 0);
      this.#ticks += Math.max(0, entry.cpuTicks - before.cpuTicks) + Math.max(0, gained - known);
      if (known > gained) {
        awaited.set(entry.pid, Math.min(left, known - gained));
      }
    }
    this.#seen = now;
    this.#awaited = awaited;
    return this.#ticks;
  }

  /** By pid of who should have gained it: the time of those who were seen before and are not there any more. */
  #endedBy(now: ReadonlyMap<number, TallyEntry>): ReadonlyMap<number, number> {
    const ended = new Map<number, number>();
    for (const entry of this.#seen.values()) {
      if (!isThere(entry, now)) {
        const heir = this.#heirOf(entry, now);
        const known = entry.cpuTicks + entry.waitedTicks + (this.#awaited.get(entry.pid) ?? 0);
        ended.set(heir, (ended.get(heir) ?? 0) + known);
      }
    }
    return ended;
  }

  /** The nearest of its ancestors that is still there. */
  #heirOf({ parent }: TallyEntry, now: ReadonlyMap<number, TallyEntry>): number {
    let at = parent;
    for (let steps = this.#seen.size; steps > 0; steps -= 1) {
      const ancestor = this.#seen.get(at);
      if (ancestor === undefined || isThere(ancestor, now)) {
        break;
      }
      at = ancestor.parent;
    }
    return at;
  }
}

function isThere({ pid, startTime }: TallyEntry, now: ReadonlyMap<number, TallyEntry>): boolean {
  return now.get(pid)?.startTime === startTime;
}

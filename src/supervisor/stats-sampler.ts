import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { ProcessSample } from '../job/stats.ts';
import type { Clock } from './clock.ts';
import { type ProcessEntry, readProcesses } from './process-table.ts';

/** Ticks per second in /proc; the kernel's interface has it fixed. */
const TICKS = 100;

/** Samples younger than this are not taken again. */
const FRESH_MS = 50;

let totalMemory: number | undefined;

/** Memory of the machine in bytes; asked for once, for the system reads a file to tell it. */
export function totalMemoryBytes(): number {
  totalMemory ??= totalmem();
  return totalMemory;
}

/** What a look at a process tells. */
type Usage = Omit<ProcessSample, 'cpuPercent' | 'isFirst'>;

interface Taken {
  readonly atMs: number;
  readonly cpuSeconds: number;
  readonly sample: ProcessSample;
}

/** Measures processes together with all that they have started. What has left their session counts as long as whoever started it lives. */
export class StatsSampler {
  readonly #clock: Clock;
  readonly #last = new Map<number, Taken>();
  #scan: { readonly atMs: number; readonly sessions: SessionTree } | undefined;
  #pageBytes: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Measures a process; undefined when the system tells nothing of it (any more, or yet: 0 is no process). */
  async sample(osPid: number): Promise<ProcessSample | undefined> {
    if (osPid === 0) {
      return undefined; // the system's own threads have that session
    }
    const now = this.#clock.now();
    const before = this.#last.get(osPid);
    if (before !== undefined && now - before.atMs < FRESH_MS) {
      return before.sample;
    }
    const usage = process.platform === 'linux' ? this.#usageFromProc(osPid, now) : await usageFromPs(osPid);
    if (usage === undefined) {
      this.#last.delete(osPid);
      return undefined;
    }
    const elapsed = before === undefined ? 0 : (now - before.atMs) / 1000;
    const used = before === undefined ? 0 : Math.max(0, usage.cpuSeconds - before.cpuSeconds);
    const sample = { ...usage, cpuPercent: elapsed === 0 ? 0 : (used / elapsed) * 100, isFirst: before === undefined };
    this.#last.set(osPid, { atMs: now, cpuSeconds: usage.cpuSeconds, sample });
    return sample;
  }

  /** Forgets a process. */
  forget(osPid: number): void {
    this.#last.delete(osPid);
  }

  #usageFromProc(osPid: number, now: number): Usage | undefined {
    if (this.#scan === undefined || now - this.#scan.atMs >= FRESH_MS) {
      this.#scan = { atMs: now, sessions: new SessionTree(readProcesses()) };
    }
    const entries = this.#scan.sessions.under(osPid);
    if (entries.length === 0) {
      return undefined;
    }
    this.#pageBytes ??= pageBytes();
    const sum = (value: (entry: ProcessEntry) => number): number => entries.reduce((total, entry) => total + value(entry), 0);
    return {
      rssBytes: sum((entry) => entry.rssPages) * this.#pageBytes,
      vszBytes: sum((entry) => entry.vszBytes),
      cpuSeconds: sum((entry) => entry.cpuTicks) / TICKS,
    };
  }
}

/** Who belongs together: the processes of a session, and the sessions that those have begun. */
class SessionTree {
  readonly #members = new Map<number, ProcessEntry[]>();
  readonly #begun = new Map<number, Set<number>>();

  constructor(entries: readonly ProcessEntry[]) {
    const sessions = new Map(entries.map(({ pid, session }) => [pid, session]));
    for (const entry of entries) {
      if (entry.state !== 'Z') {
        add(this.#members, entry.session, () => []).push(entry);
      }
      const from = sessions.get(entry.parent);
      if (from !== undefined && from !== entry.session) {
        add(this.#begun, from, () => new Set<number>()).add(entry.session);
      }
    }
  }

  /** The processes of a session and of those that began from it. */
  under(session: number): readonly ProcessEntry[] {
    const begun = this.#begun.get(session);
    const own = this.#members.get(session) ?? [];
    return begun === undefined ? own : [...own, ...[...begun].flatMap((one) => this.under(one))];
  }
}

function add<T>(map: Map<number, T>, key: number, empty: () => T): T {
  const there = map.get(key) ?? empty();
  map.set(key, there);
  return there;
}

/** The size of a memory page, from what the system says of this process in pages and in bytes. */
function pageBytes(): number {
  const pages = Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[1]);
  return 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages));
}

/** Where there is no /proc: the process alone, without what it has started. */
async function usageFromPs(osPid: number): Promise<Usage | undefined> {
  const { default: pidusage } = await import('pidusage');
  try {
    const usage = await pidusage(osPid);
    return { rssBytes: usage.memory, vszBytes: usage.memory, cpuSeconds: usage.ctime / 1000 };
  } catch {
    return undefined;
  }
}

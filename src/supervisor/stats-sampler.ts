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

/** Measures processes together with all that they have started, as far as that stayed in their session. */
export class StatsSampler {
  readonly #clock: Clock;
  readonly #last = new Map<number, Taken>();
  #scan: { readonly atMs: number; readonly bySession: ReadonlyMap<number, readonly ProcessEntry[]> } | undefined;
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
      this.#scan = { atMs: now, bySession: groupBySession(readProcesses()) };
    }
    const entries = this.#scan.bySession.get(osPid)?.filter((entry) => entry.state !== 'Z') ?? [];
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

function groupBySession(entries: readonly ProcessEntry[]): ReadonlyMap<number, readonly ProcessEntry[]> {
  const sessions = new Map<number, ProcessEntry[]>();
  for (const entry of entries) {
    const own = sessions.get(entry.session);
    if (own === undefined) {
      sessions.set(entry.session, [entry]);
    } else {
      own.push(entry);
    }
  }
  return sessions;
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

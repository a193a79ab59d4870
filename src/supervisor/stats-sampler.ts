import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { systemCode } from '../errors.ts';
import type { Clock } from './clock.ts';
import { CpuTally } from './cpu-tally.ts';
import type { ProcessEntry } from './process-stat.ts';
import { readProcesses } from './process-table.ts';
import { SessionTree } from './session-tree.ts';

/** Ticks per second in /proc; the kernel's interface has it fixed. */
const TICKS = 100;

/** Looks younger than this are not taken again. */
export const FRESH_MS = 50;

/** A process that can be looked at. Objects and not numbers are known again: the system gives a number to others later. */
export interface Measured {
  /** 0 before it is started. */
  readonly osPid: number;
}

/** What a look at a process and all that it has started tells. */
export interface Usage {
  readonly atMs: number;
  /** What several processes share counts in each. */
  readonly rssBytes: number;
  readonly vszBytes: number;
  /** CPU time used so far; it never falls. */
  readonly cpuSeconds: number;
}

/** Where looks at processes come from. */
export interface UsageSource {
  /** Undefined when the system tells nothing of it (any more, or yet). */
  usage(measured: Measured): Promise<Usage | undefined>;
}

interface Known {
  readonly tally: CpuTally;
  last: Usage | undefined;
}

let totalMemory: number | undefined;

/** Memory of the machine in bytes; asked for once, for the system reads a file to tell it. */
export function totalMemoryBytes(): number {
  totalMemory ??= totalmem();
  return totalMemory;
}

/** Looks at processes together with all that they have started, see {@link SessionTree}; however many ask, all are read once. */
export class StatsSampler implements UsageSource {
  readonly #clock: Clock;
  readonly #read: () => readonly ProcessEntry[];
  readonly #known = new WeakMap<Measured, Known>();
  #scan: { readonly atMs: number; readonly sessions: SessionTree } | undefined;
  #pageBytes: number | undefined;

  /** @param read reads all processes of the machine, parents before their children */
  constructor(clock: Clock, read: () => readonly ProcessEntry[] = readProcesses) {
    this.#clock = clock;
    this.#read = read;
  }

  async usage(measured: Measured): Promise<Usage | undefined> {
    if (measured.osPid === 0) {
      return undefined; // the system's own threads have that session
    }
    const now = this.#clock.now();
    const known = this.#known.get(measured) ?? { tally: new CpuTally(), last: undefined };
    if (known.last === undefined || now - known.last.atMs >= FRESH_MS) {
      this.#known.set(measured, known);
      known.last = process.platform === 'linux' ? this.#usageFromProc(measured.osPid, known, now) : await usageFromPs(measured.osPid, now);
    }
    return known.last;
  }

  #usageFromProc(osPid: number, { tally, last }: Known, now: number): Usage | undefined {
    if (this.#scan === undefined || now - this.#scan.atMs >= FRESH_MS) {
      this.#scan = { atMs: now, sessions: new SessionTree(this.#readAll()) };
    }
    const { atMs, sessions } = this.#scan;
    if (atMs === last?.atMs) {
      return last;
    }
    const entries = sessions.under(osPid);
    if (!entries.some(({ state }) => state !== 'Z')) {
      return undefined;
    }
    this.#pageBytes ??= pageBytes();
    const sum = (value: (entry: ProcessEntry) => number): number => entries.reduce((total, entry) => total + value(entry), 0);
    return {
      atMs,
      rssBytes: sum((entry) => entry.rssPages) * this.#pageBytes,
      vszBytes: sum((entry) => entry.vszBytes),
      cpuSeconds: tally.add(entries) / TICKS,
    };
  }

  #readAll(): readonly ProcessEntry[] {
    try {
      return this.#read();
    } catch (error) {
      if (systemCode(error) === undefined) {
        throw error;
      }
      return []; // no file can be opened: nothing can be told at the moment
    }
  }
}

/** The size of a memory page, from what the system says of this process in pages and in bytes. */
function pageBytes(): number {
  const pages = Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[1]);
  return 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages));
}

/** Where there is no /proc: the process alone, without what it has started. */
async function usageFromPs(osPid: number, atMs: number): Promise<Usage | undefined> {
  const { default: pidusage } = await import('pidusage');
  try {
    const usage = await pidusage(osPid);
    return { atMs, rssBytes: usage.memory, vszBytes: usage.memory, cpuSeconds: usage.ctime / 1000 };
  } catch {
    return undefined;
  }
}

import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { Clock } from './clock.ts';
import { CpuTally } from './cpu-tally.ts';
import type { ProcessEntry } from './process-stat.ts';
import { readProcesses } from './process-table.ts';
import { FRESH_MS, SessionScan } from './session-scan.ts';

/** Ticks per second in /proc; the kernel's interface has it fixed. */
export const TICKS = 100;

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
let page: number | undefined;

/** Memory of the machine in bytes; asked for once, for the system reads a file to tell it. */
export function totalMemoryBytes(): number {
  totalMemory ??= totalmem();
  return totalMemory;
}

/** Looks at processes together with all that they have started, see {@link SessionTree}; however many ask, all are read once. */
export class StatsSampler implements UsageSource {
  /** All processes of the machine, for others who look too. */
  readonly scan: SessionScan;
  readonly #clock: Clock;
  readonly #known = new WeakMap<Measured, Known>();

  /** @param read reads all processes of the machine, parents before their children */
  constructor(clock: Clock, read: () => readonly ProcessEntry[] = readProcesses) {
    this.#clock = clock;
    this.scan = new SessionScan(clock, read);
  }

  async usage(measured: Measured): Promise<Usage | undefined> {
    if (measured.osPid === 0) {
      return undefined; // the system's own threads have that session
    }
    const now = this.#clock.now();
    const known = this.#known.get(measured) ?? { tally: new CpuTally(), last: undefined };
    if (known.last === undefined || now - known.last.atMs >= FRESH_MS) {
      this.#known.set(measured, known);
      known.last = process.platform === 'linux' ? this.#usageFromProc(measured.osPid, known) : await usageFromPs(measured.osPid, now);
    }
    return known.last;
  }

  #usageFromProc(osPid: number, { tally, last }: Known): Usage | undefined {
    const { atMs, sessions } = this.scan.now;
    if (atMs === last?.atMs) {
      return last;
    }
    const entries = sessions.under(osPid);
    if (!entries.some(({ state }) => state !== 'Z')) {
      return undefined;
    }
    const sum = (value: (entry: ProcessEntry) => number): number => entries.reduce((total, entry) => total + value(entry), 0);
    return {
      atMs,
      rssBytes: sum((entry) => entry.rssPages) * pageBytes(),
      vszBytes: sum((entry) => entry.vszBytes),
      cpuSeconds: tally.add(entries) / TICKS,
    };
  }
}

/** The size of a memory page, from what the system says of this process in pages and in bytes. */
export function pageBytes(): number {
  page ??= 2 ** Math.round(Math.log2(process.memoryUsage.rss() / Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[1])));
  return page;
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

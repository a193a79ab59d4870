import type { JobName } from './name.ts';

/** What was measured of one process; bytes and seconds. */
export interface ProcessSample {
  /** Resident memory. */
  readonly rssBytes: number;
  /** Virtual memory. */
  readonly vszBytes: number;
  /** CPU time used, user and system. */
  readonly cpuSeconds: number;
  /** Percent of one core since the sample before; 0 at the first. */
  readonly cpuPercent: number;
  /** There was no sample before. */
  readonly isFirst: boolean;
}

/** Statistics of a process: the original's members, and the same as plain numbers. `N/A` where the system tells nothing. */
export interface ProcessStats {
  /** Resident memory for people, `8M`. */
  readonly mem_info1: string;
  /** Virtual memory for people. */
  readonly mem_info2: string;
  /** Percent of one core since the sample before. */
  readonly cpu: number | 'N/A';
  /** Percent of the machine's memory. */
  readonly mem: number | 'N/A';
  /** CPU time used, `minutes:seconds.hundredths`. */
  readonly ctime: string;
  /** Resident memory in bytes. */
  readonly rss: number | null;
  /** Virtual memory in bytes. */
  readonly vsz: number | null;
  /** CPU time used in seconds. */
  readonly cpu_seconds: number | null;
}

/** Statistics of one process in its job's. */
export interface JobProcessStats extends ProcessStats {
  readonly pid: number;
  readonly os_pid: number;
}

/** Whose statistics are meant: one process's, or those of all processes of a job. */
export type StatsTarget = { readonly pid: number } | { readonly job: JobName };

/** What following statistics tells: one process, once. */
export interface StatsEntry extends JobProcessStats {
  /** The job's full name. */
  readonly name: string;
}

/** Statistics of a job: its processes, with sums, maxima and minima; `N/A` without a process. */
export interface JobStats {
  readonly name: string;
  readonly stats: readonly JobProcessStats[];
  readonly mem: number | 'N/A';
  readonly max_mem: number | 'N/A';
  readonly min_mem: number | 'N/A';
  readonly cpu: number | 'N/A';
  readonly max_cpu: number | 'N/A';
  readonly min_cpu: number | 'N/A';
}

/** Puts a sample into the form of the wire. */
export function formatStats(sample: ProcessSample | undefined, totalMemoryBytes: number): ProcessStats {
  if (sample === undefined) {
    return { mem_info1: 'N/A', mem_info2: 'N/A', cpu: 'N/A', mem: 'N/A', ctime: 'N/A', rss: null, vsz: null, cpu_seconds: null };
  }
  return {
    mem_info1: formatBytes(sample.rssBytes),
    mem_info2: formatBytes(sample.vszBytes),
    cpu: round1(sample.cpuPercent),
    mem: round1((sample.rssBytes / totalMemoryBytes) * 100),
    ctime: formatCpuTime(sample.cpuSeconds),
    rss: sample.rssBytes,
    vsz: sample.vszBytes,
    cpu_seconds: sample.cpuSeconds,
  };
}

/** Sums up a job's processes. */
export function summarizeStats(name: string, stats: readonly JobProcessStats[]): JobStats {
  const cpu = stats.map((one) => one.cpu).filter((value) => value !== 'N/A');
  const mem = stats.map((one) => one.mem).filter((value) => value !== 'N/A');
  return {
    name,
    stats,
    mem: total(mem),
    max_mem: mem.length === 0 ? 'N/A' : Math.max(...mem),
    min_mem: mem.length === 0 ? 'N/A' : Math.min(...mem),
    cpu: total(cpu),
    max_cpu: cpu.length === 0 ? 'N/A' : Math.max(...cpu),
    min_cpu: cpu.length === 0 ? 'N/A' : Math.min(...cpu),
  };
}

function total(values: readonly number[]): number | 'N/A' {
  return values.length === 0 ? 'N/A' : round1(values.reduce((sum, value) => sum + value, 0));
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Bytes for people: divided by the largest of K, M, G … (1024) that fits, whole part: `8M`, `512B`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T', 'P', 'E'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Math.floor(value)}${units[unit]}`;
}

/** CPU time as `minutes:seconds.hundredths`, minutes modulo 60 as the original has it. */
export function formatCpuTime(seconds: number): string {
  const hundredths = Math.floor(seconds * 100 + 1e-6);
  const minutes = Math.floor(hundredths / 6000) % 60;
  const rest = hundredths % 6000;
  return `${minutes}:${String(Math.floor(rest / 100)).padStart(2, '0')}.${String(rest % 100).padStart(2, '0')}`;
}

import type { ProcessStats } from './stats.ts';

/** Who a process is, as 0.4 told it beside what it uses; `N/A` where the system tells nothing. */
export interface ProcessLook {
  /** Of the user as whom it runs; a number where that has no name. */
  readonly username: string;
  readonly nice: number | 'N/A';
  /** The program's name, without its arguments. */
  readonly cmdline: string;
  /** What it has started and is still there. */
  readonly children: readonly ChildLook[];
}

/** A process that another one has started. */
export interface ChildLook extends ProcessStats, ProcessLook {
  /** The system's. */
  readonly pid: number;
}

/** Tells who a process is, by the system's number of it; undefined when there is nothing to tell. */
export type LookAt = (osPid: number) => ProcessLook | undefined;

/** Where nothing can be told. */
export const NO_LOOK: ProcessLook = { username: 'N/A', nice: 'N/A', cmdline: 'N/A', children: [] };

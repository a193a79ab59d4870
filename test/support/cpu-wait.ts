import { readFileSync } from 'node:fs';

/** How long a process has waited for a CPU so far, in milliseconds; not a number where the system does not count that. */
export function waitedMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[1]) / 1_000_000;
  } catch {
    return Number.NaN;
  }
}

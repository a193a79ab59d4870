import type { ProcessEntry } from '../../src/supervisor/process-stat.ts';

/** A process on paper. It leads a session of its own unless told otherwise, and has used nothing. */
export function processEntry(pid: number, more: Partial<ProcessEntry> = {}): ProcessEntry {
  const { session = pid } = more;
  return {
    pid,
    state: 'S',
    parent: 1,
    group: session,
    session,
    startTime: `${pid}`,
    cpuTicks: 0,
    waitedTicks: 0,
    vszBytes: 1000,
    rssPages: 1,
    ...more,
  };
}

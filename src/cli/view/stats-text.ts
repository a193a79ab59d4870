import { harmlessLine } from '../../finding.ts';
import type { JobStats, ProcessStats } from '../../job/stats.ts';
import { infoText } from './info-text.ts';

/** What a job uses, for people: the sums, then a line for each process. */
export function jobStatsText({ name, cpu, mem, max_cpu, max_mem, stats }: JobStats): string {
  const lines = stats.map(
    ({ pid, os_pid, ...one }) =>
      `pid ${pid} (os pid ${os_pid}): cpu ${percent(one.cpu)}, mem ${percent(one.mem)} ${one.mem_info1}, cpu time ${one.ctime}`,
  );
  return [
    `${harmlessLine(name)}: cpu ${percent(cpu)} (at most ${percent(max_cpu)}), mem ${percent(mem)} (at most ${percent(max_mem)})`,
    ...lines,
  ].join('\n');
}

/** What a process uses, a line each. */
export function processStatsText(stats: ProcessStats): string {
  return infoText({ ...stats });
}

function percent(value: number | 'N/A'): string {
  return value === 'N/A' ? value : `${value.toFixed(1)}%`;
}

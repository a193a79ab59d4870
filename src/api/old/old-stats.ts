import { type LookAt, NO_LOOK } from '../../job/process-look.ts';
import type { JobProcessStats, JobStats, StatsEntry } from '../../job/stats.ts';
import { oldJobName } from '../../protocol/old-name.ts';
import { COUNT, EXAMPLE_STATS, INTEGER, listOf, object, STATS_MEMBERS, STATS_SUMS, TEXT } from '../schemas.ts';

const LOOK = {
  username: TEXT,
  nice: { anyOf: [INTEGER, { const: 'N/A' }] },
  cmdline: TEXT,
  children: { type: 'array', items: { type: 'object' }, description: 'with the same members, without `id` and `os_pid`' },
};
const MEMBERS = { id: COUNT, ...STATS_MEMBERS, pid: COUNT, os_pid: COUNT, ...LOOK };

/** A process's statistics, as they are answered. */
export const OLD_PROCESS_STATS = object({ ...MEMBERS, name: TEXT });

/** A job's statistics, as they are answered. */
export const OLD_JOB_STATS = object({ name: TEXT, stats: listOf(object(MEMBERS)), ...STATS_SUMS });

const EXAMPLE = { id: 1, ...EXAMPLE_STATS, pid: 25_715, os_pid: 25_715, username: 'ada', nice: 0, cmdline: 'node', children: [] };

/** A process's statistics, as examples show them. */
export const EXAMPLE_OLD_PROCESS = { ...EXAMPLE, name: 'web' };

/** A job's statistics, as examples show them. */
export const EXAMPLE_OLD_JOB = { name: 'web', stats: [EXAMPLE], mem: 0.1, max_mem: 0.1, min_mem: 0.1, cpu: 1.5, max_cpu: 1.5, min_cpu: 1.5 };

/** A job's statistics under their names of 0.4. */
export function oldJobStats({ name, stats, ...sums }: JobStats, lookAt: LookAt): unknown {
  return { name: oldJobName(name), stats: stats.map((one) => oldStats(one, lookAt)), ...sums };
}

/** A process's statistics under their names of 0.4. */
export function oldEntry({ name, ...stats }: StatsEntry, lookAt: LookAt): unknown {
  return { ...oldStats(stats, lookAt), name: oldJobName(name) };
}

/** In 0.4 `pid` is the system's. Of a process that is gone nothing more is asked: its number may be another one's. */
function oldStats({ pid, os_pid: osPid, ...stats }: JobProcessStats, lookAt: LookAt): object {
  const look = stats.rss === null ? undefined : lookAt(osPid);
  return { id: pid, ...stats, pid: osPid, os_pid: osPid, ...(look ?? NO_LOOK) };
}

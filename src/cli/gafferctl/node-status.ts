import type { RemoteNode, RemoteNodeOptions } from '../../client/remote-node.ts';
import { localTime } from '../../daemon/log-record.ts';
import type { JobOverview, JobState } from '../../job/info.ts';
import { parseJobName } from '../../job/name.ts';
import type { LookupdInfo } from '../../protocol/lookupd-info.ts';

/** How a node is, at a glance. */
export interface NodeStatus {
  readonly endpoint: string;
  /** Which program answers. */
  readonly name: string;
  readonly version: string;
  /** How many there are of each. */
  readonly sessions: number;
  readonly jobs: number;
  readonly states: Readonly<Partial<Record<JobState, number>>>;
  readonly processes: number;
  /** The lookupd servers that it registers with; undefined where the key may not know. */
  readonly lookupds: readonly LookupdInfo[] | undefined;
}

/** Asks a node how it is. @throws GafferError */
export async function nodeStatus(node: RemoteNode, options: RemoteNodeOptions): Promise<NodeStatus> {
  const { askLookupds } = await import('../../client/lookupds.ts');
  const { name, version } = await node.version();
  const counts = countJobs(await node.overview());
  return { endpoint: node.endpoint, name, version, ...counts, lookupds: await askLookupds(options) };
}

function countJobs(jobs: readonly JobOverview[]): Pick<NodeStatus, 'sessions' | 'jobs' | 'states' | 'processes'> {
  const states: Partial<Record<JobState, number>> = {};
  for (const { state } of jobs) {
    states[state] = (states[state] ?? 0) + 1;
  }
  return {
    sessions: new Set(jobs.map(({ name }) => parseJobName(name).session)).size,
    jobs: jobs.length,
    states,
    processes: jobs.reduce((sum, { processes }) => sum + processes.length, 0),
  };
}

/** The same for people, a line each. */
export function nodeStatusText({ endpoint, name, version, sessions, jobs, states, processes, lookupds = [] }: NodeStatus): readonly string[] {
  const parts = Object.entries(states).map(([state, count]) => `${count} ${state.replace('_', ' ')}`);
  return [
    `node: ${name} ${version} at ${endpoint}`,
    `sessions: ${sessions}`,
    `jobs: ${jobs}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`,
    `processes: ${processes}`,
    ...lookupds.map(lookupdText),
  ];
}

function lookupdText({ address, state, since, last_error, name, origin, jobs, processes }: LookupdInfo): string {
  const sinceText = `since ${localTime(new Date(since * 1000))}`;
  if (state === 'connected') {
    return `lookupd: ${address} connected ${sinceText}, as ${name} at ${origin} (jobs: ${jobs}, processes: ${processes})`;
  }
  return `lookupd: ${address} not connected ${sinceText}${last_error === null ? '' : `: ${last_error}`}`;
}

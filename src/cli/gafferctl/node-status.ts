import type { RemoteNode } from '../../client/remote-node.ts';
import type { JobOverview, JobState } from '../../job/info.ts';
import { parseJobName } from '../../job/name.ts';

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
}

/** Asks a node how it is. @throws GafferError */
export async function nodeStatus(node: RemoteNode): Promise<NodeStatus> {
  const { name, version } = await node.version();
  return { endpoint: node.endpoint, name, version, ...countJobs(await node.overview()) };
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
export function nodeStatusText({ endpoint, name, version, sessions, jobs, states, processes }: NodeStatus): readonly string[] {
  const parts = Object.entries(states).map(([state, count]) => `${count} ${state.replace('_', ' ')}`);
  return [
    `node: ${name} ${version} at ${endpoint}`,
    `sessions: ${sessions}`,
    `jobs: ${jobs}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`,
    `processes: ${processes}`,
  ];
}

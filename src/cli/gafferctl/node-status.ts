import type { RemoteNode, RemoteNodeOptions } from '../../client/remote-node.ts';
import { localTime } from '../../daemon/log-record.ts';
import type { JobOverview, JobState } from '../../job/info.ts';
import { parseJobName } from '../../job/name.ts';
import type { LookupdInfo } from '../../protocol/lookupd-info.ts';

/** A process that goes on from a gafferd before this one. */
interface AdoptedProcess {
  /** The job's full name. */
  readonly name: string;
  /** 0 for a committed process. */
  readonly slot: number;
  readonly pid: number;
  readonly os_pid: number;
}

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
  /** Those of the processes that a gafferd before this one has started. */
  readonly adopted: readonly AdoptedProcess[];
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

function countJobs(jobs: readonly JobOverview[]): Pick<NodeStatus, 'sessions' | 'jobs' | 'states' | 'processes' | 'adopted'> {
  const states: Partial<Record<JobState, number>> = {};
  for (const { state } of jobs) {
    states[state] = (states[state] ?? 0) + 1;
  }
  return {
    sessions: new Set(jobs.map(({ name }) => parseJobName(name).session)).size,
    jobs: jobs.length,
    states,
    processes: jobs.reduce((sum, { processes }) => sum + processes.length, 0),
    adopted: jobs.flatMap(({ name, processes }) =>
      processes.filter(({ adopted }) => adopted === true).map(({ slot, pid, os_pid }) => ({ name, slot, pid, os_pid })),
    ),
  };
}

/** The same for people, a line each. */
export function nodeStatusText({
  endpoint,
  name,
  version,
  sessions,
  jobs,
  states,
  processes,
  adopted,
  lookupds = [],
}: NodeStatus): readonly string[] {
  const parts = Object.entries(states).map(([state, count]) => `${count} ${state.replace('_', ' ')}`);
  return [
    `node: ${name} ${version} at ${endpoint}`,
    `sessions: ${sessions}`,
    `jobs: ${jobs}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`,
    `processes: ${processes}${adopted.length === 0 ? '' : ` (${adopted.length} adopted)`}`,
    ...adoptedText(adopted),
    ...lookupds.map(lookupdText),
  ];
}

/** More processes of one job than this are not told one by one. */
const MOST_TOLD = 10;

/** A line for each job that has some. */
function adoptedText(adopted: readonly AdoptedProcess[]): readonly string[] {
  const names = [...new Set(adopted.map(({ name }) => name))];
  return names.map((job) => {
    const processes = adopted.filter(({ name }) => name === job);
    return processes.length > MOST_TOLD
      ? `adopted: ${job} ${processes.length} processes`
      : `adopted: ${job} ${processes.map(({ slot, os_pid }) => `${slot === 0 ? 'committed' : slot} (os pid ${os_pid})`).join(', ')}`;
  });
}

function lookupdText({ address, state, since, last_error, name, origin, jobs, processes }: LookupdInfo): string {
  const sinceText = `since ${localTime(new Date(since * 1000))}`;
  if (state === 'connected') {
    return `lookupd: ${address} connected ${sinceText}, as ${name} at ${origin} (jobs: ${jobs}, processes: ${processes})`;
  }
  return `lookupd: ${address} not connected ${sinceText}${last_error === null ? '' : `: ${last_error}`}`;
}

import type { Need } from '../../access/permissions.ts';
import { GafferError } from '../../errors.ts';
import { formatJobName, type JobName } from '../../job/name.ts';
import type { GafferNode, Unsubscribe } from '../../job/node.ts';
import type { JobProcessStats, JobStats, StatsEntry } from '../../job/stats.ts';
import { oldJobName } from '../../protocol/event-names.ts';
import { jobsOfOldName } from '../../protocol/old-name.ts';
import { feedKindOf, feedQuery, heartbeatMsOf } from '../feeds/feed-kind.ts';
import { recordFeed } from '../feeds/record-feed.ts';
import { EVENT_STREAM, formOf, OLD_EVENTS } from '../feeds/record-form.ts';
import { type Answer, type Call, count, type Operation, type Paths } from '../operation.ts';
import { countOf } from '../params.ts';
import { COUNT, EXAMPLE_STATS, listOf, object, STATS_MEMBERS, STATS_SUMS, TEXT } from '../schemas.ts';
import { findOldJob, followAllStats } from './stats-following.ts';

/** A process as 0.4 has it: `pid` is the system's. */
type OldProcessStats = JobProcessStats & { readonly id: number };

const MEMBERS = { id: COUNT, ...STATS_MEMBERS, pid: COUNT, os_pid: COUNT };
const PROCESS = object({ ...MEMBERS, name: TEXT });
const JOB = object({ name: TEXT, stats: listOf(object(MEMBERS)), ...STATS_SUMS });
const EXAMPLE_PROCESS = { id: 1, ...EXAMPLE_STATS, pid: 25_715, os_pid: 25_715 };
const EXAMPLE_JOB = { name: 'web', stats: [EXAMPLE_PROCESS], mem: 0.1, max_mem: 0.1, min_mem: 0.1, cpu: 1.5, max_cpu: 1.5, min_cpu: 1.5 };

/** Milliseconds between two measurements without being told, as in 0.4. */
const INTERVAL_MS = 100;

/** What jobs and processes use, under their names of 0.4. */
export const OLD_STATS_OPERATIONS: Paths = {
  '/stats': {
    GET: measured({
      id: 'oldStats',
      need: 'read all',
      summary: 'What the processes of every job use, under the names of 0.4; with `feed` of every process again and again',
      success: { status: 200, description: 'a list of the jobs', schema: listOf(JOB), example: [EXAMPLE_JOB] },
      answer: async (call) => {
        const following: Following = (intervalMs, listener) => followAllStats(call.node, intervalMs, listener);
        return feedOf(call, following) ?? { json: await everything(call.node) };
      },
    }),
  },
  '/stats/:name': {
    GET: measured({
      id: 'oldJobStats',
      need: { words: 'read job', of: needOfNamed },
      summary: 'What the processes of a job use, `web`, `shop:web` or `shop.web`; with `feed` of each of them again and again',
      success: { status: 200, description: 'the job', schema: JOB, example: EXAMPLE_JOB },
      errors: ['job_not_found'],
      answer: async (call) => {
        const job = await findOldJob(call.node, call.params['name'] ?? '');
        const following: Following = (...rest) => call.node.followStats({ job }, ...rest);
        return feedOf(call, following) ?? { json: oldJobStats(await call.node.jobStats(job)) };
      },
    }),
  },
  '/stats/:name/:process': {
    GET: measured({
      id: 'oldProcessStats',
      need: { words: 'read job', of: needOfNamed },
      summary: "What one process of a job uses, by gaffer's own number of it; with `feed` again and again",
      success: { status: 200, description: 'the process', schema: PROCESS, example: { ...EXAMPLE_PROCESS, name: 'web' } },
      errors: ['job_not_found', 'process_not_found', 'invalid_operand'],
      answer: async (call) => {
        const { node } = call;
        const job = await findOldJob(node, call.params['name'] ?? '');
        const pid = await processOf(node, job, call.params['process'] ?? '');
        const following: Following = (...rest) => node.followStats({ pid }, ...rest);
        return feedOf(call, following) ?? { json: await processStats(node, job, pid) };
      },
    }),
  },
};

/** To read the job; that there is none learns only who could read it. */
async function needOfNamed({ node, params, caller }: Call): Promise<Need> {
  const name = params['name'] ?? '';
  try {
    return needToRead(await findOldJob(node, name));
  } catch (error) {
    const needs = jobsOfOldName(name).map(needToRead);
    const need = needs.find((one) => caller.may(one)) ?? needs[0];
    if (need === undefined || !(error instanceof GafferError && error.code === 'job_not_found')) {
      throw error;
    }
    return need;
  }
}

function needToRead(job: JobName): Need {
  return { kind: 'right', right: 'read', target: { kind: 'job', job } };
}

function measured({ success, ...operation }: Omit<Operation, 'query'>): Operation {
  return {
    ...operation,
    query: {
      ...feedQuery('one answer'),
      interval_ms: count(`milliseconds between two; ${INTERVAL_MS} without it, 50 at least. More where measuring takes long`),
    },
    success: {
      ...success,
      also: { [EVENT_STREAM]: { schema: TEXT, example: OLD_EVENTS.record({ ...EXAMPLE_PROCESS, name: 'web' }, { event: 'stat' }) } },
    },
  };
}

type Following = (intervalMs: number, listener: (entry: StatsEntry) => void, onEnd: () => void) => Promise<Unsubscribe>;

/** The answer that goes on; undefined where none is asked for. */
function feedOf(call: Call, following: Following): Answer | undefined {
  const kind = feedKindOf(call);
  if (kind === undefined) {
    return undefined;
  }
  const options = {
    form: formOf(kind, 'old'),
    until: kind === 'longpoll' ? ('first' as const) : undefined,
    heartbeatMs: heartbeatMsOf(call, kind),
  };
  const intervalMs = countOf(call, 'interval_ms', INTERVAL_MS);
  return {
    ...(kind === 'eventsource' && { type: EVENT_STREAM }),
    open: async () => ({
      feed: await recordFeed(({ tell, end }) => following(intervalMs, (entry) => tell(oldEntry(entry), { event: 'stat' }), end), options),
    }),
  };
}

async function everything(node: GafferNode): Promise<readonly unknown[]> {
  const jobs = (await node.jobs()).map((job) => node.jobStats(job).then(oldJobStats, () => undefined)); // one that is gone meanwhile
  return (await Promise.all(jobs)).filter((job) => job !== undefined);
}

function oldJobStats({ name, stats, ...sums }: JobStats): unknown {
  return { name: oldJobName(name), stats: stats.map(oldStats), ...sums };
}

function oldStats({ pid, os_pid: osPid, ...stats }: JobProcessStats): OldProcessStats {
  return { id: pid, ...stats, pid: osPid, os_pid: osPid };
}

function oldEntry({ name, ...stats }: StatsEntry): unknown {
  return { ...oldStats(stats), name: oldJobName(name) };
}

async function processOf(node: GafferNode, job: JobName, text: string): Promise<number> {
  if (!/^\d{1,15}$/.test(text)) {
    throw new GafferError('invalid_operand', `expected a process's number behind the job, got "${text}"`);
  }
  const { name } = await node.processInfo(Number(text));
  if (name !== formatJobName(job)) {
    throw new GafferError('process_not_found', `process ${text} is none of ${formatJobName(job)}, it belongs to ${name}`);
  }
  return Number(text);
}

async function processStats(node: GafferNode, job: JobName, pid: number): Promise<unknown> {
  const [stats, { os_pid: osPid }] = await Promise.all([node.processStats(pid), node.processInfo(pid)]);
  return oldEntry({ ...stats, pid, os_pid: osPid, name: formatJobName(job) });
}

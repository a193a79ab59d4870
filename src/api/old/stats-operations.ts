import { GafferError } from '../../errors.ts';
import { formatJobName, type JobName } from '../../job/name.ts';
import type { GafferNode, Unsubscribe } from '../../job/node.ts';
import type { LookAt } from '../../job/process-look.ts';
import type { StatsEntry } from '../../job/stats.ts';
import { feedKindOf, feedQuery, heartbeatMsOf } from '../feeds/feed-kind.ts';
import { recordFeed } from '../feeds/record-feed.ts';
import { EVENT_STREAM, formOf, OLD_EVENTS } from '../feeds/record-form.ts';
import { type Answer, type Call, count, type Operation, type Paths } from '../operation.ts';
import { countOf } from '../params.ts';
import { listOf, TEXT } from '../schemas.ts';
import { EXAMPLE_OLD_JOB, EXAMPLE_OLD_PROCESS, OLD_JOB_STATS, OLD_PROCESS_STATS, oldEntry, oldJobStats } from './old-stats.ts';
import { findOldJob, needOfNamed, oldNameOf } from './old-target.ts';
import { followAllStats } from './stats-following.ts';

/** Milliseconds between two measurements without being told, as in 0.4. */
const INTERVAL_MS = 100;

/** What jobs and processes use, under their names of 0.4. */
export function oldStatsOperations(lookAt: LookAt): Paths {
  return {
    '/stats': {
      GET: measured({
        id: 'oldStats',
        need: 'read all',
        summary: 'What the processes of every job use, under the names of 0.4; with `feed` of every process again and again',
        success: { status: 200, description: 'a list of the jobs', schema: listOf(OLD_JOB_STATS), example: [EXAMPLE_OLD_JOB] },
        answer: async (call) => {
          const following: Following = (intervalMs, listener) => followAllStats(call.node, intervalMs, listener);
          return feedOf(call, lookAt, following) ?? { json: await everything(call.node, lookAt) };
        },
      }),
    },
    '/stats/:name': {
      GET: measured({
        id: 'oldJobStats',
        need: needOfNamed('read'),
        summary: 'What the processes of a job use, `web`, `shop:web` or `shop.web`; with `feed` of each of them again and again',
        success: { status: 200, description: 'the job', schema: OLD_JOB_STATS, example: EXAMPLE_OLD_JOB },
        errors: ['job_not_found'],
        answer: async (call) => {
          const job = await findOldJob(call.node, oldNameOf(call));
          const following: Following = (...rest) => call.node.followStats({ job }, ...rest);
          return feedOf(call, lookAt, following) ?? { json: oldJobStats(await call.node.jobStats(job), lookAt) };
        },
      }),
    },
    '/stats/:name/:process': {
      GET: measured({
        id: 'oldProcessStats',
        need: needOfNamed('read'),
        summary: "What one process of a job uses, by gaffer's own number of it; with `feed` again and again",
        success: { status: 200, description: 'the process', schema: OLD_PROCESS_STATS, example: EXAMPLE_OLD_PROCESS },
        errors: ['job_not_found', 'process_not_found', 'invalid_operand'],
        answer: async (call) => {
          const { node } = call;
          const job = await findOldJob(node, oldNameOf(call));
          const pid = await processOf(node, job, call.params['process'] ?? '');
          const following: Following = (...rest) => node.followStats({ pid }, ...rest);
          return feedOf(call, lookAt, following) ?? { json: oldEntry(await statsOf(node, job, pid), lookAt) };
        },
      }),
    },
  };
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
      also: { [EVENT_STREAM]: { schema: TEXT, example: OLD_EVENTS.record(EXAMPLE_OLD_PROCESS, { event: 'stat' }) } },
    },
  };
}

type Following = (intervalMs: number, listener: (entry: StatsEntry) => void, onEnd: () => void) => Promise<Unsubscribe>;

/** The answer that goes on; undefined where none is asked for. */
function feedOf(call: Call, lookAt: LookAt, following: Following): Answer | undefined {
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
      feed: await recordFeed(({ tell, end }) => following(intervalMs, (entry) => tell(oldEntry(entry, lookAt), { event: 'stat' }), end), options),
    }),
  };
}

async function everything(node: GafferNode, lookAt: LookAt): Promise<readonly unknown[]> {
  const jobs = (await node.jobs()).map((job) =>
    node.jobStats(job).then(
      (stats) => oldJobStats(stats, lookAt),
      () => undefined,
    ),
  ); // one that is gone meanwhile
  return (await Promise.all(jobs)).filter((job) => job !== undefined);
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

async function statsOf(node: GafferNode, job: JobName, pid: number): Promise<StatsEntry> {
  const [stats, { os_pid: osPid }] = await Promise.all([node.processStats(pid), node.processInfo(pid)]);
  return { ...stats, pid, os_pid: osPid, name: formatJobName(job) };
}

import type { StatsTarget } from '../job/stats.ts';
import { recordFeed } from './feeds/record-feed.ts';
import { NDJSON, recordLine } from './feeds/record-form.ts';
import { type Answer, type Call, count, type Paths } from './operation.ts';
import { countOf, jobOf, pidOf } from './params.ts';
import { EXAMPLE_STATS, TEXT } from './schemas.ts';

const QUERY = { interval_ms: count('milliseconds between two; 1000 without it, 50 at least. More where measuring takes long') };

const SUCCESS = {
  status: 200,
  description: 'a JSON object on a line for each process, again and again until one side ends it or there is nothing more to measure',
  type: NDJSON,
  schema: TEXT,
  example: recordLine({ ...EXAMPLE_STATS, name: 'shop.web', pid: 1, os_pid: 25_715 }) + recordLine({ dropped: 3 }),
};

/** What processes use, again and again. */
export const STATS_OPERATIONS: Paths = {
  '/:pid/stats/feed': {
    GET: {
      id: 'processStatsFeed',
      need: 'read process',
      summary: 'What a process uses, again and again',
      query: QUERY,
      success: SUCCESS,
      errors: ['process_not_found'],
      answer: async (call) => {
        await call.node.processInfo(pidOf(call));
        return feed(call, { pid: pidOf(call) });
      },
    },
  },
  '/jobs/:session/:job/stats/feed': {
    GET: {
      id: 'jobStatsFeed',
      need: 'read job',
      summary: 'What the processes of a job use, again and again',
      query: QUERY,
      success: SUCCESS,
      errors: ['job_not_found'],
      answer: async (call) => {
        await call.node.jobInfo(jobOf(call));
        return feed(call, { job: jobOf(call) });
      },
    },
  },
};

function feed(call: Call, target: StatsTarget): Answer {
  const intervalMs = countOf(call, 'interval_ms', 1000);
  return { open: async () => ({ feed: await recordFeed(({ tell, end }) => call.node.followStats(target, intervalMs, tell, end)) }) };
}

import type { EventPosition } from '../../job/event.ts';
import type { LogSelection } from '../../job/log.ts';
import type { GafferNode } from '../../job/node.ts';
import { isBehind, type LogReach, parseLogReach } from '../../protocol/log-reach.ts';
import { logRecord } from '../../protocol/log-record.ts';
import { PASSING } from '../followers.ts';
import { type Answer, type Call, count, flag, type OpenedFeed, type Paths, RUN_HEADER, SEQ_HEADER, word } from '../operation.ts';
import { countOf } from '../params.ts';
import { TEXT } from '../schemas.ts';
import { EXAMPLE_EVENT } from './event-operations.ts';
import { needToRead, selectionOf } from './log-selection.ts';
import { recordFeed } from './record-feed.ts';
import { NDJSON, recordLine } from './record-form.ts';

const EXAMPLE_OUTPUT = { time: 1_763_770_000.6, name: 'shop.web', pid: 1, slot: 1, stream: 'out', offset: 0, data: 'listening on 5000\n' };

/** Who comes back is behind, and gets what has waited for him all at once: as much as may wait for a node's processes may wait for him too. */
const RETURN_LIMIT = 8 * 1024 * 1024;

/** What was written and what happened, lately and from now on. */
export const LOG_OPERATIONS: Paths = {
  '/log': {
    GET: {
      id: 'log',
      need: { words: 'read job, read session, or read all', of: (call) => needToRead(call, selectionOf(call)) },
      summary: 'The last lines that were written and what happened, and with `follow` all that comes after',
      query: {
        session: word('of this session'),
        job: word('of this job, by its full name'),
        pid: count('of this process'),
        stream: word('of this output'),
        lines: count('how many to begin with; 100 without it'),
        follow: flag('`true`: go on'),
        read: word(
          'with `follow`: leave out what was read before, up to the event 42 of this run and so many bytes of outputs: `42@RUN;PID:LABEL:BYTES;…`',
        ),
      },
      success: {
        status: 200,
        description:
          'a JSON object on a line each: an event, a piece of output (`base64` where it is not UTF-8), or how many were left out for a slow reader',
        type: NDJSON,
        schema: TEXT,
        example: recordLine(EXAMPLE_EVENT) + recordLine(EXAMPLE_OUTPUT) + recordLine({ dropped: 3 }),
      },
      errors: ['session_not_found', 'job_not_found', 'process_not_found'],
      answer: log,
    },
  },
};

async function log(call: Call): Promise<Answer> {
  const { node, query } = call;
  const selection = selectionOf(call);
  const lines = countOf(call, 'lines', 100);
  if (query['follow'] === 'true') {
    const read = query['read'] === undefined ? undefined : parseLogReach(query['read']);
    await expectSelected(node, selection);
    return { open: () => follow(call, { selection, lines, read }) };
  }
  const entries = await node.recentLog(selection, lines);
  return { text: entries.map((entry) => recordLine(logRecord(entry))).join('') };
}

/** What is followed. */
interface Followed {
  readonly selection: LogSelection;
  readonly lines: number;
  /** What was read of it before. */
  readonly read: LogReach | undefined;
}

async function follow(call: Call, { selection, lines, read }: Followed): Promise<OpenedFeed> {
  const isNews = read === undefined || (await isOfAnotherRun(call.node, read)) ? () => true : isBehind(read);
  let from: EventPosition = { seq: 0 };
  let follower = PASSING;
  const feed = await recordFeed(
    async ({ tell }) => {
      const following = await call.node.followLog(selection, lines, (entry) => {
        if (isNews(entry)) {
          tell(logRecord(entry));
        }
      });
      ({ from } = following);
      follower = call.follows(selection);
      return () => {
        following.end();
        follower.left();
      };
    },
    { onCaughtUp: () => follower.caughtUp(), ...(read !== undefined && { limit: RETURN_LIMIT }) },
  );
  return { feed, headers: { [SEQ_HEADER]: String(from.seq), [RUN_HEADER]: from.run ?? '' } };
}

/** Numbers of events, pids and places in streams mean something within one run. */
async function isOfAnotherRun(node: GafferNode, { position }: LogReach): Promise<boolean> {
  const { from, end } = await node.followEvents(undefined, () => undefined);
  end();
  return position.run !== from.run;
}

/** @throws GafferError `session_not_found`, `job_not_found`, `process_not_found` */
async function expectSelected(node: GafferNode, { session, job, pid }: LogSelection): Promise<void> {
  await (session !== undefined && node.jobs(session));
  await (job !== undefined && node.jobInfo(job));
  await (pid !== undefined && node.processInfo(pid));
}

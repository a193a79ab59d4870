import type { Writable } from 'node:stream';
import type { EventPosition } from '../job/event.ts';
import type { LogSelection } from '../job/log.ts';
import { parseJobName } from '../job/name.ts';
import type { ProcessStream, Unsubscribe } from '../job/node.ts';
import { parseEventPosition } from '../protocol/event-position.ts';
import { logRecord } from '../protocol/log-record.ts';
import { type Answer, type Call, count, flag, OK, type Paths, RUN_HEADER, SEQ_HEADER, word } from './operation.ts';
import { countOf, pidOf } from './params.ts';
import { NDJSON, recordFeed, recordLine } from './record-feed.ts';
import { OK_ANSWER, TEXT } from './schemas.ts';

const EXAMPLE_EVENT = { seq: 4, time: 1_763_770_000.5, event: 'spawn', name: 'shop.web', pid: 1, os_pid: 25_715, slot: 1, once: false };
const EXAMPLE_OUTPUT = { time: 1_763_770_000.6, name: 'shop.web', pid: 1, slot: 1, stream: 'out', data: 'listening on 5000\n' };

/** What goes on after the answer has begun: events, the log, the pipes of processes. */
export const FEED_OPERATIONS: Paths = {
  '/events': {
    GET: {
      id: 'events',
      summary: 'Every event from now on, or from a position on; a JSON object on a line each',
      query: { since: word('behind this event: its `seq`, better with the `x-gaffer-run` that it was told with, `42@5f3c9a01`') },
      success: {
        status: 200,
        description: 'goes on until one side ends it; the first event is the next after `x-gaffer-seq`, and `x-gaffer-run` names the run of the node',
        type: NDJSON,
        schema: TEXT,
        example: recordLine(EXAMPLE_EVENT),
      },
      errors: ['events_gone'],
      answer: events,
    },
  },
  '/log': {
    GET: {
      id: 'log',
      summary: 'The last lines that were written and what happened, and with `follow` all that comes after',
      query: {
        session: word('of this session'),
        job: word('of this job, by its full name'),
        pid: count('of this process'),
        stream: word('of this output'),
        lines: count('how many to begin with; 100 without it'),
        follow: flag('`true`: go on'),
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
  '/streams/:pid/:label': {
    GET: {
      id: 'stream',
      summary: 'What a process writes from now on, as it is; the process waits for a slow reader',
      success: { status: 200, description: 'ends with the stream', type: 'application/octet-stream' },
      errors: ['process_not_found', 'stream_not_found'],
      answer: async (call) => {
        const stream = await call.node.stream(pidOf(call), call.params['label']);
        return { feed: (out) => pass(stream, out) };
      },
    },
    POST: {
      id: 'write',
      summary: 'Writes to the stdin or a custom stream of a process; answers when its pipe has taken it',
      query: { end: flag('`true`: and close it') },
      body: { kind: 'bytes' },
      success: { status: 200, description: 'it is written', schema: OK_ANSWER, example: OK },
      errors: ['process_not_found', 'stream_not_found', 'not_writable', 'write_failed'],
      answer: write,
    },
  },
};

async function write(call: Call): Promise<Answer> {
  const stream = await call.node.stream(pidOf(call), call.params['label']);
  const bytes = call.body as Uint8Array;
  if (bytes.length > 0) {
    await stream.write(bytes);
  }
  if (call.query['end'] === 'true') {
    stream.end();
  }
  return { json: OK };
}

async function events({ node, query }: Call): Promise<Answer> {
  const since = query['since'] === undefined ? undefined : parseEventPosition(query['since']);
  let from: EventPosition = { seq: 0 };
  const feed = await recordFeed(async ({ tell }) => {
    const following = await node.followEvents(since, (entry) => tell(logRecord(entry)));
    from = following.from;
    return following.end;
  });
  return { headers: { [SEQ_HEADER]: String(from.seq), [RUN_HEADER]: from.run ?? '' }, feed };
}

async function log(call: Call): Promise<Answer> {
  const { node, query } = call;
  const selection = selectionOf(query);
  const lines = countOf(call, 'lines', 100);
  if (query['follow'] === 'true') {
    return { feed: await recordFeed(({ tell }) => node.followLog(selection, lines, (entry) => tell(logRecord(entry)))) };
  }
  const entries = await node.recentLog(selection, lines);
  return { text: entries.map((entry) => recordLine(logRecord(entry))).join('') };
}

function selectionOf({ session, job, pid, stream: label }: Call['query']): LogSelection {
  return { session, job: job === undefined ? undefined : parseJobName(job), pid: pid === undefined ? undefined : Number(pid), label };
}

/** Passes a stream on; it is held while whoever reads does not keep up. */
function pass(stream: ProcessStream, out: Writable): Unsubscribe {
  let release: Unsubscribe | undefined;
  const letGo = (): void => {
    release?.();
    release = undefined;
  };
  const endData = stream.onData((chunk) => {
    if (!out.write(Buffer.from(chunk))) {
      release ??= stream.hold();
    }
  });
  out.on('drain', letGo);
  const endEnd = stream.onEnd(() => out.end());
  return () => {
    endData();
    endEnd();
    letGo();
  };
}

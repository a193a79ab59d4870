import { GafferError } from '../errors.ts';
import type { LogSelection } from '../job/log.ts';
import { parseJobName } from '../job/name.ts';
import type { ProcessStream } from '../job/node.ts';
import { eventRecord } from '../protocol/event-record.ts';
import { logRecord } from '../protocol/log-record.ts';
import { type Answer, type Call, OK, type Paths } from './operation.ts';
import { countOf, pidOf } from './params.ts';
import { RecordWriter } from './record-writer.ts';
import { OK_ANSWER, TEXT } from './schemas.ts';

const NDJSON = 'application/x-ndjson';

const EXAMPLE_EVENT = { seq: 4, time: 1_763_770_000.5, event: 'spawn', name: 'shop.web', pid: 1, os_pid: 25_715, slot: 1, once: false };
const EXAMPLE_OUTPUT = { time: 1_763_770_000.6, name: 'shop.web', pid: 1, slot: 1, stream: 'out', data: 'listening on 5000\n' };

/** What goes on after the answer has begun: events, the log, the pipes of processes. */
export const FEED_OPERATIONS: Paths = {
  '/events': {
    GET: {
      id: 'events',
      summary: 'Every event from now on, a JSON object on a line each',
      success: { status: 200, description: 'goes on until one side ends it', type: NDJSON, example: EXAMPLE_EVENT },
      answer: ({ node }) =>
        Promise.resolve({
          type: NDJSON,
          feed: (out) => {
            const writer = new RecordWriter(out);
            out.once(
              'close',
              node.onEvent((event) => writer.write(eventRecord(event))),
            );
          },
        }),
    },
  },
  '/log': {
    GET: {
      id: 'log',
      summary: 'The last lines that were written and what happened, and with `follow` all that comes after',
      query: {
        session: { description: 'of this session', schema: TEXT },
        job: { description: 'of this job, by its full name', schema: TEXT },
        pid: { description: 'of this process', schema: TEXT },
        stream: { description: 'of this output', schema: TEXT },
        lines: { description: 'how many to begin with; 100 without it', schema: TEXT },
        follow: { description: '`true`: go on', schema: { type: 'string', enum: ['true', 'false'] } },
      },
      success: {
        status: 200,
        description:
          'a JSON object on a line each: an event, a piece of output (`base64` where it is not UTF-8), or how many were left out for a slow reader',
        type: NDJSON,
        example: EXAMPLE_OUTPUT,
      },
      errors: ['bad_request', 'session_not_found', 'job_not_found', 'process_not_found'],
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
        return { type: 'application/octet-stream', feed: (out) => pass(stream, out) };
      },
    },
    POST: {
      id: 'write',
      summary: 'Writes to the stdin or a custom stream of a process; answers when its pipe has taken it',
      query: { end: { description: '`true`: and close it', schema: { type: 'string', enum: ['true', 'false'] } } },
      body: { kind: 'bytes' },
      success: { status: 200, description: 'it is written', schema: OK_ANSWER, example: OK },
      errors: ['process_not_found', 'stream_not_found', 'not_writable', 'write_failed'],
      answer: async (call) => {
        const stream = await call.node.stream(pidOf(call), call.params['label']);
        const bytes = call.body as Uint8Array;
        if (bytes.length > 0) {
          await stream.write(bytes);
        }
        if (call.query['end'] === 'true') {
          stream.end();
        }
        return { json: OK };
      },
    },
  },
};

async function log(call: Call): Promise<Answer> {
  const { node, query } = call;
  const selection = selectionOf(query);
  const lines = countOf(call, 'lines', 100);
  if (query['follow'] !== 'true') {
    const entries = await node.recentLog(selection, lines);
    const text = entries.map((entry) => `${JSON.stringify(logRecord(entry))}\n`).join('');
    return { type: NDJSON, feed: (out) => out.end(text) };
  }
  await node.recentLog(selection, 0);
  return {
    type: NDJSON,
    feed: (out) => {
      const writer = new RecordWriter(out);
      void node
        .followLog(selection, lines, (entry) => writer.write(logRecord(entry)))
        .then((end) => (out.destroyed ? end() : out.once('close', end)))
        .catch(() => out.end()); // its job was unloaded in between
    },
  };
}

function selectionOf({ session, job, pid, stream: label }: Call['query']): LogSelection {
  if (pid !== undefined && !/^\d+$/.test(pid)) {
    throw new GafferError('bad_request', `pid: expected a process's number, got "${pid}"`);
  }
  return { session, job: job === undefined ? undefined : parseJobName(job), pid: pid === undefined ? undefined : Number(pid), label };
}

/** Passes a stream on; it is held while whoever reads does not keep up. */
function pass(stream: ProcessStream, out: import('node:http').ServerResponse): void {
  let release: (() => void) | undefined;
  const endData = stream.onData((chunk) => {
    if (!out.write(Buffer.from(chunk))) {
      release ??= stream.hold();
    }
  });
  const letGo = (): void => {
    release?.();
    release = undefined;
  };
  out.on('drain', letGo);
  stream.onEnd(() => out.end());
  out.once('close', () => {
    endData();
    letGo();
  });
}

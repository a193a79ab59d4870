import { GafferError } from '../../errors.ts';
import type { ProcessStream } from '../../job/node.ts';
import { type Answer, type Call, count, type Feed, flag, OFFSET_HEADER, OK, type Paths } from '../operation.ts';
import { pidOf } from '../params.ts';
import { OK_ANSWER, TEXT } from '../schemas.ts';
import { type FeedKind, feedKindOf, feedQuery, heartbeatMsOf } from './feed-kind.ts';
import { EVENT_STREAM } from './record-form.ts';
import { serverSentEvent } from './server-sent-event.ts';
import { streamFeed } from './stream-feed.ts';

/** What processes write, and what is written to them. */
export const STREAM_OPERATIONS: Paths = {
  '/streams/:pid/:label': {
    GET: {
      id: 'stream',
      need: 'read process',
      summary: 'The next piece that a process writes, or with `feed=continuous` all that it writes from now on, as it is',
      query: {
        from: count('begin behind that many bytes of the stream, or where what is kept of it begins: `x-gaffer-offset` tells'),
        ...feedQuery('`longpoll`'),
      },
      success: {
        status: 200,
        description:
          '`longpoll` ends with the first piece, the others with the stream; in these the process waits for a slow reader, and who reads nothing at all is cut off. ' +
          'An event source gets text under the label; what text cannot carry, bytes that are not UTF-8 and carriage returns, comes in Base64 under `LABEL:base64`',
        type: 'application/octet-stream',
        also: { [EVENT_STREAM]: { schema: TEXT, example: serverSentEvent({ event: 'out', data: 'listening on 5000\n' }, '\r\n') } },
      },
      errors: ['process_not_found', 'io_not_found', 'io_not_redirected'],
      answer: read,
    },
    POST: {
      id: 'write',
      need: 'write process',
      summary: 'Writes to the stdin or a custom stream of a process; answers when its pipe has taken it',
      query: { end: flag('`true`: and close it') },
      body: { kind: 'bytes' },
      success: { status: 200, description: 'it is written', schema: OK_ANSWER, example: OK },
      errors: ['process_not_found', 'io_not_found', 'forbidden_write', 'write_failed', 'stream_busy'],
      answer: write,
    },
  },
};

async function read(call: Call): Promise<Answer> {
  const kind: FeedKind = feedKindOf(call) ?? 'longpoll';
  const heartbeatMs = heartbeatMsOf(call, kind);
  const label = labelOf(call);
  const stream = await readable(call, label);
  const feed = streamFeed(stream, { kind, label, heartbeatMs });
  return {
    ...(kind === 'eventsource' && { type: EVENT_STREAM }),
    open: () =>
      Promise.resolve({ feed: kind === 'longpoll' ? feed : followed(call, label, feed), headers: { [OFFSET_HEADER]: String(stream.offset) } }),
  };
}

/** Whoever reads goes on behind the last byte that he has got, also when this gafferd has gone. */
function followed(call: Call, label: string, feed: Feed): Feed {
  return (out) => {
    const end = feed(out);
    const follower = call.follows({ pid: pidOf(call), label });
    follower.caughtUp(); // the process waits for a slow reader anyway
    return () => {
      end();
      follower.left();
    };
  };
}

async function write(call: Call): Promise<Answer> {
  const label = labelOf(call);
  const stream = await streamOf(call, label, { code: label === 'stdin' ? 'forbidden_write' : 'io_not_found' });
  const bytes = call.body as Uint8Array;
  if (bytes.length > 0) {
    await stream.write(bytes).catch((error: unknown) => {
      throw isCode(error, 'not_writable') ? new GafferError('forbidden_write', error.message, { cause: error }) : error;
    });
  }
  if (call.query['end'] === 'true') {
    stream.end();
  }
  return { json: OK };
}

function labelOf({ params }: Call): string {
  return params['label'] ?? '';
}

async function readable(call: Call, label: string): Promise<ProcessStream> {
  const { redirect_output: outputs, custom_streams: custom } = await call.node.processInfo(pidOf(call));
  const labels = [...outputs, ...custom];
  const code = labels.length === 0 ? 'io_not_redirected' : 'io_not_found';
  if (label === 'stdin') {
    throw new GafferError(code, `process ${pidOf(call)}: expected a stream that can be read, got "stdin"; it has ${labels.join(', ') || 'none'}`);
  }
  const from = call.query['from'];
  return await streamOf(call, label, { code, from: from === undefined ? undefined : Number(from) });
}

/** A stream that is wanted, and what it is called when there is none. */
interface WantedStream {
  readonly code: 'io_not_found' | 'io_not_redirected' | 'forbidden_write';
  readonly from?: number | undefined;
}

async function streamOf(call: Call, label: string, { code, from }: WantedStream): Promise<ProcessStream> {
  try {
    return await call.node.stream(pidOf(call), label, from);
  } catch (error) {
    throw isCode(error, 'stream_not_found') ? new GafferError(code, REASONS[code](error.message), { cause: error }) : error;
  }
}

const REASONS = {
  io_not_found: (reason: string) => reason,
  io_not_redirected: (reason: string) => `${reason}; what is to be read has to be redirected (redirect_output)`,
  forbidden_write: (reason: string) => `${reason}; what is to be written to has to be redirected (redirect_input)`,
};

function isCode(error: unknown, code: GafferError['code']): error is GafferError {
  return error instanceof GafferError && error.code === code;
}

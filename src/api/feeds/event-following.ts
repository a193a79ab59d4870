import { GafferError } from '../../errors.ts';
import type { EventPosition } from '../../job/event.ts';
import type { EventEntry } from '../../job/log.ts';
import type { GafferNode } from '../../job/node.ts';
import { formatEventPosition, parseEventPosition } from '../../protocol/event-position.ts';
import { errorBody } from '../error-body.ts';
import { type Call, type FeedAnswer, type OpenedFeed, RUN_HEADER, SEQ_HEADER } from '../operation.ts';
import { type FeedKind, heartbeatMsOf } from './feed-kind.ts';
import { type RecordFeedOptions, type RecordListener, recordFeed } from './record-feed.ts';
import { EVENT_STREAM, formOf } from './record-form.ts';

/** How events become records. */
export interface EventFeedOptions {
  readonly kind: FeedKind;
  /** Whose line ends they are written with. Default: those of now. */
  readonly forms?: 'old';
  /** How much a longpoll waits for. */
  readonly until: NonNullable<RecordFeedOptions['until']>;
  /** Tells an event, or that it is none of those that are meant. @param id where whoever has read it is */
  readonly tell: (entry: EventEntry, id: string | undefined, listener: RecordListener) => void;
}

/** A feed of events, from now on or from where its reader has left off. @throws GafferError `bad_request` */
export function eventFeed(call: Call, options: EventFeedOptions): FeedAnswer {
  const { kind } = options;
  const heartbeatMs = heartbeatMsOf(call, kind);
  const start = startOf(call, kind);
  return {
    ...(kind === 'eventsource' && { type: EVENT_STREAM }),
    open: () =>
      open(call.node, {
        start,
        tell: options.tell,
        form: formOf(kind, options.forms),
        until: kind === 'longpoll' ? options.until : undefined,
        heartbeatMs,
      }),
  };
}

/** Where a feed begins. */
interface Start {
  readonly since: EventPosition | undefined;
  /** The reader is told when what followed that is gone, and goes on from now: it would ask the same again and again. */
  readonly isResumed: boolean;
}

/** Where an event source was when its connection was lost is newer than what its address says. */
function startOf({ query, lastEventId }: Call, kind: FeedKind): Start {
  if (kind !== 'eventsource' || lastEventId === undefined || lastEventId === '') {
    const { since } = query;
    return { since: since === undefined ? undefined : parseEventPosition(since), isResumed: false };
  }
  try {
    return { since: parseEventPosition(lastEventId), isResumed: true };
  } catch {
    return { since: undefined, isResumed: true }; // of another server
  }
}

interface Opening extends RecordFeedOptions {
  readonly start: Start;
  readonly tell: EventFeedOptions['tell'];
}

async function open(node: GafferNode, { start, tell, ...options }: Opening): Promise<OpenedFeed> {
  let run: string | undefined;
  let from: EventPosition = { seq: 0 };
  const place = (position: EventPosition): string => formatEventPosition({ ...position, run });
  const feed = await recordFeed(
    async (listener) => {
      const early: EventEntry[] = [];
      let pass = (entry: EventEntry): void => void early.push(entry);
      const following = await followFrom(node, start, (entry) => pass(entry));
      ({ from } = following);
      ({ run } = from);
      if (following.gone !== undefined) {
        const { seq } = from;
        listener.tell({ ...errorBody(following.gone), seq, ...(run !== undefined && { run }) }, { event: 'gone', id: place(from) });
      }
      pass = (entry) => tell(entry, entry.kind === 'event' ? place({ seq: entry.event.seq }) : undefined, listener);
      early.forEach(pass);
      return following.end;
    },
    { ...options, from: () => place(from) },
  );
  return { feed, headers: { [SEQ_HEADER]: String(from.seq), [RUN_HEADER]: run ?? '' } };
}

/** Follows from a place, or from now on where what followed that is gone and the reader can be told so. */
async function followFrom(node: GafferNode, { since, isResumed }: Start, listener: (entry: EventEntry) => void) {
  if (isResumed && since === undefined) {
    const gone = new GafferError('events_gone', 'the last event that you have had was none of this node: from now on there are those that follow');
    return { ...(await node.followEvents(undefined, listener)), gone };
  }
  try {
    return { ...(await node.followEvents(since, listener)), gone: undefined };
  } catch (error) {
    if (!isResumed || !(error instanceof GafferError) || error.code !== 'events_gone') {
      throw error;
    }
    return { ...(await node.followEvents(undefined, listener)), gone: error };
  }
}

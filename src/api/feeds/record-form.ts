import type { FeedKind } from './feed-kind.ts';
import { serverSentEvent } from './server-sent-event.ts';

/** What is told beside a record. */
export interface RecordMark {
  /** What an event source calls it. */
  readonly event?: string | undefined;
  /** Where whoever has read it is. */
  readonly id?: string | undefined;
}

/** How a feed of records is written. */
export interface RecordForm {
  /** What comes first. @param id where the feed begins */
  opening(id: string | undefined): string;
  record(record: unknown, mark: RecordMark): string;
  /** Says how many records were left out for a slow reader. */
  dropped(count: number): string;
  /** Shows that the connection is there. @param id up to where there was nothing more to tell */
  heartbeat(id: string | undefined): string;
}

/** The type of an answer that is a JSON object on a line each. */
export const NDJSON = 'application/x-ndjson';

/** The type of an answer for an event source. */
export const EVENT_STREAM = 'text/event-stream';

/** A record as a line. */
export function recordLine(record: unknown): string {
  return `${JSON.stringify(record)}\n`;
}

/** A JSON object on a line each; empty lines mean nothing. */
export const LINES: RecordForm = linesWith('\n');

/** Events for an event source. */
export const EVENTS: RecordForm = eventsWith('\n');

/** The same with the line ends of 0.4: its clients know no others. */
export const OLD_EVENTS: RecordForm = eventsWith('\r\n');

const OLD_LINES: RecordForm = linesWith('\r\n');

/** How a kind of feed is written. @param age whose line ends it has; default those of now */
export function formOf(kind: FeedKind, age?: 'old'): RecordForm {
  if (kind === 'eventsource') {
    return age === undefined ? EVENTS : OLD_EVENTS;
  }
  return age === undefined ? LINES : OLD_LINES;
}

function linesWith(lineEnd: string): RecordForm {
  return {
    opening: () => '',
    record: (record) => JSON.stringify(record) + lineEnd,
    dropped: (count) => JSON.stringify({ dropped: count }) + lineEnd,
    heartbeat: () => '\n',
  };
}

/** After how many milliseconds an event source is to connect anew. */
const RETRY_MS = 2000;

function eventsWith(lineEnd: string): RecordForm {
  return {
    opening: (id) => serverSentEvent({ retryMs: RETRY_MS, id }, lineEnd),
    record: (record, { event, id }) => serverSentEvent({ event, id, data: JSON.stringify(record) }, lineEnd),
    dropped: (count) => serverSentEvent({ event: 'dropped', data: JSON.stringify({ dropped: count }) }, lineEnd),
    heartbeat: (id) => serverSentEvent({ isHeartbeat: true, id }, lineEnd),
  };
}

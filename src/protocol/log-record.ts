import type { LogEntry } from '../job/log.ts';
import { type EventRecord, eventOfRecord, eventRecord } from './event-record.ts';

/** A piece of output as it is sent; bytes that are not UTF-8 come in Base64. */
export interface OutputRecord {
  /** Seconds since the epoch. */
  readonly time: number;
  /** The job's full name. */
  readonly name: string;
  readonly pid: number;
  readonly slot: number;
  readonly stream: string;
  /** Bytes of that stream of the process that came before. */
  readonly offset: number;
  readonly data?: string;
  readonly base64?: string;
}

/** A line of a log as it is sent. */
export type LogRecord = OutputRecord | EventRecord | { readonly dropped: number } | { readonly end: true };

/** Puts an entry into the form in which it is sent. */
export function logRecord(entry: LogEntry): LogRecord {
  switch (entry.kind) {
    case 'event':
      return eventRecord(entry.event);
    case 'dropped':
      return { dropped: entry.count };
    case 'end':
      return { end: true };
    case 'output': {
      const { timeMs, name, pid, slot, label, offset, data } = entry;
      return { time: timeMs / 1000, name, pid, slot, stream: label, offset, ...textOrBytes(data) };
    }
  }
}

function textOrBytes(data: Uint8Array): Pick<OutputRecord, 'data' | 'base64'> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const text = bytes.toString();
  return text.includes('\ufffd') ? { base64: bytes.toString('base64') } : { data: text };
}

/** Makes the entry that a record stands for; undefined for one that is not known here. */
export function logEntryOfRecord(record: LogRecord): LogEntry | undefined {
  if ('dropped' in record) {
    return { kind: 'dropped', count: record.dropped };
  }
  if ('end' in record) {
    return { kind: 'end' };
  }
  if ('event' in record) {
    const event = eventOfRecord(record);
    return event && { kind: 'event', event };
  }
  const { time, name, pid, slot, stream, offset } = record;
  if (typeof (name as unknown) !== 'string' || typeof (time as unknown) !== 'number') {
    return undefined; // whoever tells that knows other records
  }
  const data = record.base64 === undefined ? Buffer.from(record.data ?? '') : Buffer.from(record.base64, 'base64');
  return { kind: 'output', timeMs: Math.round(time * 1000), name, pid, slot, label: stream, offset, data };
}

import type { LogEntry } from '../job/log.ts';
import { type LogRecord, logEntryOfRecord } from '../protocol/log-record.ts';

/** Reads a log as a node answers it, a record on each line; undefined when it is none. */
export function logEntriesOf(bytes: Buffer): readonly LogEntry[] | undefined {
  const lines = bytes
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  try {
    return lines.map((line) => logEntryOfRecord(JSON.parse(line) as LogRecord)).filter((entry) => entry !== undefined);
  } catch {
    return undefined; // no JSON, or something else in it
  }
}

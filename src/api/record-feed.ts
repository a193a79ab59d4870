import type { Unsubscribe } from '../job/node.ts';
import type { Feed } from './operation.ts';
import { RecordWriter } from './record-writer.ts';

/** The type of an answer that is a JSON object on a line each. */
export const NDJSON = 'application/x-ndjson';

/** A record as a line. */
export function recordLine(record: unknown): string {
  return `${JSON.stringify(record)}\n`;
}

/** Where a subscription tells its records, and that there are no more. */
export interface RecordListener {
  readonly tell: (record: unknown) => void;
  readonly end: () => void;
}

/**
 * Subscribes, and answers a feed of all that is told, from the first moment on. What is there when the feed begins is
 * written entirely; of what comes then, that which a slow reader has no room for is left out.
 */
export async function recordFeed(subscribe: (listener: RecordListener) => Promise<Unsubscribe>): Promise<Feed> {
  const early: unknown[] = [];
  let hasEnded = false;
  let listener: RecordListener = {
    tell: (record) => early.push(record),
    end: () => {
      hasEnded = true;
    },
  };
  const unsubscribe = await subscribe({ tell: (record) => listener.tell(record), end: () => listener.end() });
  return (out) => {
    const writer = new RecordWriter(out);
    writer.entirely(() => {
      for (const record of early) {
        writer.write(record);
      }
    });
    listener = { tell: (record) => writer.write(record), end: () => out.end() };
    if (hasEnded) {
      out.end();
    }
    return () => {
      unsubscribe();
      writer.end();
    };
  };
}

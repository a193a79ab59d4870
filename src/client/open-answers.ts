import type { Readable } from 'node:stream';
import type { LogEntry } from '../job/log.ts';
import type { Following, Unsubscribe } from '../job/node.ts';
import { type LogRecord, logEntryOfRecord } from '../protocol/log-record.ts';
import type { HttpClient } from './http.ts';
import { type RecordReading, readRecords } from './record-reader.ts';

/** An answer that has begun, and may go on. */
type Answer = Awaited<ReturnType<HttpClient['open']>>;

/** Answers of a node that go on until one side ends them. */
export class OpenAnswers {
  readonly #outputs = new Set<Readable>();

  /** The body of an answer; it is ended with all others. */
  bodyOf({ body }: Answer): Readable {
    const output = body as Readable;
    this.#outputs.add(output);
    output.once('close', () => this.#outputs.delete(output));
    return output;
  }

  /** Calls back with each record, and with undefined when the other side has ended it. A promise that is returned is waited for. */
  follow(answer: Answer, listener: (record: unknown) => unknown, reading?: RecordReading): Unsubscribe {
    let ended = false;
    const output = this.bodyOf(answer);
    void readRecords(output, (record) => (ended ? undefined : listener(record)), reading).then(() => (ended ? undefined : listener(undefined)));
    return () => {
      ended = true;
      output.destroy();
    };
  }

  /** Calls back with each entry that the records of a log or of events stand for, and with its end. */
  followLog(answer: Answer, listener: (entry: LogEntry) => unknown, reading?: RecordReading): Following {
    const hear = (record: unknown): unknown => {
      const entry = record === undefined ? ({ kind: 'end' } as const) : logEntryOfRecord(record as LogRecord);
      return entry && listener(entry);
    };
    const end = this.follow(answer, hear, reading);
    const { headers } = answer;
    return { from: { seq: Number(headers.get('x-gaffer-seq') ?? 0), run: headers.get('x-gaffer-run') ?? undefined }, end };
  }

  /** Ends them all. */
  close(): void {
    for (const output of this.#outputs) {
      output.destroy();
    }
  }
}

import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type LogRecord, logEntryOfRecord } from '../../src/protocol/log-record.ts';
import { EventStreamReader, type SourceEvent } from './event-source.ts';
import { OutputLog } from './output-log.ts';

/** An answer of the API that goes on, as its reader sees it. */
export class ApiFeed {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Everything so far. */
  readonly log = new OutputLog();
  /** Resolves when it is over, with whether the node has ended it. */
  readonly ended: Promise<boolean>;
  readonly #request: ClientRequest;
  readonly #answer: IncomingMessage;

  private constructor(asked: ClientRequest, answer: IncomingMessage) {
    this.#request = asked;
    this.#answer = answer;
    this.status = answer.statusCode ?? 0;
    this.headers = answer.headers;
    answer.on('data', (chunk: Buffer) => this.log.add(chunk));
    answer.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      answer.once('close', () => {
        this.log.end();
        resolve(answer.complete);
      });
    });
  }

  /** Asks; resolves when the answer has begun. @param isRead false: only the head is read */
  static open(port: number, path: string, isRead = true, headers: Readonly<Record<string, string>> = {}): Promise<ApiFeed> {
    return new Promise((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', path, agent: false, headers }, (answer) => {
        const feed = new ApiFeed(asked, answer);
        if (!isRead) {
          answer.pause();
        }
        resolve(feed);
      });
      asked.on('error', reject);
      asked.end();
    });
  }

  /** Reads on. */
  resume(): void {
    this.#answer.resume();
  }

  /** Reads no further for now. */
  pause(): void {
    this.#answer.pause();
  }

  /** Reads on, slowly, until it is told to read on or to pause. @param rate bytes a second */
  readSlowly(rate: number): () => void {
    this.#answer.pause();
    const start = performance.now();
    let taken = 0;
    const timer = setInterval(() => {
      const due = ((performance.now() - start) / 1000) * rate - taken;
      const { readableLength: there } = this.#answer;
      const chunk = due < 1 ? null : (this.#answer.read(Math.max(1, Math.min(there, Math.floor(due)))) as Buffer | null);
      taken += chunk?.length ?? 0; // reading tells the listeners as well
    }, 5);
    return () => clearInterval(timer);
  }

  /** The lines so far, read as JSON. */
  get records(): readonly Readonly<Record<string, unknown>>[] {
    return this.log.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** What an event source would have dispatched so far. */
  get events(): readonly SourceEvent[] {
    return this.source.events;
  }

  /** The event source's state so far. */
  get source(): EventStreamReader {
    return new EventStreamReader().add(this.log.bytes);
  }

  /** What was written, in the records so far. */
  get output(): string {
    return this.records
      .map((record) => logEntryOfRecord(record as unknown as LogRecord))
      .map((entry) => (entry?.kind === 'output' ? Buffer.from(entry.data).toString() : ''))
      .join('');
  }

  /** Goes away. */
  leave(): void {
    this.#request.destroy();
  }
}

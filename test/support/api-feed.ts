import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type LogRecord, logEntryOfRecord } from '../../src/protocol/log-record.ts';
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
  static open(port: number, path: string, isRead = true): Promise<ApiFeed> {
    return new Promise((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', path, agent: false }, (answer) => {
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

  /** The lines so far, read as JSON. */
  get records(): readonly Readonly<Record<string, unknown>>[] {
    return this.log.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
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

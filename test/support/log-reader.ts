import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { startWorker } from './worker.ts';

/** What was told of a process. */
interface ToldOfProcess {
  readonly pid: number;
  readonly bytes: number;
  /** The number of the last line. */
  readonly lines: number;
}

/** What a log has told. */
export interface LogReport {
  /** Of the processes that were asked for, in that order. */
  readonly told: readonly ToldOfProcess[];
  /** Processes that have ended, of which something was not told. */
  readonly unfinished: readonly string[];
  readonly problems: readonly string[];
}

/** What its thread is given. */
export interface LogReaderData {
  readonly url: string;
  /** Whose bytes are counted. */
  readonly pids: readonly number[];
  /** Where they are. */
  readonly read: BigInt64Array;
}

/**
 * Follows the log of a node whose processes count, in a thread of its own: a test that keeps its own thread busy would be a slow
 * reader, for whom a node that is told 20 MB/s leaves something out.
 */
export class LogReader {
  readonly #worker: Worker;
  readonly #read: BigInt64Array;

  /** Resolves when it follows. @param pids whose bytes are counted */
  static async start(url: string, pids: readonly number[]): Promise<LogReader> {
    const read = new BigInt64Array(new SharedArrayBuffer(8));
    const worker = await startWorker(new URL('./log-reader-worker.ts', import.meta.url), { url, pids, read } satisfies LogReaderData);
    await once(worker, 'message');
    return new LogReader(worker, read);
  }

  private constructor(worker: Worker, read: BigInt64Array) {
    this.#worker = worker;
    this.#read = read;
  }

  /** How many bytes of those processes were read a moment ago. */
  get read(): number {
    return Number(Atomics.load(this.#read, 0));
  }

  /** What was told so far. One question at a time. */
  async report(pids: readonly number[]): Promise<LogReport> {
    const answered = once(this.#worker, 'message');
    this.#worker.postMessage(pids);
    const [report] = (await answered) as [LogReport];
    return report;
  }

  /** Resolves when it follows no more. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

import type { LogEntry } from '../../job/log.ts';

/** How long is waited at most for what all nodes have of before. */
const PATIENCE_MS = 1000;

/** Writes an entry of one of several logs; a promise is to be waited for. */
type Write = (log: number, entry: LogEntry) => void | Promise<void>;

/** An entry, and which log it is of. */
export interface LoggedEntry {
  readonly log: number;
  readonly entry: LogEntry;
}

/** Brings what several logs begin with into the order in which it came to be; what follows passes as it comes. */
export class JointBeginning {
  readonly #write: Write;
  /** How many entries of each log belong to its beginning and have not come yet. */
  readonly #missing: number[];
  readonly #held: LoggedEntry[] = [];
  readonly #over: Promise<void>;
  readonly #timer: NodeJS.Timeout;
  #isOver = false;
  #finish: () => void = () => undefined;

  /** @param counts how many entries each log begins with */
  constructor(counts: readonly number[], write: Write) {
    this.#missing = [...counts];
    this.#write = write;
    this.#over = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#timer = setTimeout(() => this.#end(), PATIENCE_MS);
    this.#endWhenComplete();
  }

  /** Takes the next entry of a log; a promise is to be waited for. */
  write(log: number, entry: LogEntry): void | Promise<void> {
    if (this.#isOver) {
      return this.#write(log, entry);
    }
    const missing = this.#missing[log] ?? 0;
    if (missing === 0) {
      return this.#over.then(() => this.#write(log, entry));
    }
    this.#missing[log] = missing - 1;
    this.#held.push({ log, entry: entry.kind === 'output' ? { ...entry, data: Buffer.from(entry.data) } : entry });
    this.#endWhenComplete();
    return undefined;
  }

  /** Nothing more comes of a log. */
  leave(log: number): void {
    this.#missing[log] = 0;
    this.#endWhenComplete();
  }

  #endWhenComplete(): void {
    if (this.#missing.every((missing) => missing === 0)) {
      this.#end();
    }
  }

  #end(): void {
    if (!this.#isOver) {
      this.#isOver = true;
      clearTimeout(this.#timer);
      for (const { log, entry } of inOrderOfTime(this.#held)) {
        void this.#write(log, entry);
      }
      this.#finish();
    }
  }
}

/** Entries of several logs in the order in which they came to be; those of one log stay in its order, also where its clock was set back. */
export function inOrderOfTime(entries: readonly LoggedEntry[]): readonly LoggedEntry[] {
  const newest = new Map<number, number>();
  const dated = entries.map((one) => {
    const timeMs = Math.max(newest.get(one.log) ?? Number.NEGATIVE_INFINITY, timeOf(one.entry));
    newest.set(one.log, timeMs);
    return { one, timeMs };
  });
  return dated.toSorted((first, second) => (first.timeMs < second.timeMs ? -1 : Number(first.timeMs > second.timeMs))).map(({ one }) => one);
}

function timeOf(entry: LogEntry): number {
  switch (entry.kind) {
    case 'output':
      return entry.timeMs;
    case 'event':
      return entry.event.timeMs;
    case 'dropped':
    case 'end':
      return Number.NEGATIVE_INFINITY;
  }
}

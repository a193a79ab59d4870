import type { EventPosition, GafferEvent } from '../job/event.ts';
import type { LogEntry, OutputEntry } from '../job/log.ts';
import type { LogReach } from '../protocol/log-reach.ts';

/** How many outputs are known by their place; of more the oldest are forgotten. */
const MAX_KNOWN = 20_000;

/** Of how many of them is said when the log is read again how far they were: it has to fit into a request. */
const MOST_SAID = 300;

/** What {@link LogProgress.begin} finds. */
export type LogBeginning = 'first' | 'same run' | 'another run';

/** What of an entry is news. */
export interface LogNews {
  /** What was not told before; undefined where all of it was. */
  readonly entry: LogEntry | undefined;
  /** Bytes of the same output that came before and are not kept any more. */
  readonly missing: number;
}

const NOTHING: LogNews = { entry: undefined, missing: 0 };

/**
 * How far the log of a node was read. When it is read again after a loss of the connection, from as far back as the node
 * keeps it, this tells what of it is news: events by their number, output by its place in its stream.
 */
export class LogProgress {
  #beginning: LogBeginning | undefined;
  #run: string | undefined;
  #seq = 0;
  /** Something was left out for a slow reader, who was told so. */
  #isTorn = false;
  /** When the newest entry came that there was before the first beginning. */
  #newestMs = Number.NEGATIVE_INFINITY;
  /** By process and label, how many bytes were read. */
  readonly #offsets = new Map<string, number>();
  /** Processes that have started since the first beginning: theirs is read from its first byte on. */
  readonly #born = new Set<number>();

  /** Takes note of an entry that there is before the log is followed: older output that was not told is no news later. */
  sawBefore(entry: LogEntry): void {
    if (entry.kind === 'output' || entry.kind === 'event') {
      this.#newestMs = Math.max(this.#newestMs, entry.kind === 'output' ? entry.timeMs : entry.event.timeMs);
    }
  }

  /** The log is read from now on, for the first time or again. @param from where it begins */
  begin(from: EventPosition): LogBeginning {
    const isAgain = this.#beginning !== undefined;
    this.#isTorn = false;
    this.#beginning = !isAgain ? 'first' : this.#run === from.run ? 'same run' : 'another run';
    if (this.#beginning !== 'same run') {
      this.#run = from.run;
      this.#seq = from.seq;
      this.#offsets.clear();
      this.#born.clear();
    }
    if (this.#beginning === 'another run') {
      this.#newestMs = Number.NEGATIVE_INFINITY;
    }
    return this.#beginning;
  }

  /** How far it was read, as far as that is worth saying; undefined when it was not. */
  get reach(): LogReach | undefined {
    if (this.#beginning === undefined || this.#isTorn) {
      return undefined;
    }
    const latest = [...this.#offsets].slice(-MOST_SAID);
    const outputs = latest.map(([key, offset]) => ({ pid: Number.parseInt(key, 10), label: key.slice(key.indexOf(' ') + 1), offset }));
    return { position: { seq: this.#seq, run: this.#run }, outputs };
  }

  /** What of an entry was not told before. */
  news(entry: LogEntry): LogNews {
    switch (entry.kind) {
      case 'dropped':
        this.#isTorn = true;
        return { entry, missing: 0 };
      case 'end':
        return { entry, missing: 0 };
      case 'event':
        return this.#isNew(entry.event) ? { entry, missing: 0 } : NOTHING;
      case 'output':
        return this.#newsOf(entry);
    }
  }

  #isNew(event: GafferEvent): boolean {
    const isNew = this.#beginning !== 'same run' || event.seq > this.#seq;
    this.#seq = Math.max(this.#seq, event.seq);
    if (isNew && event.type === 'spawn') {
      this.#born.add(event.process.pid);
    } else if (event.type === 'exit') {
      this.#born.delete(event.process.pid);
    }
    return isNew;
  }

  #newsOf(entry: OutputEntry): LogNews {
    const key = `${entry.pid} ${entry.label}`;
    const end = entry.offset + entry.data.length;
    const isFirst = this.#beginning === 'first';
    const known = this.#offsets.get(key) ?? (!isFirst && this.#born.has(entry.pid) ? 0 : undefined);
    if (known === undefined ? !isFirst && entry.timeMs <= this.#newestMs : end <= known) {
      return NOTHING;
    }
    this.#remember(key, end);
    const told = (known ?? entry.offset) - entry.offset;
    return told <= 0
      ? { entry, missing: this.#isTorn ? 0 : -told }
      : { entry: { ...entry, offset: entry.offset + told, data: entry.data.subarray(told) }, missing: 0 };
  }

  #remember(key: string, offset: number): void {
    this.#offsets.delete(key); // so that the oldest is the one that was told longest ago
    this.#offsets.set(key, offset);
    if (this.#offsets.size > MAX_KNOWN) {
      const [oldest = ''] = this.#offsets.keys();
      this.#offsets.delete(oldest);
    }
  }
}

import { isLoss } from '../../src/cli/lasting.ts';
import { LogProgress } from '../../src/client/log-progress.ts';
import { RemoteNode } from '../../src/client/remote-node.ts';
import { messageOf } from '../../src/errors.ts';
import type { EventPosition, GafferEvent } from '../../src/job/event.ts';
import type { EventEntry, LogEntry } from '../../src/job/log.ts';
import type { Following } from '../../src/job/node.ts';
import { NumberedLines } from './numbered-lines.ts';

/** More than a node keeps. */
const EVERYTHING = 1_000_000;

/** How long a node that is away is left alone. */
const PAUSE_MS = 50;

/** Follows a node, as `gaffer logs -f` and `gaffer events -f` do, however often it goes away; but it does not wait long for it. */
abstract class LastingFollower<Entry> {
  protected readonly node: RemoteNode;
  /** Resolves when it has begun. */
  readonly begun: Promise<void>;
  readonly #over: Promise<void>;
  #isOver = false;
  #wake: () => void = () => undefined;
  #hasBegun: () => void = () => undefined;

  constructor(url: string) {
    this.begun = new Promise((resolve) => {
      this.#hasBegun = resolve;
    });
    this.node = new RemoteNode({ endpoint: url, comesBack: true });
    this.#over = Promise.resolve().then(async () => await this.#follow());
  }

  /** Resolves when nothing follows any more. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#wake();
    await this.#over;
    this.node.close();
  }

  /** Opens a connection. */
  protected abstract open(listener: (entry: Entry) => void): Promise<Following>;
  protected abstract begin(from: EventPosition): void;
  protected abstract tell(entry: Entry): void;
  /** It can't go on. */
  protected abstract fail(error: unknown): void;

  async #follow(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#followOnce();
      } catch (error) {
        if (!isLoss(error)) {
          this.fail(error);
          return;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #followOnce(): Promise<void> {
    const early: Entry[] = [];
    let hear = (entry: Entry): void => void early.push(entry);
    const lost = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const isEnd = (entry: Entry): boolean => (entry as { readonly kind: string }).kind === 'end';
    const pass = (entry: Entry): void => (isEnd(entry) ? this.#wake() : hear(entry));
    const { from, end } = await this.open(pass);
    this.begin(from);
    this.#hasBegun();
    hear = (entry) => this.tell(entry);
    early.forEach(hear);
    await lost;
    end();
  }
}

/** Follows the log of a node whose processes write numbered lines, and looks at whether it is whole. */
export class LogFollower extends LastingFollower<LogEntry> {
  readonly lines = new NumberedLines();
  readonly #linesOf: (event: GafferEvent) => number | undefined;
  readonly #progress = new LogProgress();

  /** @param linesOf how many lines a process of a job has written when it ends; undefined where nobody knows */
  constructor(url: string, linesOf: (event: GafferEvent) => number | undefined) {
    super(url);
    this.#linesOf = linesOf;
  }

  get problems(): readonly string[] {
    return this.lines.problems;
  }

  protected fail(error: unknown): void {
    this.lines.problem(messageOf(error));
  }

  protected open(listener: (entry: LogEntry) => void): Promise<Following> {
    return this.node.followLog({}, EVERYTHING, listener, this.#progress.reach);
  }

  protected begin(from: EventPosition): void {
    if (this.#progress.begin(from) === 'another run') {
      this.lines.problem('the log goes on as that of another run');
    }
  }

  protected tell(entry: LogEntry): void {
    const { entry: news, missing } = this.#progress.news(entry);
    if (missing > 0) {
      this.lines.problem(`${missing} bytes are missing`);
    }
    if (news?.kind === 'output') {
      this.lines.add(news);
    } else if (news?.kind === 'dropped') {
      this.lines.problem(`${news.count} entries were left out`);
    } else if (news?.kind === 'event' && news.event.type === 'exit') {
      const { name, process } = news.event;
      this.lines.exited({ pid: process.pid, name, lines: this.#linesOf(news.event) });
    } else if (news?.kind === 'event' && news.event.type === 'unload') {
      this.lines.unloaded(news.event.name);
    }
  }
}

/** Follows the events of a node from where it was, and looks at whether one is missing or comes again. */
export class EventFollower extends LastingFollower<EventEntry> {
  readonly problems: string[] = [];
  readonly events: GafferEvent[] = [];
  #at: EventPosition | undefined;

  protected fail(error: unknown): void {
    this.problems.push(messageOf(error));
  }

  protected open(listener: (entry: EventEntry) => void): Promise<Following> {
    return this.node.followEvents(this.#at, listener);
  }

  protected begin(from: EventPosition): void {
    if (this.#at !== undefined && from.run !== this.#at.run) {
      this.problems.push(`the events go on as those of the run ${from.run}, that was ${this.#at.run}`);
    }
    this.#at = { seq: this.#at?.seq ?? from.seq, run: from.run };
  }

  protected tell(entry: EventEntry): void {
    if (entry.kind === 'dropped') {
      this.problems.push(`${entry.count} events were left out`);
    } else if (entry.kind === 'event') {
      const { seq } = entry.event;
      if (seq !== (this.#at?.seq ?? 0) + 1) {
        this.problems.push(`event ${seq} follows on ${this.#at?.seq}`);
      }
      this.#at = { seq, run: this.#at?.run };
      this.events.push(entry.event);
    }
  }
}

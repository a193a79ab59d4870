import type { GafferEvent } from '../../src/job/event.ts';
import type { ProcessExit } from '../../src/job/exit.ts';
import type { Clock } from '../../src/supervisor/clock.ts';
import type { Host, JournalEntry, Legacy, StartListener, StartRequest } from '../../src/supervisor/host.ts';
import type { LastingHost } from '../../src/supervisor/supervisor-options.ts';
import { FakeClock } from './fake-clock.ts';

/** Above every pid that Linux gives to processes. */
const FIRST_PID = 6_000_001;

/** A process on paper that outlives whoever has started it. */
export interface PaperChild {
  readonly id: number;
  readonly osPid: number;
  readonly request: StartRequest;
  state: unknown;
  exit: { readonly exit: ProcessExit; readonly atMs: number } | undefined;
  listener: StartListener | undefined;
}

/** One supervisor's time with the keeper: when it is killed nothing that it does reaches anybody. */
class Life implements Host, Clock {
  readonly journal = { keep: (entries: readonly JournalEntry[]) => this.#do(() => entries.forEach((entry) => this.#keeper.keep(entry))) };
  readonly #keeper: PaperKeeper;
  isOver = false;
  /** After so many messages it is killed. */
  messages = Number.POSITIVE_INFINITY;

  constructor(keeper: PaperKeeper) {
    this.#keeper = keeper;
  }

  #do(deed: () => void): void {
    if (this.messages === 0) {
      this.isOver = true;
    }
    if (!this.isOver) {
      this.messages -= 1;
      deed();
    }
  }

  start(request: StartRequest, listener: StartListener): void {
    this.#do(() => {
      const child = this.#keeper.start(request, listener);
      setImmediate(() => this.isOver || listener.started({ osPid: child.osPid, streams: new Map() }));
    });
  }

  now(): number {
    return this.#keeper.clock.now();
  }

  wallTime(): number {
    return this.#keeper.clock.wallTime();
  }

  after(ms: number, callback: () => void): () => void {
    return this.#keeper.clock.after(ms, () => this.isOver || callback());
  }

  prepare = (): Promise<void> => Promise.resolve();
  makeReadyFor = (): Promise<void> => Promise.resolve();
  isReadyFor = (): boolean => true;
  gone(): void {}
  close(): void {}
}

/** A keeper on paper, for one supervisor after the other. */
export class PaperKeeper {
  readonly clock = new FakeClock();
  readonly children: PaperChild[] = [];
  readonly #notes = new Map<string, string>();
  readonly #events: GafferEvent[] = [];
  #life: Life | undefined;

  /** The events that were kept; what was told is among them. */
  get events(): readonly GafferEvent[] {
    return this.#events;
  }

  get running(): readonly PaperChild[] {
    return this.children.filter(({ exit }) => exit === undefined);
  }

  /** Whether the present supervisor was killed. */
  get isForsaken(): boolean {
    return this.#life?.isOver === true;
  }

  /** Time, as the next supervisor sees it, and what it finds. */
  visit(): LastingHost & { readonly clock: Clock } {
    const isFirst = this.#life === undefined;
    const life = new Life(this);
    this.#life = life;
    return { host: life, clock: life, runId: 'paper', legacy: isFirst ? undefined : this.#legacy() };
  }

  /** Has the supervisor killed when it wants to say something for the time after so many. */
  killAfter(messages: number): void {
    if (this.#life !== undefined) {
      this.#life.messages = messages;
    }
  }

  /** Has it killed now. */
  kill(): void {
    if (this.#life !== undefined) {
      this.#life.isOver = true;
    }
  }

  start(request: StartRequest, listener: StartListener): PaperChild {
    const child: PaperChild = { id: request.id, osPid: FIRST_PID + this.children.length, request, state: undefined, exit: undefined, listener };
    this.children.push({ ...child, request: { ...request, note: copyOf(request.note) } });
    return child;
  }

  exit(child: PaperChild, exit: ProcessExit): void {
    child.exit = { exit, atMs: this.clock.now() };
    if (!this.isForsaken) {
      child.listener?.exited(exit, child.exit.atMs);
    }
  }

  keep(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'event':
        this.#events.push(copyOf(entry.event) as GafferEvent);
        return;
      case 'note':
        if (entry.value === undefined) {
          this.#notes.delete(entry.name);
        } else {
          this.#notes.set(entry.name, JSON.stringify(entry.value));
        }
        return;
      case 'process':
        this.#childOf(entry.id).state = copyOf(entry.state);
        return;
      case 'forget':
        if (this.#childOf(entry.id).exit === undefined) {
          throw new Error(`process ${entry.id} runs, and is to be forgotten`);
        }
    }
  }

  #legacy(): Legacy {
    return {
      runId: 'paper',
      events: this.#events.slice(),
      notes: new Map(Array.from(this.#notes, ([name, text]) => [name, JSON.parse(text) as unknown])),
      processes: this.children.map(({ id, osPid, request, state, exit }) => ({
        ...{ id, state, exit, note: copyOf(request.note) },
        process: { osPid, streams: new Map() },
      })),
      follow: (id, listener) => {
        this.#childOf(id).listener = listener;
      },
      begin: () => undefined,
    };
  }

  #childOf(id: number): PaperChild {
    const child = this.children.find((one) => one.id === id);
    if (child === undefined) {
      throw new Error(`there is no process ${id}`);
    }
    return child;
  }
}

/** As it comes out of the keeper. */
function copyOf(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

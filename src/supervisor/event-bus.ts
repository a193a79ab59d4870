import { randomBytes } from 'node:crypto';
import { GafferError } from '../errors.ts';
import type { EventPosition, GafferEvent, GafferEventBody } from '../job/event.ts';
import type { Following, Unsubscribe } from '../job/node.ts';
import type { Clock } from './clock.ts';
import { Keeping } from './keeping.ts';
import { Listeners } from './listeners.ts';

/** How many events are kept, at least. */
const KEPT = 4096;

/** The note of {@link EventBus.run}. */
const RUN_NOTE = 'event run';

/** What a predecessor has told. */
export interface EarlierEvents {
  readonly events: readonly GafferEvent[];
  readonly notes: ReadonlyMap<string, unknown>;
}

/** Hands every event to every listener, in order, and keeps the last ones. What is told is kept before, for whoever comes after this run. */
export class EventBus {
  readonly #clock: Clock;
  readonly #keeping: Keeping;
  readonly #listeners = new Listeners<[GafferEvent]>('events');
  readonly #queue: GafferEvent[] = [];
  readonly #recent: GafferEvent[] = [];
  #delivering = false;
  #seq = 0;
  #run = randomBytes(4).toString('hex');

  constructor(clock: Clock, keeping = new Keeping()) {
    this.#clock = clock;
    this.#keeping = keeping;
    keeping.onKept(() => this.#deliver());
  }

  /** Names this run: numbers of events mean something within one only. */
  get run(): string {
    return this.#run;
  }

  /** Begins, behind what a predecessor has told if there is one: then this is the same run. Nothing may have been told yet. */
  begin(earlier: EarlierEvents | undefined): void {
    const run = earlier?.notes.get(RUN_NOTE);
    if (earlier !== undefined && typeof run === 'string') {
      this.#run = run;
      this.#recent.push(...earlier.events);
      this.#seq = earlier.events.at(-1)?.seq ?? 0;
    } else {
      this.#keeping.note(RUN_NOTE, this.#run);
    }
  }

  /** Behind the last event. */
  get position(): EventPosition {
    return { seq: this.#seq, run: this.run };
  }

  /** The last events that were told, oldest first. */
  get recent(): readonly GafferEvent[] {
    return this.#recent;
  }

  /** Calls back with every event from now on. */
  listen(listener: (event: GafferEvent) => void): Unsubscribe {
    return this.#listenBehind(this.#seq, listener); // and not with those that were published before and are not told yet
  }

  /** Calls back with every event behind a position and all that follow. @throws GafferError `events_gone` */
  follow(since: EventPosition | undefined, listener: (event: GafferEvent) => void): Following {
    if (since === undefined) {
      return { from: this.position, end: this.listen(listener) };
    }
    this.#expectKept(since);
    let told = since.seq;
    for (let event = this.#next(told); event !== undefined; event = this.#next(told)) {
      told = event.seq;
      listener(event);
    }
    return { from: { seq: since.seq, run: this.run }, end: this.#listenBehind(told, listener) };
  }

  /** Tells an event. One that a listener causes comes after the one that it listens to. */
  publish(body: GafferEventBody): void {
    this.#seq += 1;
    const event = { ...body, seq: this.#seq, timeMs: this.#clock.wallTime() };
    this.#queue.push(event);
    this.#keeping.event(event);
  }

  #deliver(): void {
    if (this.#delivering) {
      return;
    }
    this.#delivering = true;
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      this.#recent.push(event);
      if (this.#recent.length > 2 * KEPT) {
        this.#recent.splice(0, KEPT);
      }
      this.#listeners.tell(event);
    }
    this.#delivering = false;
  }

  #listenBehind(seq: number, listener: (event: GafferEvent) => void): Unsubscribe {
    return this.#listeners.add((event) => {
      if (event.seq > seq) {
        listener(event);
      }
    });
  }

  /** The one behind a number, if it was told. */
  #next(seq: number): GafferEvent | undefined {
    return this.#recent[seq + 1 - (this.#recent[0]?.seq ?? 0)];
  }

  #expectKept({ seq, run }: EventPosition): void {
    const gone = (why: string): GafferError =>
      new GafferError('events_gone', `${why}: ask how things are now, and follow what comes after that (without "since")`);
    if (run !== undefined && run !== this.run) {
      throw gone(`event ${seq} was one of another run of this node`);
    }
    if (seq > this.#seq) {
      throw gone(`there is no event ${seq} yet, the last one is ${this.#seq}; the node was started anew`);
    }
    const oldest = this.#recent[0]?.seq ?? 1;
    if (seq + 1 < oldest) {
      throw gone(`what followed event ${seq} is not kept any more, the oldest one is ${oldest}`);
    }
  }
}

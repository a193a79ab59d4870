import type { GafferEvent, GafferEventBody } from '../job/event.ts';
import type { Unsubscribe } from '../job/node.ts';
import type { Clock } from './clock.ts';
import { Listeners } from './listeners.ts';

/** How many events are kept. */
const KEPT = 1024;

/** Hands every event to every listener, in order. */
export class EventBus {
  readonly #clock: Clock;
  readonly #listeners = new Listeners<[GafferEvent]>('events');
  readonly #queue: GafferEvent[] = [];
  readonly #recent: GafferEvent[] = [];
  #delivering = false;
  #seq = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The last events that were told, oldest first. */
  get recent(): readonly GafferEvent[] {
    return this.#recent;
  }

  /** Calls back with every event from now on. */
  listen(listener: (event: GafferEvent) => void): Unsubscribe {
    const since = this.#seq;
    return this.#listeners.add((event) => {
      if (event.seq > since) {
        listener(event); // and not with those that were published before and are not told yet
      }
    });
  }

  /** Tells an event. One that a listener causes comes after the one that it listens to. */
  publish(body: GafferEventBody): void {
    this.#seq += 1;
    this.#queue.push({ ...body, seq: this.#seq, timeMs: this.#clock.wallTime() });
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
}

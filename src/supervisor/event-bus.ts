import { messageOf } from '../errors.ts';
import type { GafferEvent, GafferEventBody } from '../job/event.ts';
import type { Unsubscribe } from '../job/node.ts';
import type { Clock } from './clock.ts';

interface Listener {
  readonly call: (event: GafferEvent) => void;
  /** Number of the last event that was published before it came. */
  readonly since: number;
}

/** Hands every event to every listener, in order; one that throws is named in a warning and kept. */
export class EventBus {
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  readonly #queue: GafferEvent[] = [];
  #delivering = false;
  #seq = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back with every event from now on. */
  listen(listener: (event: GafferEvent) => void): Unsubscribe {
    const own: Listener = { call: listener, since: this.#seq };
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
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
      this.#deliver(event);
    }
    this.#delivering = false;
  }

  #deliver(event: GafferEvent): void {
    for (const listener of this.#listeners) {
      if (event.seq <= listener.since) {
        continue;
      }
      try {
        listener.call(event);
      } catch (error) {
        process.emitWarning(`a listener failed at event "${event.type}": ${messageOf(error)}`, 'GafferWarning');
      }
    }
  }
}

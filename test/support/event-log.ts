import type { GafferEvent } from '../../src/job/event.ts';
import type { GafferNode } from '../../src/job/node.ts';

/** An event of one type. */
export type EventOf<T extends GafferEvent['type']> = GafferEvent & { readonly type: T };

/** What a node has told so far, and a way to wait for more of it. */
export class EventLog {
  readonly #events: GafferEvent[] = [];
  readonly #waiting = new Set<() => void>();
  /** How many events of a type {@link next} has answered. */
  readonly #taken = new Map<string, number>();

  constructor(node: GafferNode) {
    node.onEvent((event) => {
      this.#events.push(event);
      for (const look of [...this.#waiting]) {
        look();
      }
    });
  }

  /** Everything so far. */
  get all(): readonly GafferEvent[] {
    return this.#events;
  }

  /** The types of all events so far. */
  get types(): readonly string[] {
    return this.#events.map((event) => event.type);
  }

  /** The events of a type so far. */
  of<T extends GafferEvent['type']>(type: T): EventOf<T>[] {
    return this.#events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** The first event of a type that was not answered before, as soon as there is one. */
  async next<T extends GafferEvent['type']>(type: T): Promise<EventOf<T>> {
    const index = this.#taken.get(type) ?? 0;
    this.#taken.set(type, index + 1);
    return await this.#until(() => this.of(type)[index]);
  }

  /** The first event that fits, as soon as there is one. */
  async first<T extends GafferEvent['type']>(type: T, fits: (event: EventOf<T>) => boolean): Promise<EventOf<T>> {
    return await this.#until(() => this.of(type).find(fits));
  }

  /** That many events of a type, as soon as there are so many. */
  async count<T extends GafferEvent['type']>(type: T, count: number): Promise<readonly EventOf<T>[]> {
    return await this.#until(() => (this.of(type).length >= count ? this.of(type) : undefined));
  }

  #until<R>(look: () => R | undefined): Promise<R> {
    return new Promise((resolve) => {
      const lookAgain = (): void => {
        const found = look();
        if (found !== undefined) {
          this.#waiting.delete(lookAgain);
          resolve(found);
        }
      };
      this.#waiting.add(lookAgain);
      lookAgain();
    });
  }
}

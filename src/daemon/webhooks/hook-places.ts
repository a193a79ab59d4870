import type { GafferEvent } from '../../job/event.ts';
import type { Hook } from './hook.ts';

/** What a predecessor of this gafferd has left, as far as webhooks need it. */
export interface HookLegacy {
  /** The last events, oldest first. */
  readonly events: readonly GafferEvent[];
  readonly notes: ReadonlyMap<string, unknown>;
}

/** Has a successor of this gafferd know something, by a name; undefined: nothing any more. */
type Say = (name: string, value: unknown) => void;

/** The beginning of a webhook's note: the number of the last event that it needs no more. */
const NOTE = 'webhook ';

/** How far each webhook is, so that a successor of this gafferd goes on there. */
export class HookPlaces {
  readonly #say: Say;
  readonly #found: Map<string, number>;
  readonly #firstSeq: number;
  readonly #places = new Map<Hook, number>();
  #lastSeq: number;

  constructor(say: Say, { events, notes }: HookLegacy = { events: [], notes: new Map() }) {
    this.#say = say;
    this.#found = new Map([...notes].filter((note): note is [string, number] => note[0].startsWith(NOTE)));
    this.#firstSeq = events[0]?.seq ?? 1;
    this.#lastSeq = events.at(-1)?.seq ?? 0;
  }

  /** Begins with a webhook: where a predecessor was with it, or behind the last event. */
  begin(hook: Hook): void {
    const found = this.#found.get(nameOf(hook));
    this.#found.delete(nameOf(hook));
    if (found === undefined) {
      this.reached(hook, this.#lastSeq);
    } else {
      this.#places.set(hook, found);
    }
  }

  /** A webhook needs an event no more, nor those before it. */
  reached(hook: Hook, seq: number): void {
    this.#places.set(hook, seq);
    this.#say(nameOf(hook), seq);
  }

  /** A webhook is gone. */
  end(hook: Hook): void {
    this.#places.delete(hook);
    this.#say(nameOf(hook), undefined);
  }

  /** A successor is to begin anew. */
  endAll(): void {
    [...this.#places.keys()].forEach((hook) => this.end(hook));
  }

  /** What a predecessor had, and nobody has begun with, is gone. */
  endOthers(): void {
    for (const name of this.#found.keys()) {
      this.#say(name, undefined);
    }
    this.#found.clear();
  }

  /** Every webhook is told of this event next. */
  pass(seq: number): void {
    this.#lastSeq = seq;
  }

  /** Whether a webhook was not told of an event yet. */
  isBefore(hook: Hook, seq: number): boolean {
    return (this.#places.get(hook) ?? this.#lastSeq) < seq;
  }

  /** Those that were further behind than events are kept. */
  get late(): readonly Hook[] {
    return Array.from(this.#places)
      .filter(([, seq]) => seq + 1 < this.#firstSeq)
      .map(([hook]) => hook);
  }
}

/** One of the configuration and one that came over the API may have the same event and address. */
function nameOf({ place, event, url }: Hook): string {
  return `${NOTE}${place === undefined ? 'api' : 'ini'} ${event} ${url}`;
}

/** How many events are kept, at least. */
const KEPT_EVENTS = 4096;

/** What a gafferd has noted for its successor. The keeper does not read it. */
export class Book {
  readonly #events: string[] = [];
  readonly #notes = new Map<string, string>();

  /** Keeps an event; the oldest ones are forgotten. */
  addEvent(text: string): void {
    this.#events.push(text);
    if (this.#events.length > 2 * KEPT_EVENTS) {
      this.#events.splice(0, KEPT_EVENTS);
    }
  }

  /** Keeps a note by its name; undefined forgets it. */
  note(name: string, text: string | undefined): void {
    if (text === undefined) {
      this.#notes.delete(name);
    } else {
      this.#notes.set(name, text);
    }
  }

  /** Nothing was ever noted. */
  get isEmpty(): boolean {
    return this.#events.length === 0 && this.#notes.size === 0;
  }

  /** The events, oldest first, as a JSON array. */
  get eventsText(): string {
    return `[${this.#events.join(',')}]`;
  }

  /** Names and notes, as a JSON array of pairs. */
  get notesText(): string {
    return `[${Array.from(this.#notes, ([name, text]) => `[${JSON.stringify(name)},${text}]`).join(',')}]`;
  }
}

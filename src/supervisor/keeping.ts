import type { GafferEvent } from '../job/event.ts';
import type { Journal, JournalEntry } from './host.ts';

/**
 * Has kept what a successor of this supervisor has to know, before anybody is told of it. What happens in one go is kept in one
 * piece: a supervisor that is killed has done all of it, or nothing.
 */
export class Keeping {
  #journal: Journal | undefined;
  #entries: JournalEntry[] = [];
  /** Notes that are made of how things are in the end. */
  readonly #lateNotes = new Map<string, () => unknown>();
  #deeds: (() => void)[] = [];
  #tell: () => void = () => undefined;
  #depth = 0;

  /** Keeps it there from now on; undefined where nobody comes after this supervisor. */
  begin(journal: Journal | undefined): void {
    this.#journal = journal;
  }

  /** Calls back when something was kept, so that it can be told. */
  onKept(listener: () => void): void {
    this.#tell = listener;
  }

  /** Makes a change: all that it has to have kept is kept together. */
  together<T>(change: () => T): T {
    this.#depth += 1;
    try {
      return change();
    } finally {
      this.#depth -= 1;
      this.#keep();
    }
  }

  /** Does something when what is changed at present is kept: at once, if nothing is. */
  afterwards(deed: () => void): void {
    this.#deeds.push(deed);
    this.#keep();
  }

  event(event: GafferEvent): void {
    this.#add({ kind: 'event', event });
  }

  /** A note by its name; an earlier one of that name is forgotten, without a value there is none. */
  note(name: string, value: unknown): void {
    this.#add({ kind: 'note', name, value });
  }

  /** The same; the value is asked for when all is kept. */
  lateNote(name: string, value: () => unknown): void {
    if (this.#journal !== undefined) {
      this.#lateNotes.set(name, value);
      this.#keep();
    }
  }

  /** How it stands with a process that was started. */
  process(id: number, state: unknown): void {
    this.#add({ kind: 'process', id, state });
  }

  /** Nobody asks for a process that has ended any more. */
  forget(id: number): void {
    this.#add({ kind: 'forget', id });
  }

  #add(entry: JournalEntry): void {
    if (this.#journal !== undefined) {
      this.#entries.push(entry);
    }
    this.#keep();
  }

  #keep(): void {
    if (this.#depth > 0) {
      return;
    }
    if (this.#journal !== undefined && (this.#entries.length > 0 || this.#lateNotes.size > 0)) {
      const notes = Array.from(this.#lateNotes, ([name, value]): JournalEntry => ({ kind: 'note', name, value: value() }));
      const entries = this.#entries;
      this.#entries = [];
      this.#lateNotes.clear();
      this.#journal.keep([...entries, ...notes]);
    }
    for (const deed of this.#deeds.splice(0)) {
      deed();
    }
    this.#tell();
  }
}

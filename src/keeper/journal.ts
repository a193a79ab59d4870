import type { Journal, JournalEntry } from '../supervisor/host.ts';
import { eventText } from './event-text.ts';
import type { Operation } from './protocol.ts';

/** A journal that a keeper keeps. */
export class KeeperJournal implements Journal {
  readonly #send: (operations: readonly Operation[]) => void;

  /** @param send returns when they are with the keeper */
  constructor(send: (operations: readonly Operation[]) => void) {
    this.#send = send;
  }

  keep(entries: readonly JournalEntry[]): void {
    if (entries.length > 0) {
      this.#send(entries.map(operationOf));
    }
  }
}

function operationOf(entry: JournalEntry): Operation {
  switch (entry.kind) {
    case 'event':
      return { op: 'event', bytes: Buffer.from(eventText(entry.event)) };
    case 'note':
      return { op: 'note', name: entry.name, ...(entry.value !== undefined && { bytes: jsonOf(entry.value) }) };
    case 'process':
      return { op: 'process', id: entry.id, bytes: jsonOf(entry.state ?? null) };
    case 'forget':
      return { op: 'forget', id: entry.id };
  }
}

function jsonOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

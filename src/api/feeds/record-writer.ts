import type { Writable } from 'node:stream';
import { LINES, type RecordForm, type RecordMark } from './record-form.ts';

/** Bytes that wait for a reader before records are left out, if nobody says otherwise. */
const LIMIT = 1024 * 1024;

/** The event of an output that a record was left out, for whoever counts that. */
export const DROPPED = 'gaffer:dropped';

/** Writes records. Whoever reads too slowly is told how many were left out for him: nobody else waits. */
export class RecordWriter {
  readonly #out: Writable;
  readonly #form: RecordForm;
  readonly #usualLimit: number;
  #limit: number;
  #dropped = 0;

  /** @param limit bytes that may wait; default 1 MiB */
  constructor(out: Writable, form: RecordForm = LINES, limit = LIMIT) {
    this.#out = out;
    this.#form = form;
    this.#usualLimit = limit;
    this.#limit = limit;
    out.on('drain', () => this.#sayDropped());
  }

  /** Makes a call, during which nothing is left out: what is there already cannot grow. */
  entirely<T>(call: () => T): T {
    this.#limit = Number.POSITIVE_INFINITY;
    const result = call();
    this.#limit = this.#usualLimit + this.#out.writableLength;
    return result;
  }

  /** Calls back when all that was written up to now has left this process. */
  whenSent(callback: () => void): void {
    if (this.#out.writableLength === 0) {
      callback();
    } else {
      this.#out.write('', (error) => (error ? undefined : callback())); // behind all that
    }
  }

  /** Says where the feed begins. */
  open(id: string | undefined): void {
    this.#send(this.#form.opening(id));
  }

  write(record: unknown, mark: RecordMark = {}): void {
    if (this.#isOver) {
      return;
    }
    if (this.#out.writableLength > this.#limit) {
      this.#dropped += 1;
      this.#out.emit(DROPPED);
      return;
    }
    this.#sayDropped();
    this.#send(this.#form.record(record, mark));
  }

  /** Shows that the connection is there, unless something is under way anyway. */
  beat(id: string | undefined): void {
    if (!this.#isOver && this.#out.writableLength === 0) {
      this.#send(this.#form.heartbeat(id));
    }
  }

  /** Nothing more will be written. */
  end(): void {
    this.#sayDropped();
  }

  get #isOver(): boolean {
    return this.#out.writableEnded || this.#out.destroyed;
  }

  #sayDropped(): void {
    if (this.#dropped > 0 && !this.#isOver) {
      const dropped = this.#dropped;
      this.#dropped = 0;
      this.#send(this.#form.dropped(dropped));
    }
  }

  #send(text: string): void {
    if (text !== '') {
      this.#out.write(text);
    }
  }
}

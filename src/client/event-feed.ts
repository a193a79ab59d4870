import type { Readable } from 'node:stream';
import type { GafferEvent } from '../job/event.ts';
import type { Unsubscribe } from '../job/node.ts';
import { type EventRecord, eventOfRecord } from '../protocol/event-record.ts';
import type { HttpClient } from './http.ts';
import { readRecords } from './record-reader.ts';

interface Connection {
  readonly opened: Promise<void>;
  readonly abort: AbortController;
}

/** The events of a node, over one connection that is there while somebody listens. */
export class EventFeed {
  readonly #http: HttpClient;
  readonly #listeners = new Set<{ readonly call: (event: GafferEvent) => void }>();
  #connection: Connection | undefined;
  /** The last event that was told, or that there was before the connection. */
  #seq = 0;
  #waiting: { readonly seq: number; readonly resolve: () => void }[] = [];

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** Calls back with every event from now on. */
  add(listener: (event: GafferEvent) => void): Unsubscribe {
    const own = { call: listener };
    this.#listeners.add(own);
    this.#connection ??= this.#connect();
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) {
        this.close();
      }
    };
  }

  /** Resolves when events are heard, at once if nobody listens. What is asked afterwards is told. */
  async opened(): Promise<void> {
    await this.#connection?.opened;
  }

  /** Resolves when everything up to an event was told, at once if nobody listens. */
  async reached(seq: number): Promise<void> {
    if (this.#connection !== undefined && this.#seq < seq) {
      await new Promise<void>((resolve) => this.#waiting.push({ seq, resolve }));
    }
  }

  close(): void {
    this.#connection?.abort.abort();
    this.#lost();
  }

  #connect(): Connection {
    const abort = new AbortController();
    const opened = this.#http.open('GET', '/events', { signal: abort.signal }).then(
      (response) => {
        this.#seq = Number(response.headers.get('x-gaffer-seq') ?? 0);
        void readRecords(response.body as Readable, (record) => this.#tell(record as EventRecord | { readonly dropped: number })).then(() => {
          if (this.#connection?.abort === abort) {
            this.#lost();
          }
        });
      },
      () => this.#lost(), // whoever asks something next is told why
    );
    return { opened, abort };
  }

  #tell(record: EventRecord | { readonly dropped: number }): void {
    if ('dropped' in record) {
      this.#release(Number.POSITIVE_INFINITY);
      return;
    }
    this.#seq = record.seq;
    const event = eventOfRecord(record);
    for (const listener of event === undefined ? [] : [...this.#listeners]) {
      listener.call(event as GafferEvent);
    }
    this.#release(record.seq);
  }

  #lost(): void {
    this.#connection = undefined;
    this.#release(Number.POSITIVE_INFINITY);
  }

  #release(seq: number): void {
    const over = this.#waiting.filter((one) => one.seq <= seq);
    this.#waiting = this.#waiting.filter((one) => one.seq > seq);
    for (const { resolve } of over) {
      resolve();
    }
  }
}

import type { GafferEvent } from '../../job/event.ts';
import type { LogEntry, OutputEntry } from '../../job/log.ts';
import type { OutputStart, ProcessStream, Unsubscribe } from '../../job/node.ts';
import type { DisplaySource } from '../../output/display.ts';

/** Turns the entries of a log into what a display shows: events, and outputs of processes. */
export class LogSource implements DisplaySource {
  readonly #eventListeners: ((event: GafferEvent) => void)[] = [];
  readonly #outputListeners: ((start: OutputStart) => void)[] = [];
  readonly #streams = new Map<string, LogStream>();
  readonly #holds = new Set<symbol>();
  readonly #clock: { nowMs: number };
  #released: (() => void)[] = [];

  /** @param clock is set to when the entry that is shown came to be */
  constructor(clock: { nowMs: number }) {
    this.#clock = clock;
  }

  onEvent(listener: (event: GafferEvent) => void): Unsubscribe {
    this.#eventListeners.push(listener);
    return () => undefined;
  }

  onOutput(listener: (start: OutputStart) => void): Unsubscribe {
    this.#outputListeners.push(listener);
    return () => undefined;
  }

  /** Tells an entry; a promise is to be waited for before the next one. */
  tell(entry: LogEntry): void | Promise<void> {
    if (entry.kind === 'output') {
      this.#clock.nowMs = entry.timeMs;
      this.#streamOf(entry).tell(entry.data);
    } else if (entry.kind === 'event') {
      const { event } = entry;
      this.#clock.nowMs = event.timeMs;
      for (const listener of this.#eventListeners) {
        listener(event);
      }
      if (event.type === 'exit') {
        this.#end(event.process.pid);
      }
    }
    return this.#holds.size === 0 ? undefined : new Promise((resolve) => this.#released.push(resolve));
  }

  /** What is told from now on is of other processes, whatever their numbers: what those before have left unfinished is shown. */
  beginAnew(): void {
    for (const stream of this.#streams.values()) {
      stream.close();
    }
    this.#streams.clear();
  }

  #streamOf({ name, pid, slot, label }: OutputEntry): LogStream {
    const key = `${pid} ${label}`;
    const known = this.#streams.get(key);
    if (known !== undefined) {
      return known;
    }
    const stream = new LogStream(() => this.#hold());
    this.#streams.set(key, stream);
    for (const listener of this.#outputListeners) {
      listener({ jobName: name, pid, slot, label, stream });
    }
    return stream;
  }

  #end(pid: number): void {
    for (const [key, stream] of this.#streams) {
      if (key.startsWith(`${pid} `)) {
        this.#streams.delete(key);
        stream.close();
      }
    }
  }

  #hold(): Unsubscribe {
    const hold = Symbol();
    this.#holds.add(hold);
    return () => {
      this.#holds.delete(hold);
      if (this.#holds.size === 0) {
        const released = this.#released;
        this.#released = [];
        for (const resolve of released) {
          resolve();
        }
      }
    };
  }
}

/** One output of one process, as a log tells it. */
class LogStream implements ProcessStream {
  readonly #dataListeners: ((chunk: Uint8Array) => void)[] = [];
  readonly #endListeners: (() => void)[] = [];
  readonly hold: () => Unsubscribe;
  offset = 0;

  constructor(hold: () => Unsubscribe) {
    this.hold = hold;
  }

  onData(listener: (chunk: Uint8Array) => void): Unsubscribe {
    this.#dataListeners.push(listener);
    return () => undefined;
  }

  onEnd(listener: () => void): Unsubscribe {
    this.#endListeners.push(listener);
    return () => undefined;
  }

  tell(data: Uint8Array): void {
    this.offset += data.length;
    for (const listener of this.#dataListeners) {
      listener(data);
    }
  }

  close(): void {
    for (const listener of this.#endListeners) {
      listener();
    }
  }

  async write(): Promise<void> {}

  end(): void {}
}

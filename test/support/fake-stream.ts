import type { ProcessStream, Unsubscribe } from '../../src/job/node.ts';

/** A stream of a process on paper. */
export class FakeStream implements ProcessStream {
  offset = 0;
  readonly #listeners = new Set<(chunk: Uint8Array) => void>();
  readonly #endListeners = new Set<() => void>();
  readonly #holds = new Set<object>();

  /** The process waits. */
  get isHeld(): boolean {
    return this.#holds.size > 0;
  }

  /** Who listens, for data or the end. */
  get listeners(): number {
    return this.#listeners.size + this.#endListeners.size;
  }

  /** The process writes so many bytes; nobody may keep them. */
  emit(length: number): void {
    const chunk = Buffer.alloc(length, 1);
    this.offset += length;
    for (const listener of [...this.#listeners]) {
      listener(chunk);
    }
    chunk.fill(0);
  }

  /** Nothing more comes. */
  finish(): void {
    for (const listener of [...this.#endListeners]) {
      listener();
    }
  }

  onData(listener: (chunk: Uint8Array) => void): Unsubscribe {
    return added(this.#listeners, listener);
  }

  onEnd(listener: () => void): Unsubscribe {
    return added(this.#endListeners, listener);
  }

  hold(): Unsubscribe {
    return added(this.#holds, {});
  }

  write(): Promise<void> {
    return Promise.reject(new Error('nobody writes to it'));
  }

  end(): void {
    throw new Error('nobody ends it');
  }
}

function added<T>(set: Set<T>, value: T): Unsubscribe {
  set.add(value);
  return () => set.delete(value);
}

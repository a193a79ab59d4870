import type { Clock } from '../../src/supervisor/clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#nowMs;
  }

  wallTime(): number {
    return Date.UTC(2026, 0, 2) + this.#nowMs;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + ms, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Timers that wait for their time. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass; what becomes due is called in its order, and everything that it causes at once has happened before the next. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (let timer = this.#firstDue(endMs); timer !== undefined; timer = this.#firstDue(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      this.#timers.delete(timer);
      timer.callback();
      await settle();
    }
    this.#nowMs = endMs;
    await settle();
  }

  #firstDue(untilMs: number): Timer | undefined {
    return [...this.#timers].filter((timer) => timer.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}

/** Resolves when everything has happened that needs neither time nor another process. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

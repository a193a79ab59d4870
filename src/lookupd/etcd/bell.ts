/** Wakes who waits for something to change. */
export class Bell {
  #waiting = new Set<() => void>();

  /** Something has changed. */
  ring(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) {
      wake();
    }
  }

  /** Resolves with the next ring, after that time, or when the signal says so; whoever is woken looks what is true. */
  async wait(signal: AbortSignal | undefined, ms?: number): Promise<void> {
    if (signal?.aborted === true) {
      return;
    }
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(wake, ms);
      signal?.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }
}

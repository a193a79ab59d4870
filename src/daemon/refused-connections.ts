const SECOND_MS = 1000;

/** Tells of connections that were refused before they could ask anything: one line a second, however many come. */
export class RefusedConnections {
  readonly #say: (message: string) => void;
  readonly #now: () => number;
  #saidAtMs = Number.NEGATIVE_INFINITY;
  #unsaid = 0;

  /** @param now milliseconds; by default they run on whatever the clock says */
  constructor(say: (message: string) => void, now: () => number = () => performance.now()) {
    this.#say = say;
    this.#now = now;
  }

  note(reason: string, address = 'somebody'): void {
    const now = this.#now();
    if (now - this.#saidAtMs < SECOND_MS) {
      this.#unsaid += 1;
      return;
    }
    const more = this.#unsaid === 0 ? '' : `, and ${this.#unsaid} more before`;
    this.#say(`refused the connection of ${address}: ${reason}${more}`);
    this.#saidAtMs = now;
    this.#unsaid = 0;
  }
}

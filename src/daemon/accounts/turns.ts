/** Somebody who waits. */
interface Waiting {
  readonly from: string;
  readonly go: () => void;
}

/** How much work goes on, and how much waits. */
export interface TurnLimits {
  readonly atOnce: number;
  readonly waiting: number;
  /** Of those that come from the same place. */
  readonly waitingFrom: number;
}

/** Has work done a little at a time, in the order in which it came. */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #waiting: Waiting[] = [];
  #atOnce = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Whether somebody from a place would have to wait, and may not. */
  isFullFor(from: string): boolean {
    const { atOnce, waiting, waitingFrom } = this.#limits;
    return this.#atOnce >= atOnce && (this.#waiting.length >= waiting || this.#waiting.filter((one) => one.from === from).length >= waitingFrom);
  }

  /** Does a piece of work when it is its turn. */
  async run<T>(from: string, work: () => Promise<T>): Promise<T> {
    if (this.#atOnce < this.#limits.atOnce) {
      this.#atOnce += 1;
    } else {
      await new Promise<void>((go) => this.#waiting.push({ from, go }));
    }
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** A place that becomes free goes to whoever waits, so that nobody who comes in this moment takes it. */
  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#atOnce -= 1;
    } else {
      next.go();
    }
  }
}

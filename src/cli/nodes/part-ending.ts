import type { End } from '../ending.ts';

/** The end of one of several things that a command goes on with: its own, or that of the whole command. */
export class PartEnding implements End {
  readonly reached: Promise<number>;
  readonly signal: AbortSignal;
  readonly #own = new AbortController();
  readonly #whole: End;
  #code = 0;

  constructor(whole: End) {
    this.#whole = whole;
    this.signal = AbortSignal.any([whole.signal, this.#own.signal]);
    const own = new Promise<number>((resolve) => this.#own.signal.addEventListener('abort', () => resolve(this.#code), { once: true }));
    this.reached = Promise.race([whole.reached, own]);
  }

  /** This part ends; the others go on. */
  reach(code: number): void {
    this.#code ||= code;
    this.#own.abort();
  }

  flushed(work: Promise<void>): Promise<void> {
    return this.#whole.flushed(work);
  }
}

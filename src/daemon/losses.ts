/** The keeper of processes has gone, and why. */
export interface Loss {
  readonly lost: string;
}

/** Tells of the loss of a keeper, also of one that comes before anybody asks. */
export class Losses {
  #next: Promise<Loss> = Promise.resolve({ lost: '' });
  #tell: (loss: Loss) => void = () => undefined;

  constructor() {
    this.forget();
  }

  /** Resolves with the first one that is not forgotten. */
  get next(): Promise<Loss> {
    return this.#next;
  }

  tell(reason: string): void {
    this.#tell({ lost: reason });
  }

  /** There is another keeper now. */
  forget(): void {
    this.#next = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }
}

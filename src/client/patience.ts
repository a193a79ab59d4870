/** For how long somebody may say nothing. It ends by itself once, or is ended; what was heard makes it begin anew. */
export class Patience {
  readonly #timer: NodeJS.Timeout;
  #last: NodeJS.Immediate | undefined;
  #isOver = false;

  /** @param onOver called once where nothing is heard for `ms` milliseconds */
  constructor(ms: number, onOver: () => void) {
    this.#timer = setTimeout(() => {
      // this process may have been stopped or busy: what has come meanwhile is read first
      this.#last = setImmediate(() => {
        this.#isOver = true;
        onOver();
      });
    }, ms);
  }

  /** Nothing was heard for as long as that. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Something was heard. */
  heard(): void {
    clearImmediate(this.#last);
    this.#timer.refresh();
  }

  /** Nobody listens any more. */
  end(): void {
    clearImmediate(this.#last);
    clearTimeout(this.#timer);
  }
}

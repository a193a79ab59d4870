/** What a program has written so far, and a way to wait for more of it. */
export class OutputLog {
  readonly #chunks: Buffer[] = [];
  readonly #waiting = new Set<() => void>();
  #ended = false;

  /** Everything so far. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Everything so far, as text. */
  get text(): string {
    return this.bytes.toString();
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#wake();
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Resolves with the match as soon as the text has one; rejects when it ends without, or nothing comes for too long. */
  async until(wanted: string | RegExp, withinMs = 15_000): Promise<RegExpMatchArray> {
    const pattern = typeof wanted === 'string' ? new RegExp(wanted.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)) : wanted;
    const deadline = performance.now() + withinMs;
    for (;;) {
      const match = pattern.exec(this.text);
      if (match !== null) {
        return match;
      }
      const left = deadline - performance.now();
      if (this.#ended || left <= 0) {
        throw new Error(`expected ${String(wanted)} ${this.#ended ? 'before the end' : 'in time'} of the output:\n${this.text}`);
      }
      await this.#more(left);
    }
  }

  #more(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, withinMs);
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) {
      wake();
    }
  }
}

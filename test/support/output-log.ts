/** How long to wait for more. */
const PATIENCE_MS = 20_000;

/** What a program has written so far, and a way to wait for more of it. */
export class OutputLog {
  readonly #chunks: Buffer[] = [];
  readonly #waiting = new Set<() => void>();
  #ended = false;

  /** Everything so far. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** The pieces in which it came. */
  get chunks(): readonly Buffer[] {
    return this.#chunks;
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

  /**
   * Resolves as soon as the text has that many matches; rejects when it ends without, or nothing more comes for too long.
   */
  async until(wanted: string | RegExp, times = 1): Promise<void> {
    const source = typeof wanted === 'string' ? wanted.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`) : wanted.source;
    const pattern = new RegExp(source, 'gm');
    while ((this.text.match(pattern)?.length ?? 0) < times) {
      if (this.#ended || !(await this.#more())) {
        throw new Error(`expected ${times} × ${source} ${this.#ended ? 'before the end' : 'in time'} of the output:\n${this.text}`);
      }
    }
  }

  /** Resolves with whether something came. */
  #more(): Promise<boolean> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(wake);
        resolve(false);
      }, PATIENCE_MS);
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) {
      wake();
    }
  }
}

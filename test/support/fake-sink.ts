import type { Sink } from '../../src/output/sink.ts';

/** A sink that keeps what it is given, and writes when the test says so. */
export class FakeSink implements Sink {
  readonly #written: Buffer[] = [];
  readonly #waiting: (() => void)[] = [];
  #error: Error | undefined;
  #isOpen = true;

  /** Everything that was written. */
  get bytes(): Buffer {
    return Buffer.concat(this.#written);
  }

  get text(): string {
    return this.bytes.toString('latin1');
  }

  write(pieces: readonly Uint8Array[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        if (this.#error !== undefined) {
          reject(this.#error);
          return;
        }
        this.#written.push(...pieces.map((piece) => Buffer.from(piece)));
        resolve();
      };
      if (this.#isOpen) {
        setImmediate(finish);
      } else {
        this.#waiting.push(finish);
      }
    });
  }

  /** Writes nothing more for now. */
  close(): void {
    this.#isOpen = false;
  }

  /** Writes what waits, and what comes. */
  open(): void {
    this.#isOpen = true;
    for (const finish of this.#waiting.splice(0)) {
      finish();
    }
  }

  /** Nobody reads any more. */
  break(error: Error): void {
    this.#error = error;
    this.open();
  }
}

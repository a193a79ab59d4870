import type { Sink } from '../../output/sink.ts';

/** Bytes that may wait to be written before whoever brings more has to wait. */
const HIGH = 256 * 1024;
const LOW = 64 * 1024;

/** Writes bytes as they are, one write at a time, and tells when there is no room for more. */
export class RawOutput {
  readonly #sink: Sink;
  readonly #onBroken: (error: Error) => void;
  readonly #onRoom: (() => void)[] = [];
  readonly #onDrained: (() => void)[] = [];
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #isWriting = false;
  #isBroken = false;

  /** @param onBroken is told once when nothing can be written any more; what comes then goes nowhere */
  constructor(sink: Sink, onBroken: (error: Error) => void) {
    this.#sink = sink;
    this.#onBroken = onBroken;
  }

  /** Whether more should wait. */
  get isFull(): boolean {
    return this.#bytes > HIGH;
  }

  /** Writes bytes, which must stay as they are. */
  push(bytes: Uint8Array): void {
    if (!this.#isBroken) {
      this.#pieces.push(bytes);
      this.#bytes += bytes.length;
      void this.#write();
    }
  }

  /** Calls back once when there is room again. */
  onRoom(listener: () => void): void {
    this.#onRoom.push(listener);
  }

  /** Resolves when everything is written. */
  async drained(): Promise<void> {
    if (this.#bytes > 0) {
      await new Promise<void>((resolve) => this.#onDrained.push(resolve));
    }
  }

  async #write(): Promise<void> {
    if (this.#isWriting) {
      return;
    }
    this.#isWriting = true;
    while (this.#pieces.length > 0) {
      const pieces = this.#pieces;
      this.#pieces = [];
      try {
        await this.#sink.write(pieces);
      } catch (error) {
        this.#break(error as Error);
      }
      this.#bytes = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
      this.#tell();
    }
    this.#isWriting = false;
  }

  #break(error: Error): void {
    this.#pieces = [];
    this.#isBroken = true;
    this.#onBroken(error);
  }

  #tell(): void {
    const room = this.#bytes <= LOW ? this.#onRoom.splice(0) : [];
    const drained = this.#bytes === 0 ? this.#onDrained.splice(0) : [];
    for (const listener of [...room, ...drained]) {
      listener();
    }
  }
}

import type { ProcessStream, Unsubscribe } from '../job/node.ts';
import type { ChildStream } from './streams.ts';

/** A stream of a process from a place on: whoever listens is told at once what is kept behind it, and then what follows. */
export class StreamSince implements ProcessStream {
  readonly #stream: ChildStream;
  readonly #from: number;

  constructor(stream: ChildStream, from: number) {
    this.#stream = stream;
    this.#from = from;
  }

  get offset(): number {
    return this.#stream.offset - this.#stream.tailSince(this.#from).length;
  }

  onData(listener: (chunk: Uint8Array) => void): Unsubscribe {
    const kept = this.#stream.tailSince(this.#from);
    if (kept.length > 0) {
      listener(kept);
    }
    return this.#stream.onData(listener);
  }

  onEnd(listener: () => void): Unsubscribe {
    return this.#stream.onEnd(listener);
  }

  hold(): Unsubscribe {
    return this.#stream.hold();
  }

  write(data: Uint8Array | string): Promise<void> {
    return this.#stream.write(data);
  }

  end(): void {
    this.#stream.end();
  }
}

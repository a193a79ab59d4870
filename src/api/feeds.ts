import type { ServerResponse } from 'node:http';
import type { Feed } from './operation.ts';

/** The answers that go on. */
export class Feeds {
  readonly #ends = new Map<ServerResponse, () => void>();

  /** Lets a feed write into an answer whose head is written, until one side ends it. @throws whatever the feed throws */
  begin(out: ServerResponse, feed: Feed): void {
    out.on('error', () => undefined);
    const letGo = feed(out);
    if (out.destroyed) {
      letGo(); // whoever has asked is gone, and nothing would tell it again
      return;
    }
    this.#ends.set(out, letGo);
    out.once('close', () => this.#end(out));
  }

  /** Ends them all. */
  close(): void {
    for (const out of [...this.#ends.keys()]) {
      this.#end(out);
      out.end();
    }
  }

  #end(out: ServerResponse): void {
    const letGo = this.#ends.get(out);
    this.#ends.delete(out);
    letGo?.();
  }
}

import type { ServerResponse } from 'node:http';
import type { FeedCounts } from '../metrics/counts.ts';
import type { Feed } from '../operation.ts';
import { DROPPED } from './record-writer.ts';

/** The answers that go on. */
export class Feeds {
  readonly #ends = new Map<ServerResponse, () => void>();
  #dropped = 0;

  get counts(): FeedCounts {
    return { open: this.#ends.size, dropped: this.#dropped };
  }

  /** Lets a feed write into an answer whose head is written, until one side ends it. @throws whatever the feed throws */
  begin(out: ServerResponse, feed: Feed): void {
    out.on('error', () => undefined);
    out.on(DROPPED, () => {
      this.#dropped += 1;
    });
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

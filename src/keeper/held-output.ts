import { FrameReader } from './frame.ts';
import { OutputLog } from './output-log.ts';

/** How much is kept of each stream: what can be under way to gafferd, and in it to a reader. */
const KEPT_BYTES = 3 * 1024 * 1024;

/** Of how many streams. */
const MOST = 16;

/** Somebody who was behind needs a while to come up to the others. */
const BEHIND_MS = 30_000;

interface Held {
  readonly log: OutputLog;
  /** Since when it is read again; undefined while it is held. */
  resumedAtMs: number | undefined;
}

/**
 * What the log has dropped of streams that gafferd holds for somebody who is slow, or has held a moment ago: he has not got it, and
 * others may write megabytes meanwhile. Should gafferd be killed, it is there for its successor.
 */
export class HeldOutput {
  readonly #streams = new Map<number, Held>();

  /** A stream is held. */
  hold(stream: number): void {
    const known = this.#streams.get(stream);
    if (known !== undefined) {
      known.resumedAtMs = undefined;
      return;
    }
    const [oldest] = this.#streams.size >= MOST ? this.#streams.keys() : [];
    if (oldest !== undefined) {
      this.#streams.delete(oldest);
    }
    this.#streams.set(stream, { log: new OutputLog(KEPT_BYTES), resumedAtMs: undefined });
  }

  /** It is read again. */
  resume(stream: number, nowMs: number): void {
    const known = this.#streams.get(stream);
    if (known !== undefined) {
      known.resumedAtMs ??= nowMs;
    }
  }

  /** All are. */
  resumeAll(nowMs: number): void {
    for (const stream of this.#streams.keys()) {
      this.resume(stream, nowMs);
    }
  }

  /** Nobody asks for a stream any more. */
  forget(stream: number): void {
    this.#streams.delete(stream);
  }

  /** Forgets everything. */
  clear(): void {
    this.#streams.clear();
  }

  /** The log drops some whole frames. */
  dropped(frames: Buffer, nowMs: number): void {
    for (const [stream, { resumedAtMs = nowMs }] of this.#streams) {
      if (nowMs - resumedAtMs > BEHIND_MS) {
        this.#streams.delete(stream);
      }
    }
    if (this.#streams.size === 0) {
      return;
    }
    const reader = new FrameReader({
      message: () => undefined,
      output: (place, bytes) => {
        const log = this.#streams.get(place.stream)?.log;
        log?.addOutput(place, bytes);
        log?.sent(log.waiting);
      },
    });
    reader.feed(frames);
  }

  /** What is kept, in frames. */
  get frames(): Buffer {
    return Buffer.concat(Array.from(this.#streams.values(), ({ log }) => log.kept));
  }
}

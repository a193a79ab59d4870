import type { EtcdWrite } from './client.ts';

/** How much may be written: at once after a while of rest, and in the long run. */
export interface PaceOptions {
  readonly burstBytes: number;
  readonly bytesPerSecond: number;
}

/**
 * etcd keeps every value that there was until it is told to forget (compaction), and takes nothing any more when it is full. A node is
 * written as a whole, so that many changes of large ones would fill it within minutes.
 */
const PACE: PaceOptions = { burstBytes: 16 * 1024 * 1024, bytesPerSecond: 512 * 1024 };

/** Says how long to wait before the next write, so that what is told meanwhile goes with it. */
export class WritePace {
  readonly #options: PaceOptions;
  /** What may still be written; less than nothing after a large write. */
  #left: number;
  #atMs: number | undefined;

  /** @param options default: 16 MiB at once, 512 KiB a second */
  constructor(options = PACE) {
    this.#options = options;
    this.#left = options.burstBytes;
  }

  /** Something was written. */
  spend(writes: readonly EtcdWrite[], nowMs: number): void {
    this.#earn(nowMs);
    this.#left -= writes.reduce((sum, { key, value = '' }) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  }

  /** How long to wait; 0 when the next write can be now. */
  pauseMs(nowMs: number): number {
    this.#earn(nowMs);
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / this.#options.bytesPerSecond) * 1000);
  }

  #earn(nowMs: number): void {
    const { burstBytes, bytesPerSecond } = this.#options;
    const earned = ((nowMs - (this.#atMs ?? nowMs)) / 1000) * bytesPerSecond;
    this.#left = Math.min(burstBytes, this.#left + earned);
    this.#atMs = nowMs;
  }
}

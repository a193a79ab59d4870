import { systemCode } from '../errors.ts';
import type { Clock } from './clock.ts';
import type { ProcessEntry } from './process-stat.ts';
import { SessionTree } from './session-tree.ts';

/** Looks younger than this are not taken again. */
export const FRESH_MS = 50;

/** All processes of the machine at a moment. */
export interface Scan {
  readonly atMs: number;
  readonly sessions: SessionTree;
}

/** Reads all processes of the machine, once for all who ask at about the same time. */
export class SessionScan {
  readonly #clock: Clock;
  readonly #read: () => readonly ProcessEntry[];
  #last: Scan | undefined;

  /** @param read reads all processes of the machine, parents before their children */
  constructor(clock: Clock, read: () => readonly ProcessEntry[]) {
    this.#clock = clock;
    this.#read = read;
  }

  /** How it is now, or was a moment ago. */
  get now(): Scan {
    const atMs = this.#clock.now();
    if (this.#last === undefined || atMs - this.#last.atMs >= FRESH_MS) {
      this.#last = { atMs, sessions: new SessionTree(this.#readAll()) };
    }
    return this.#last;
  }

  #readAll(): readonly ProcessEntry[] {
    try {
      return this.#read();
    } catch (error) {
      if (systemCode(error) === undefined) {
        throw error;
      }
      return []; // no file can be opened: nothing can be told at the moment
    }
  }
}

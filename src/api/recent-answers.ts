import { hash } from 'node:crypto';

/** An answer, ready to be sent again. */
export interface ReadyAnswer {
  readonly text: string;
  readonly etag: string;
}

/** How long an answer stays true: statistics are not taken more often than that either. */
const FRESH_MS = 50;

/** More different questions than are asked within that time. */
const MOST = 64;

interface KeptAnswer {
  readonly answer: ReadyAnswer;
  /** When it began to be made. */
  readonly moment: string;
  readonly atMs: number;
}

/**
 * Keeps answers for a moment, for those who ask the same again and again. One is good as long as nothing has happened
 * since it began to be made: no event, and no request that could change something.
 */
export class RecentAnswers {
  readonly #now: () => number;
  readonly #answers = new Map<string, KeptAnswer>();
  #changes = 0;
  #moment = { seq: -1, changes: -1, name: '' };

  /** @param now milliseconds, from any point in time */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Names the present state of things. @param seq of the last event */
  moment(seq: number): string {
    if (this.#moment.seq !== seq || this.#moment.changes !== this.#changes) {
      this.#moment = { seq, changes: this.#changes, name: `${seq} ${this.#changes}` };
    }
    return this.#moment.name;
  }

  /** The answer to a question, if it is still good. */
  find(url: string, moment: string): ReadyAnswer | undefined {
    const kept = this.#answers.get(url);
    return kept !== undefined && kept.moment === moment && this.#now() - kept.atMs < FRESH_MS ? kept.answer : undefined;
  }

  /** Keeps an answer. @param moment when it began to be made */
  keep(url: string, moment: string, text: string): ReadyAnswer {
    const answer = { text, etag: `"${hash('sha1', text, 'hex')}"` };
    if (this.#answers.size >= MOST) {
      this.#answers.clear();
    }
    this.#answers.set(url, { answer, moment, atMs: this.#now() });
    return answer;
  }

  /** Something may have changed. */
  change(): void {
    this.#changes += 1;
  }
}

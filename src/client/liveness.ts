import { systemCode } from '../errors.ts';
import { Patience } from './patience.ts';

/** How somebody is watched who may take as long as it likes, as long as it is there. */
export interface LivenessOptions {
  /** Milliseconds between two pings, and until one has to be answered. */
  readonly timeoutMs: number;
  /** Asks something that is answered at once; resolves with any answer. */
  readonly ping: (signal: AbortSignal) => Promise<unknown>;
  /** Called once, when a ping was not answered in time: then nothing is asked any more. */
  readonly onSilence: () => void;
}

/**
 * Failures by which nobody is there. Others say nothing: a node that stops, or listens elsewhere from now on, takes no new connection and
 * still answers over those that it has, and one that has ended closes them itself.
 */
const AWAY: readonly string[] = ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Watches whether somebody is there, from one `timeoutMs` after now on, until it is ended. */
export class Liveness {
  readonly #options: LivenessOptions;
  #rest: NodeJS.Timeout | undefined;
  #asked: AbortController | undefined;
  #hasEnded = false;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#wait();
  }

  /** Nothing is asked any more, and what was asked is given up. */
  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#rest);
    this.#asked?.abort();
  }

  #wait(): void {
    this.#rest = setTimeout(() => void this.#ask(), this.#options.timeoutMs);
  }

  async #ask(): Promise<void> {
    const { timeoutMs, ping, onSilence } = this.#options;
    const asked = new AbortController();
    this.#asked = asked;
    const patience = new Patience(timeoutMs, () => asked.abort());
    const isAlive = await ping(asked.signal).then(
      () => true,
      (error: unknown) => !patience.isOver && !AWAY.includes(systemCode(error) ?? ''),
    );
    patience.end();
    if (this.#hasEnded) {
      return;
    }
    if (isAlive) {
      this.#wait();
    } else {
      onSilence();
    }
  }
}

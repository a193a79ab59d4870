import { messageOf, systemCode } from '../errors.ts';
import { complain } from './complain.ts';

const SIGNALS = { SIGINT: 130, SIGQUIT: 131, SIGTERM: 143, SIGHUP: 129 } as const;

/** How long the last writes may take; whoever has pressed Ctrl-C waits less. */
const FLUSH_MS = 5000;
const HURRIED_FLUSH_MS = 200;

/** What a command that goes on, or a part of it, has to know of its end. */
export type End = Pick<Ending, 'reached' | 'signal' | 'reach' | 'flushed'>;

/** How a command that goes on comes to its end: by a signal, or by whatever it says itself. The first one counts. */
export class Ending {
  /** Resolves with the exit code. */
  readonly reached: Promise<number>;
  readonly #abort = new AbortController();
  #code: number | undefined;
  #isBroken = false;

  constructor() {
    this.reached = new Promise((resolve) => this.signal.addEventListener('abort', () => resolve(this.#code ?? 0), { once: true }));
    for (const [signal, code] of Object.entries(SIGNALS)) {
      process.on(signal, () => this.reach(code));
    }
  }

  /** Is aborted at the end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** It ends. */
  reach(code: number): void {
    this.#code ??= code;
    this.#abort.abort();
  }

  /** It ends because nothing can be written to stdout any more: a reader that has seen enough is no failure. */
  readonly broken = (error: Error): void => {
    const isReaderGone = ['EPIPE', 'EIO'].includes(systemCode(error) ?? '');
    if (!isReaderGone && !this.#isBroken) {
      complain(`cannot write to stdout: ${messageOf(error)}`);
    }
    this.#isBroken = true;
    this.reach(isReaderGone ? 0 : 1);
  };

  /** Waits for the last writes, but not for a reader who does not read. */
  async flushed(work: Promise<void>): Promise<void> {
    if (!this.#isBroken) {
      const timer = new Promise<void>((resolve) => setTimeout(resolve, this.#code === SIGNALS.SIGINT ? HURRIED_FLUSH_MS : FLUSH_MS).unref());
      await Promise.race([work, timer]);
    }
  }
}

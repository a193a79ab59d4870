import type { WebSocket } from 'ws';
import type { Progress } from './peer.ts';

/** How long the other side may take to answer a close while nothing moves. */
const PATIENCE_MS = 2000;

/** As many looks make up that time; in its middle it is asked whether anything is read. */
const LOOKS = 8;

/** The same where it can't be told whether what was sent is read. */
const UNSEEN_LOOKS = 15 * LOOKS;

/** What is closed. */
export type Closable = Pick<WebSocket, 'readyState' | 'CLOSED' | 'bufferedAmount' | 'resume' | 'close' | 'terminate'> & {
  once(event: 'close', listener: () => void): unknown;
};

/** Closes a WebSocket. One whose other side does not answer, or does not read, is broken off. */
export class SocketClosing {
  readonly #socket: Closable;
  readonly #watch: () => Progress;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Closable, watch: () => Progress) {
    this.#socket = socket;
    this.#watch = watch;
    socket.once('close', () => clearInterval(this.#timer));
  }

  /** Closes it. @param patienceMs how long there may be no answer while nothing moves here */
  begin(code: number, reason: string, patienceMs = PATIENCE_MS): void {
    this.#begin({ code, reason, patienceMs });
  }

  /** Closes it; as long as the other side reads what is under way there is time. */
  beginPatiently(code: number, reason: string): void {
    this.#begin({ code, reason, patienceMs: PATIENCE_MS, progress: this.#watch() });
  }

  #begin({ code, reason, patienceMs, progress }: Begun): void {
    if (this.#timer !== undefined || this.#socket.readyState === this.#socket.CLOSED) {
      return;
    }
    this.#socket.resume(); // its answer has to be read
    this.#socket.close(code, reason);
    let quiet = 0;
    let lowest = this.#socket.bufferedAmount;
    this.#timer = setInterval(() => {
      const { bufferedAmount } = this.#socket;
      quiet = bufferedAmount < lowest ? 0 : quiet + 1;
      lowest = Math.min(lowest, bufferedAmount);
      if (quiet === LOOKS / 2) {
        progress?.hasTaken();
      } else if (quiet >= LOOKS) {
        const taken = progress === undefined ? false : progress.hasTaken();
        quiet = taken === true ? LOOKS / 2 : quiet;
        if (taken === false || quiet >= UNSEEN_LOOKS) {
          this.#socket.terminate();
        }
      }
    }, patienceMs / LOOKS);
  }
}

interface Begun {
  readonly code: number;
  readonly reason: string;
  readonly patienceMs: number;
  readonly progress?: Progress;
}

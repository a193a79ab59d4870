import type { Socket } from 'node:net';
import type { OutputLog } from './output-log.ts';

/** When that much waits to be sent, nothing more is read until half of it is gone. */
const TOO_MUCH_BYTES = 1024 * 1024;

/** Sends the log to whoever is there, a block at a time. */
export class Feed {
  readonly #log: OutputLog;
  readonly #onLevel: (isTooMuch: boolean) => void;
  #socket: Socket | undefined;
  #isSending = false;
  #isScheduled = false;
  #isTooMuch = false;

  /** @param onLevel is told when too much waits, and when it does no more */
  constructor(log: OutputLog, onLevel: (isTooMuch: boolean) => void) {
    this.#log = log;
    this.#onLevel = onLevel;
  }

  /** Sends everything that the log has, and what follows. */
  attach(socket: Socket): void {
    this.#socket = socket;
    this.#isSending = false;
    this.#log.rewind();
    this.changed();
  }

  /** Nobody is there any more. */
  detach(): void {
    this.#socket = undefined;
    this.#isSending = false;
  }

  /** Something was added to the log, or taken from it. */
  changed(): void {
    this.#judge();
    if (!this.#isScheduled && !this.#isSending && this.#socket !== undefined) {
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        this.#send();
      });
    }
  }

  #send(): void {
    const socket = this.#socket;
    const bytes = this.#isSending || socket === undefined ? undefined : this.#log.next();
    if (socket === undefined || bytes === undefined) {
      return;
    }
    this.#isSending = true;
    socket.write(bytes, (error) => {
      if (this.#socket === socket && !error) {
        this.#isSending = false;
        this.#log.sent(bytes.length);
        this.#judge();
        this.#send();
      }
    });
  }

  #judge(): void {
    const isTooMuch = this.#log.waiting > (this.#isTooMuch ? TOO_MUCH_BYTES / 2 : TOO_MUCH_BYTES);
    if (isTooMuch !== this.#isTooMuch) {
      this.#isTooMuch = isTooMuch;
      this.#onLevel(isTooMuch);
    }
  }
}

/** How much of what a plugin logs may be under way: its thread waits until gafferd has written some of it. */
const MOST = 64 * 1024;

/** What a line costs beside its characters. */
const LINE = 64;

/** Keeps a plugin that logs without end from filling gafferd's memory. Both threads count in the same place. */
export class LogWindow {
  readonly #written: Int32Array;
  #sent = 0;

  /** @param shared four bytes that both threads see */
  constructor(shared: SharedArrayBuffer) {
    this.#written = new Int32Array(shared);
  }

  /** Waits, in the plugin's thread, until a message may be sent. */
  send(message: string): void {
    for (let written = this.#count(); this.#underWay(written) > MOST; written = this.#count()) {
      Atomics.wait(this.#written, 0, written);
    }
    this.#sent = (this.#sent + costOf(message)) | 0;
  }

  /** Takes note, in gafferd's thread, that a message is written. */
  written(message: string): void {
    Atomics.add(this.#written, 0, costOf(message));
    Atomics.notify(this.#written, 0);
  }

  #count(): number {
    return Atomics.load(this.#written, 0);
  }

  /** The counters run over, both in the same way. */
  #underWay(written: number): number {
    return (this.#sent - written) | 0;
  }
}

function costOf(message: string): number {
  return message.length + LINE;
}

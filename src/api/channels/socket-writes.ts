import type { ProcessStream, Unsubscribe } from '../../job/node.ts';
import type { WebSocketPeer } from './web-socket-peer.ts';

/** Bytes that may wait for the process; with more the client is read from no more. */
const MOST_WAITING = 256 * 1024;

/** Writes what a client sends to a process; the client waits while the process does not read. */
export class SocketWrites {
  readonly #peer: WebSocketPeer;
  readonly #input: ProcessStream;
  #waiting = 0;
  #release: Unsubscribe | undefined;

  constructor(peer: WebSocketPeer, input: ProcessStream) {
    this.#peer = peer;
    this.#input = input;
  }

  /** Writes a piece; resolves when the process's pipe has taken it. @throws GafferError `not_writable`, `write_failed`, `stream_busy` */
  async write(bytes: Uint8Array): Promise<void> {
    this.#waiting += bytes.length;
    if (this.#waiting > MOST_WAITING) {
      this.#release ??= this.#peer.hold();
    }
    try {
      await this.#input.write(bytes);
    } finally {
      this.#waiting -= bytes.length;
      if (this.#waiting <= MOST_WAITING) {
        this.#release?.();
        this.#release = undefined;
      }
    }
  }
}

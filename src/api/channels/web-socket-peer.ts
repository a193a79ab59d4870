import type { WebSocket } from 'ws';
import type { Unsubscribe } from '../../job/node.ts';
import type { Message, Peer } from './peer.ts';

/** How long the other side may take to answer a close. */
const CLOSE_MS = 2000;

/** A peer behind a WebSocket. */
export class WebSocketPeer implements Peer {
  readonly #socket: WebSocket;
  #holds = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get backlog(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Message, sent?: () => void): void {
    if (this.#socket.readyState === this.#socket.OPEN) {
      this.#socket.send(message.bytes, { binary: false }, sent && (() => sent()));
    } else {
      sent?.();
    }
  }

  hold(): Unsubscribe {
    this.#holds += 1;
    if (this.#holds === 1) {
      this.#socket.pause();
    }
    let isHeld = true;
    return () => {
      if (isHeld) {
        isHeld = false;
        this.#holds -= 1;
        if (this.#holds === 0) {
          this.#socket.resume();
        }
      }
    };
  }

  close(code: number, reason: string): void {
    closeSocket(this.#socket, code, reason);
  }
}

/** Closes a WebSocket; one whose other side does not answer, or does not read, is broken off. */
export function closeSocket(socket: WebSocket, code: number, reason: string, withinMs = CLOSE_MS): void {
  socket.resume(); // its answer has to be read
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), withinMs);
  socket.once('close', () => clearTimeout(timer));
}

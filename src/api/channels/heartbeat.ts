import type { WebSocket } from 'ws';

/** How often the other sides are asked whether they are there. */
const EVERY_MS = 25_000;

/** Finds WebSockets whose other side is gone without a word, and breaks them off. */
export class Heartbeat {
  /** With whether it has answered since it was asked. */
  readonly #sockets = new Map<WebSocket, boolean>();
  #timer: NodeJS.Timeout | undefined;

  add(socket: WebSocket): void {
    this.#sockets.set(socket, true);
    socket.on('pong', () => this.#sockets.set(socket, true));
    socket.once('close', () => this.#remove(socket));
    this.#timer ??= setInterval(() => this.#beat(), EVERY_MS);
  }

  #remove(socket: WebSocket): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #beat(): void {
    for (const [socket, hasAnswered] of this.#sockets) {
      if (hasAnswered || socket.isPaused) {
        this.#sockets.set(socket, false); // the answer of one that is not read from stays unread; one that is gone fails here
        socket.ping(undefined, undefined, () => undefined);
      } else {
        socket.terminate();
      }
    }
  }
}

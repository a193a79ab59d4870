import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Unsubscribe } from '../../job/node.ts';
import { ReadProgress } from '../read-progress.ts';
import type { Message, Peer, Progress } from './peer.ts';
import { SocketClosing } from './socket-closing.ts';
import { closeFrame, OPEN_FRAME } from './sockjs-frames.ts';

/** What messages are on a WebSocket: themselves, or frames of SockJS. */
export type Framing = 'none' | 'sockjs';

/** What a peer is made of. */
export interface WebSocketPeerOptions {
  readonly webSocket: WebSocket;
  /** The connection below it. */
  readonly connection: Duplex;
  readonly framing?: Framing;
}

/** A peer behind a WebSocket. */
export class WebSocketPeer implements Peer {
  readonly #socket: WebSocket;
  readonly #connection: Duplex;
  readonly framing: Framing;
  readonly #closing: SocketClosing;
  #holds = 0;
  #shownMs = performance.now();
  #spokeMs = 0;

  constructor({ webSocket, connection, framing = 'none' }: WebSocketPeerOptions) {
    this.#socket = webSocket;
    this.#connection = connection;
    this.framing = framing;
    this.#closing = new SocketClosing(webSocket, () => this.watch());
    const shown = (): void => {
      this.#shownMs = performance.now();
    };
    const spoke = (): void => {
      this.#spokeMs = performance.now();
      this.#shownMs = this.#spokeMs;
    };
    webSocket.on('pong', shown);
    webSocket.on('ping', spoke);
    webSocket.on('message', spoke);
    webSocket.on('error', () => undefined); // it closes then
    if (framing === 'sockjs') {
      webSocket.send(OPEN_FRAME);
    }
  }

  get backlog(): number {
    return this.#socket.bufferedAmount;
  }

  /** When something came from it, as `performance.now()` tells it. */
  get shownMs(): number {
    return this.#shownMs;
  }

  /** When something came from it that was no answer to {@link ask}. */
  get spokeMs(): number {
    return this.#spokeMs;
  }

  /** Nothing is read from it now, so that it can show nothing. */
  get isHeld(): boolean {
    return this.#holds > 0;
  }

  watch(): Progress {
    return new ReadProgress(this.#connection);
  }

  send(message: Message, sent?: () => void): void {
    this.sendBytes(this.framing === 'none' ? message.bytes : message.frame, { isText: true, sent });
  }

  /** Sends bytes in a message of their own, whatever the framing. */
  sendBytes(
    bytes: Uint8Array | string,
    { isText = false, sent }: { readonly isText?: boolean; readonly sent?: (() => void) | undefined } = {},
  ): void {
    if (this.#socket.readyState === this.#socket.OPEN) {
      this.#socket.send(bytes, { binary: !isText }, sent && (() => sent()));
    } else {
      sent?.();
    }
  }

  /** What is sent from now on leaves together when this turn is over: a write for each of many small answers is most of their price. */
  gather(): void {
    const connection = this.#connection;
    if (connection.writableCorked === 0) {
      connection.cork();
      process.nextTick(() => connection.uncork());
    }
  }

  /** Asks it for an answer; where nobody is any more, that is noticed. Of one that is not read from none is wanted: they would gather there. */
  ask(): void {
    if (this.isHeld) {
      this.#socket.pong(undefined, undefined, () => undefined);
    } else {
      this.#socket.ping(undefined, undefined, () => undefined);
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
          this.#shownMs = performance.now(); // it could show nothing before
          this.#socket.resume();
        }
      }
    };
  }

  close(code: number, reason: string, patienceMs?: number): void {
    this.#sayClose(code, reason);
    this.#closing.begin(code, reason, patienceMs);
  }

  /** Closes it when it has read what is under way, however slowly. */
  finish(code: number, reason: string): void {
    this.#sayClose(code, reason);
    this.#closing.beginPatiently(code, reason);
  }

  /** Ends it at once. */
  breakOff(): void {
    this.#socket.terminate();
  }

  #sayClose(code: number, reason: string): void {
    if (this.framing === 'sockjs') {
      this.sendBytes(closeFrame(code, reason), { isText: true });
    }
  }
}

import type { Unsubscribe } from '../../job/node.ts';
import { messageFrame } from './sockjs-frames.ts';

/** A text that many are sent: it is made into bytes once. */
export class Message {
  readonly text: string;
  #bytes: Buffer | undefined;
  #frame: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.text);
    return this.#bytes;
  }

  /** The same in a frame of SockJS. */
  get frame(): Buffer {
    this.#frame ??= Buffer.from(messageFrame(this.text));
    return this.#frame;
  }
}

/** Looks whether somebody reads. */
export interface Progress {
  /** Whether he has taken something since the last call; undefined where that can't be told. */
  hasTaken(): boolean | undefined;
}

/** The other side of a channel, whatever is between. */
export interface Peer {
  /** Bytes that have not left this process yet. */
  readonly backlog: number;
  /** Begins to look whether it reads. */
  watch(): Progress;
  /** Sends a message; `sent` is called when it has left this process. */
  send(message: Message, sent?: () => void): void;
  /** Reads nothing from the other side, where the transport can do that; ends with the returned call. */
  hold(): Unsubscribe;
  /** Closes the channel. @param code as for WebSocket */
  close(code: number, reason: string): void;
}

/** Codes that a channel is closed with. */
export const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  /** The other side does not do as agreed. */
  policy: 1008,
  /** It does not read. */
  tooSlow: 1013,
  /** Not what SockJS sends: its own number for that. */
  brokenFrames: 3000,
} as const;

import type { Unsubscribe } from '../../job/node.ts';

/** A text that many are sent: it is made into bytes once. */
export class Message {
  readonly text: string;
  #bytes: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.text);
    return this.#bytes;
  }
}

/** The other side of a channel, whatever is between. */
export interface Peer {
  /** Bytes that have not left this process yet. */
  readonly backlog: number;
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
  tooBig: 1009,
  failed: 1011,
  /** It does not read. */
  tooSlow: 1013,
} as const;

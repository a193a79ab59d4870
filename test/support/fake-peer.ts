import type { Message, Peer, Progress } from '../../src/api/channels/peer.ts';

/** A peer on paper: it takes what it is told to take. */
export class FakePeer implements Peer {
  /** What it was sent, as JSON. */
  readonly messages: unknown[] = [];
  readonly closings: { readonly code: number; readonly reason: string }[] = [];
  holds = 0;
  backlog = 0;
  readonly #waiting: (() => void)[] = [];

  send(message: Message, sent?: () => void): void {
    this.messages.push(JSON.parse(message.text));
    this.backlog += message.bytes.length;
    if (sent !== undefined) {
      this.#waiting.push(sent);
    }
  }

  /** Takes some bytes; without a number all. */
  take(bytes = this.backlog): void {
    this.backlog -= Math.min(bytes, this.backlog);
    if (this.backlog === 0) {
      for (const sent of this.#waiting.splice(0)) {
        sent();
      }
    }
  }

  watch(): Progress {
    return { hasTaken: () => undefined };
  }

  hold(): () => void {
    this.holds += 1;
    let isHeld = true;
    return () => {
      this.holds -= isHeld ? 1 : 0;
      isHeld = false;
    };
  }

  close(code: number, reason: string): void {
    this.closings.push({ code, reason });
  }
}

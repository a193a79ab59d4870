import type { Unsubscribe } from '../../job/node.ts';
import { CLOSE, Message, type Peer, type Progress } from './peer.ts';

/** Bytes under way to a peer, from which on news is left out for it; it gets news again when half of them are gone. */
const NEWS_LIMIT = 1024 * 1024;

/** Bytes under way from which on nothing more is read from it: what it asks is answered, and that gathers as well. */
const ASK_LIMIT = 256 * 1024;

/** Bytes under way, besides what was to be sent entirely, with which it is given up. */
const LIMIT = 8 * 1024 * 1024;

/** The same for streams, of which there can be many: each waits for the peer, but has a piece under way. */
const STREAMS_LIMIT = 64 * 1024 * 1024;

/** How often is looked whether a slow peer has caught up, and how long it may take nothing at all. */
const LOOK_MS = 50;
const PATIENCE_MS = 30_000;

/**
 * What is on its way to one peer, bounded: whoever reads too slowly is told how much news was left out, and whoever does
 * not read at all is sent away. Nobody else notices.
 */
export class Outbox {
  readonly #peer: Peer;
  readonly #onDropped: (count: number) => void;
  /** Everything is to be sent now, and how much of what is under way was to be so, at most. */
  #isEntire = false;
  #entire = 0;
  #dropped = 0;
  #looking: NodeJS.Timeout | undefined;
  #lowest = 0;
  #progressMs = 0;
  #release: Unsubscribe | undefined;
  #isClosed = false;

  /** @param onDropped is told of every message that is left out */
  constructor(peer: Peer, onDropped: (count: number) => void) {
    this.#peer = peer;
    this.#onDropped = onDropped;
  }

  /** Begins to look whether the peer reads. */
  watch(): Progress {
    return this.#peer.watch();
  }

  /** Whether news would be left out now. */
  get isFull(): boolean {
    const { backlog } = this.#peer;
    if (backlog <= NEWS_LIMIT) {
      this.#entire = 0;
    }
    return !this.#isEntire && (this.#dropped > 0 || backlog > NEWS_LIMIT + this.#entire);
  }

  /** Makes a call, during which no news is left out: what is there already cannot grow. */
  entirely(call: () => void): void {
    this.#isEntire = true;
    call();
    this.#isEntire = false;
    this.#entire = this.#peer.backlog;
  }

  /** Sends what has happened; left out when too much is under way. */
  tell(message: Message): void {
    if (this.#isClosed) {
      return;
    }
    if (this.isFull) {
      this.leaveOut();
    } else {
      this.#peer.send(message);
    }
  }

  /** Takes note of news that is not even made, as it would be left out. */
  leaveOut(): void {
    if (!this.#isClosed) {
      this.#dropped += 1;
      this.#onDropped(1);
      this.#look();
    }
  }

  /** Sends what its sender waits with: of that little is under way. @param sent is called when it has left */
  pass(message: Message, sent: () => void): void {
    if (this.#isClosed) {
      return;
    }
    this.#peer.send(message, sent);
    this.#giveUpAbove(STREAMS_LIMIT);
  }

  /** Sends an answer; that is never left out. */
  say(value: unknown): void {
    if (this.#isClosed) {
      return;
    }
    this.#peer.send(new Message(JSON.stringify(value)));
    if (this.#peer.backlog > ASK_LIMIT && this.#release === undefined) {
      this.#release = this.#peer.hold();
      this.#look();
    }
    this.#giveUpAbove(LIMIT);
  }

  /** Nothing more is sent. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  #look(): void {
    if (this.#looking === undefined) {
      this.#lowest = this.#peer.backlog;
      this.#progressMs = performance.now();
      this.#looking = setInterval(() => this.#lookAgain(), LOOK_MS);
    }
  }

  #lookAgain(): void {
    const { backlog } = this.#peer;
    const nowMs = performance.now();
    if (backlog < this.#lowest) {
      this.#lowest = backlog;
      this.#progressMs = nowMs;
    }
    if (backlog <= ASK_LIMIT / 2) {
      this.#release?.();
      this.#release = undefined;
    }
    if (this.#dropped > 0 && backlog <= NEWS_LIMIT / 2) {
      const dropped = this.#dropped;
      this.#dropped = 0;
      this.#peer.send(new Message(JSON.stringify({ event: 'gaffer:dropped', data: { dropped } })));
    }
    if (this.#dropped === 0 && this.#release === undefined) {
      clearInterval(this.#looking);
      this.#looking = undefined;
    } else if (nowMs - this.#progressMs > PATIENCE_MS) {
      this.#giveUp();
    }
  }

  #giveUpAbove(limit: number): void {
    if (this.#peer.backlog > limit + this.#entire) {
      this.#giveUp();
    }
  }

  #giveUp(): void {
    this.close();
    this.#peer.close(CLOSE.tooSlow, 'you do not read what you are sent');
  }
}

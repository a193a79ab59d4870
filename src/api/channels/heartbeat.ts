import type { Progress } from './peer.ts';
import type { WebSocketPeer } from './web-socket-peer.ts';

/** How often the other sides are asked whether they are there, and how often in a row they may show nothing of themselves. */
export interface HeartbeatOptions {
  readonly everyMs: number;
  readonly mostMissed: number;
  /** Whether reading alone, however slowly, shows that somebody is there; to look for that takes its time. Default true. */
  readonly countsReading?: boolean;
  /** Whether those are asked too who have said something since the last time. Default true. */
  readonly asksSpeakers?: boolean;
}

const BEAT: HeartbeatOptions = { everyMs: 25_000, mostMissed: 2 };

/** Who can be asked whether he is there. */
export type Asked = Pick<WebSocketPeer, 'watch' | 'isHeld' | 'shownMs' | 'spokeMs' | 'ask' | 'breakOff'>;

/** What is known of a peer. */
interface Pulse {
  readonly progress: Progress;
  missed: number;
}

/** Finds WebSockets whose other side is gone without a word, and breaks them off. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #pulses = new Map<Asked, Pulse>();
  #timer: NodeJS.Timeout | undefined;
  /** When all were asked the last time, as `performance.now()` tells it. */
  #askedMs = 0;

  /** @param options default: every 25 s, twice */
  constructor(options = BEAT) {
    this.#options = options;
  }

  add(peer: Asked): void {
    this.#pulses.set(peer, { progress: peer.watch(), missed: 0 });
    if (this.#timer === undefined) {
      this.#askedMs = performance.now();
      this.#timer = setInterval(() => this.#beat(), this.#options.everyMs);
    }
  }

  remove(peer: Asked): void {
    this.#pulses.delete(peer);
    if (this.#pulses.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #beat(): void {
    const { mostMissed, countsReading = true, asksSpeakers = true } = this.#options;
    const lastMs = this.#askedMs; // not how long ago that should have been: where this process was busy, nobody else is late
    this.#askedMs = performance.now();
    for (const [peer, pulse] of this.#pulses) {
      const isThere = peer.isHeld || peer.shownMs >= lastMs || (countsReading && pulse.progress.hasTaken() === true);
      pulse.missed = isThere ? 0 : pulse.missed + 1;
      if (pulse.missed > mostMissed) {
        peer.breakOff();
      } else if (asksSpeakers || peer.spokeMs < lastMs) {
        peer.ask();
      }
    }
  }
}

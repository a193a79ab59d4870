import type { Unsubscribe } from '../../job/node.ts';
import type { Peer } from './peer.ts';

/** Messages and characters that may wait for those before them; then nothing more is read from whoever sends them. */
const MOST = { messages: 64, characters: 1024 * 1024 };

/** With more he is sent away: not every transport can be kept from reading. */
const TOO_MANY = { messages: 10_000, characters: 16 * 1024 * 1024 };

/** What one client has asked and nobody has begun to do yet, bounded. */
export class Inlet {
  readonly #peer: Pick<Peer, 'hold'>;
  readonly #onFlood: () => void;
  #messages = 0;
  #characters = 0;
  #release: Unsubscribe | undefined;

  /** @param onFlood is called when there is too much */
  constructor(peer: Pick<Peer, 'hold'>, onFlood: () => void) {
    this.#peer = peer;
    this.#onFlood = onFlood;
  }

  /** A message has come; the returned call says that it is done. */
  begin(characters: number): () => void {
    this.#add(1, characters);
    if (this.#isAbove(TOO_MANY)) {
      this.#onFlood();
    }
    return () => this.#add(-1, -characters);
  }

  #add(messages: number, characters: number): void {
    this.#messages += messages;
    this.#characters += characters;
    if (this.#isAbove(MOST)) {
      this.#release ??= this.#peer.hold();
    } else {
      this.#release?.();
      this.#release = undefined;
    }
  }

  #isAbove({ messages, characters }: typeof MOST): boolean {
    return this.#messages > messages || this.#characters > characters;
  }
}

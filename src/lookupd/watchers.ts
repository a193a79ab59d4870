import type { Caller } from '../api/access/caller.ts';
import type { Doorkeeper } from '../api/access/doorkeeper.ts';
import { Guest } from '../api/channels/guest.ts';
import { Outbox } from '../api/channels/outbox.ts';
import { CLOSE, Message, type Peer } from '../api/channels/peer.ts';
import { errorBody } from '../api/error-body.ts';
import { GafferError } from '../errors.ts';
import type { LookupEvent } from '../protocol/lookup-event.ts';

/** Everybody who follows what a lookupd is told. */
export class Watchers {
  readonly #door: Doorkeeper;
  readonly #watchers = new Set<Watcher>();

  constructor(door: Doorkeeper) {
    this.#door = door;
  }

  get count(): number {
    return this.#watchers.size;
  }

  /** Takes somebody who wants to follow. @param caller who has shown a key with the request; whoever has not does so with the first message */
  add(peer: Peer, caller: Caller | undefined): Watcher {
    const watcher = new Watcher(peer, this.#door, caller, () => this.#watchers.delete(watcher));
    this.#watchers.add(watcher);
    return watcher;
  }

  /** Tells everybody. Each event is put into a text once. */
  tell(events: readonly LookupEvent[]): void {
    if (this.#watchers.size > 0) {
      const messages = events.map((event) => new Message(JSON.stringify(event)));
      for (const watcher of [...this.#watchers]) {
        watcher.tell(messages);
      }
    }
  }
}

/** One of them. */
export class Watcher {
  readonly #peer: Peer;
  readonly #outbox: Outbox;
  readonly #guest: Guest;
  readonly #onClose: () => void;

  constructor(peer: Peer, door: Doorkeeper, caller: Caller | undefined, onClose: () => void) {
    this.#peer = peer;
    this.#onClose = onClose;
    this.#outbox = new Outbox(peer, () => undefined);
    this.#guest = new Guest({ door, caller: mayRead(caller) ? caller : undefined, sendAway: (error) => this.#sendAway(error) });
    if (caller !== undefined && !mayRead(caller)) {
      this.#sendAway(new GafferError('forbidden', 'expected a key that may read everything (*)'));
    }
  }

  tell(messages: readonly Message[]): void {
    if (this.#guest.caller !== undefined) {
      for (const message of messages) {
        this.#outbox.tell(message);
      }
    }
  }

  /** Takes a message of the client: there is none but the key. */
  receive(text: string): void {
    if (!text.startsWith('AUTH:')) {
      return;
    }
    try {
      this.#guest.show(text.slice('AUTH:'.length).trim());
      if (!mayRead(this.#guest.caller)) {
        throw new GafferError('forbidden', 'expected a key that may read everything (*)');
      }
    } catch (error) {
      if (!(error instanceof GafferError)) {
        throw error;
      }
      this.#sendAway(error);
    }
  }

  close(): void {
    this.#outbox.close();
    this.#guest.close();
    this.#onClose();
  }

  #sendAway(error: GafferError): void {
    this.#outbox.say({ event: 'gaffer:error', data: errorBody(error) });
    this.#peer.close(CLOSE.policy, error.code);
  }
}

function mayRead(caller: Caller | undefined): boolean {
  return caller?.may({ kind: 'right', right: 'read', target: { kind: 'all' } }) ?? true;
}

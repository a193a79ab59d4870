import { GafferError } from '../../errors.ts';
import type { Unsubscribe } from '../../job/node.ts';
import { ANYBODY, type Caller } from '../access/caller.ts';
import type { Doorkeeper } from '../access/doorkeeper.ts';

/** How long a client may take to show its key. */
const PATIENCE_MS = 15_000;

/** What a channel knows of its client, and how it sends it away. */
export interface GuestOptions {
  readonly door: Doorkeeper;
  /** Who has shown a key with the request for the channel. */
  readonly caller: Caller | undefined;
  readonly sendAway: (error: GafferError) => void;
}

/** The client of a channel: where keys are asked for it shows one first of all, and goes when that is valid no more. */
export class Guest {
  readonly #options: GuestOptions;
  #caller: Caller | undefined;
  #timer: NodeJS.Timeout | undefined;
  #leave: Unsubscribe = () => undefined;

  constructor(options: GuestOptions) {
    this.#options = options;
    const { door, caller } = options;
    const known = caller ?? (door.asksForKeys ? undefined : ANYBODY);
    if (known !== undefined) {
      this.#enter(known);
    } else {
      this.#timer = setTimeout(
        () => options.sendAway(new GafferError('unauthorized', 'expected a key (AUTH:), got none in time')),
        PATIENCE_MS,
      ).unref();
    }
  }

  /** Undefined as long as it has to show a key. */
  get caller(): Caller | undefined {
    return this.#caller;
  }

  /** Takes a key; a second one has to be the same. @throws GafferError `forbidden` */
  show(secret: string): void {
    const caller = this.#options.door.admitSecret(secret);
    if (this.#caller === undefined) {
      this.#enter(caller);
    } else if (caller.keyId !== this.#caller.keyId) {
      throw new GafferError('forbidden', 'expected the same key as before; open another channel for another one');
    }
  }

  /** The channel is closed. */
  close(): void {
    clearTimeout(this.#timer);
    this.#leave();
  }

  #enter(caller: Caller): void {
    clearTimeout(this.#timer);
    this.#caller = caller;
    this.#leave = this.#options.door.watch(caller, () =>
      this.#options.sendAway(
        caller.keyId === undefined
          ? new GafferError('unauthorized', 'expected a key: they are asked for from now on')
          : new GafferError('forbidden', `the key ${caller.keyId} is valid no more`),
      ),
    );
  }
}

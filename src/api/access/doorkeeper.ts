import type { IncomingHttpHeaders } from 'node:http';
import type { Accounts } from '../../access/book.ts';
import { GafferError } from '../../errors.ts';
import type { Unsubscribe } from '../../job/node.ts';
import { ANYBODY, Caller } from './caller.ts';

/** Somebody who stays for a while. */
interface Guest {
  readonly caller: Caller;
  readonly sendAway: () => void;
}

/** Lets in who shows a key, where keys are asked for, and sends those away who may not stay. */
export class Doorkeeper {
  readonly #accounts: Accounts | undefined;
  readonly #guests = new Set<Guest>();
  readonly #unsubscribe: Unsubscribe;

  /** @param accounts without them there are no keys, and nobody has to show one */
  constructor(accounts: Accounts | undefined) {
    this.#accounts = accounts;
    this.#unsubscribe = accounts?.onChange(() => this.#look()) ?? (() => undefined);
  }

  /** Whether everybody has to show a key at the moment. */
  get asksForKeys(): boolean {
    return this.#accounts?.isRequired === true;
  }

  /** Lets in who sends these headers. @throws GafferError `unauthorized` without a key, `forbidden` for one that nobody has */
  admit(headers: IncomingHttpHeaders): Caller {
    if (!this.asksForKeys) {
      return ANYBODY;
    }
    const secret = secretIn(headers);
    if (secret === undefined) {
      throw new GafferError('unauthorized', 'expected a key in the header X-Api-Key, got none');
    }
    return this.admitSecret(secret);
  }

  /** Lets in who knows the secret of a key. @throws GafferError `forbidden` for one that nobody has */
  admitSecret(secret: string): Caller {
    if (!this.asksForKeys) {
      return ANYBODY;
    }
    const holder = this.#accounts?.keys.holderOf(secret);
    if (holder === undefined) {
      throw new GafferError('forbidden', 'expected a key of this node, got one that it does not know');
    }
    return new Caller(holder);
  }

  /** Calls back once if somebody may not stay any more; at once if that is so already. */
  watch(caller: Caller, sendAway: () => void): Unsubscribe {
    if (!this.#mayStay(caller)) {
      sendAway();
      return () => undefined;
    }
    const guest = { caller, sendAway };
    this.#guests.add(guest);
    return () => {
      this.#guests.delete(guest);
    };
  }

  close(): void {
    this.#unsubscribe();
    this.#guests.clear();
  }

  #look(): void {
    for (const guest of [...this.#guests].filter(({ caller }) => !this.#mayStay(caller))) {
      this.#guests.delete(guest);
      guest.sendAway();
    }
  }

  #mayStay({ keyId }: Caller): boolean {
    return !this.asksForKeys || (keyId !== undefined && this.#accounts?.isValid(keyId) === true);
  }
}

/** Whether a request carries a key at all. */
export function hasKey(headers: IncomingHttpHeaders): boolean {
  return secretIn(headers) !== undefined;
}

/** The secret that a request carries, as `X-Api-Key` or as `Authorization: Bearer`. */
function secretIn({ 'x-api-key': key, authorization = '' }: IncomingHttpHeaders): string | undefined {
  const [, bearer] = /^bearer +(\S+) *$/i.exec(authorization) ?? [];
  return key === undefined ? bearer : String(key);
}

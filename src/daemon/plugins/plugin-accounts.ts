import { randomBytes } from 'node:crypto';
import type { Holder, KeyInfo, KeyRequest, NewKey } from '../../access/accounts.ts';
import type { Accounts, KeyBook, UserBook } from '../../access/book.ts';
import { ADMIN } from '../../access/permissions.ts';
import type { Unsubscribe } from '../../job/node.ts';

/** Lets somebody in until it ends. */
export interface Grant {
  readonly secret: string;
  /** Ends it; whoever still uses it is cut off. */
  end(): void;
}

/** Who may ask where plugins ask the node: they themselves everything, and for others what these may. */
export class PluginAccounts implements Accounts {
  readonly isRequired = true;
  readonly keys: KeyBook;
  readonly users: UserBook;
  readonly #accounts: Accounts;
  readonly #grants = new Map<string, Holder>();
  readonly #listeners = new Set<() => void>();

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
    this.users = accounts.users;
    this.keys = {
      get all(): readonly KeyInfo[] {
        return accounts.keys.all;
      },
      holderOf: (secret) => this.#holderOf(secret),
      get: (idOrSecret) => accounts.keys.get(idOrSecret),
      under: (id) => accounts.keys.under(id),
      create: (request: KeyRequest): NewKey => accounts.keys.create(request),
      delete: (idOrSecret) => accounts.keys.delete(idOrSecret),
    };
  }

  /** Lets a plugin in, or for a request whoever sends it; where no key is asked for that may everything as well. */
  grant(plugin: string, holder: Holder = { keyId: `plugin-${plugin}`, chain: [ADMIN] }): Grant {
    const secret = randomBytes(16).toString('hex');
    this.#grants.set(secret, holder);
    return {
      secret,
      end: () => {
        this.#grants.delete(secret);
        for (const listener of [...this.#listeners]) {
          listener();
        }
      },
    };
  }

  /** A key of somebody who has asked a plugin has to be valid itself, too; plugins, and who has none, have no real one. */
  isValid(keyId: string): boolean {
    const isGranted = [...this.#grants.values()].some((holder) => holder.keyId === keyId);
    return isGranted && (!keyId.startsWith('key-') || this.#accounts.isValid(keyId));
  }

  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    const unsubscribe = this.#accounts.onChange(listener);
    return () => {
      this.#listeners.delete(listener);
      unsubscribe();
    };
  }

  #holderOf(secret: string): Holder | undefined {
    const holder = this.#grants.get(secret);
    return holder !== undefined && this.isValid(holder.keyId) ? holder : undefined;
  }
}

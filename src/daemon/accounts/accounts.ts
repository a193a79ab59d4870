import type { Accounts } from '../../access/book.ts';
import type { Unsubscribe } from '../../job/node.ts';
import type { AccountStore } from './account-store.ts';
import { KeyRing } from './key-ring.ts';
import { LoginLimit } from './login-limit.ts';
import { UserBook } from './user-book.ts';

/** The keys and users of a node, and whether they are asked for. */
export class NodeAccounts implements Accounts {
  readonly keys: KeyRing;
  readonly users: UserBook;
  readonly #listeners = new Set<{ readonly call: () => void }>();
  #isRequired = false;

  /** Reads what is kept. */
  constructor(store: AccountStore) {
    this.keys = new KeyRing(store);
    this.users = new UserBook(store, this.keys, new LoginLimit());
    this.keys.onRevoked(() => this.#changed());
  }

  get isRequired(): boolean {
    return this.#isRequired;
  }

  /** From now on everybody has to show a key, or nobody. */
  require(isRequired: boolean): void {
    this.#isRequired = isRequired;
    this.#changed();
  }

  isValid(keyId: string): boolean {
    return this.keys.isValid(keyId);
  }

  onChange(listener: () => void): Unsubscribe {
    const own = { call: listener };
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  #changed(): void {
    for (const { call } of [...this.#listeners]) {
      call();
    }
  }
}

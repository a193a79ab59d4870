import type { Holder, KeyInfo, KeyRequest, NewKey } from '../../access/accounts.ts';
import { isWithin, type Permissions } from '../../access/permissions.ts';
import { GafferError } from '../../errors.ts';
import type { Unsubscribe } from '../../job/node.ts';
import type { AccountStore, StoredKey } from './account-store.ts';
import { expectSecret, hashSecret, newKeyId, newSecret } from './secret.ts';

/** Keys that may come from logins of one user; with each further one the oldest is deleted. */
const MOST_LOGINS = 100;

/** The keys of a node: who holds which, and what it allows. */
export class KeyRing {
  readonly #store: AccountStore;
  readonly #byId = new Map<string, StoredKey>();
  readonly #byHash = new Map<string, StoredKey>();
  readonly #revocationListeners = new Set<{ readonly call: (ids: ReadonlySet<string>) => void }>();

  constructor(store: AccountStore) {
    this.#store = store;
    for (const key of store.keys()) {
      this.#add(key);
    }
  }

  /** Every key, in the order in which they were made. */
  get all(): readonly KeyInfo[] {
    return [...this.#byId.values()].map(infoOf);
  }

  /** Who sends a secret; undefined when nobody has that. */
  holderOf(secret: string): Holder | undefined {
    const key = this.#byHash.get(hashSecret(secret));
    const chain = key && this.#chainOf(key);
    return key && chain && { keyId: key.id, chain };
  }

  /** A key by its id, or by its secret. @throws GafferError `key_not_found` */
  get(idOrSecret: string): KeyInfo {
    return infoOf(this.#find(idOrSecret));
  }

  /** The keys that were made from one, and from those. */
  under(id: string): readonly KeyInfo[] {
    return this.#descendants(id).map(infoOf);
  }

  /**
   * Makes a key; it is kept when this returns.
   * @throws GafferError `forbidden` when it could do more than its parent, `key_exists` for a secret that another has, `key_not_found`, `io_failed`
   */
  create(request: KeyRequest): NewKey {
    return this.#create(request, undefined);
  }

  /** Makes a key for a user who has logged in: it can do what the user's own can. */
  createLogin(user: string, keyId: string): NewKey {
    const { permissions } = this.#find(keyId);
    const made = this.#create({ permissions, label: `login of ${user}`, parent: keyId }, user);
    this.#forgetOldLogins(user);
    return made;
  }

  /** Deletes all keys that came from logins of a user. */
  deleteLogins(user: string): void {
    this.#deleteAll(this.#loginsOf(user).map(({ id }) => id));
  }

  #create({ permissions, label, parent, secret = newSecret() }: KeyRequest, login: string | undefined): NewKey {
    const above = parent === undefined ? undefined : this.#find(parent);
    if (above !== undefined && !this.#mayGive(above, permissions)) {
      throw new GafferError('forbidden', `a key can't do more than ${above.id}, which it is made from`);
    }
    const hash = hashSecret(expectSecret(secret));
    if (this.#byHash.has(hash)) {
      throw new GafferError('key_exists', 'another key has that secret already; choose another one, or let the node make it');
    }
    const key: StoredKey = { id: newKeyId(), hash, label, permissions, parent: above?.id, login };
    this.#store.addKey(key);
    this.#add(key);
    return { info: infoOf(key), secret };
  }

  /** Deletes a key and those that were made from it; tells how many. Whoever uses one is told. @throws GafferError `key_not_found`, `io_failed` */
  delete(idOrSecret: string): number {
    return this.#deleteAll([this.#find(idOrSecret).id]);
  }

  /** Calls back with the ids of keys that are valid no more. */
  onRevoked(listener: (ids: ReadonlySet<string>) => void): Unsubscribe {
    const own = { call: listener };
    this.#revocationListeners.add(own);
    return () => {
      this.#revocationListeners.delete(own);
    };
  }

  /** With each those that were made from it. */
  #deleteAll(given: readonly string[]): number {
    const ids = [...new Set(given.flatMap((id) => [id, ...this.#descendants(id).map((key) => key.id)]))];
    if (ids.length === 0) {
      return 0;
    }
    this.#store.deleteKeys(ids);
    for (const id of ids) {
      const key = this.#byId.get(id);
      this.#byId.delete(id);
      if (key !== undefined) {
        this.#byHash.delete(key.hash);
      }
    }
    for (const { call } of [...this.#revocationListeners]) {
      call(new Set(ids));
    }
    return ids.length;
  }

  #forgetOldLogins(user: string): void {
    const logins = this.#loginsOf(user);
    this.#deleteAll(logins.slice(0, Math.max(0, logins.length - MOST_LOGINS)).map(({ id }) => id));
  }

  #loginsOf(user: string): readonly StoredKey[] {
    return [...this.#byId.values()].filter(({ login }) => login === user);
  }

  #find(idOrSecret: string): StoredKey {
    const key = this.#byId.get(idOrSecret) ?? this.#byHash.get(hashSecret(idOrSecret));
    if (key === undefined) {
      throw new GafferError('key_not_found', 'there is no such key; gaffer keys lists them by their ids');
    }
    return key;
  }

  #descendants(id: string): readonly StoredKey[] {
    const children = [...this.#byId.values()].filter(({ parent }) => parent === id);
    return children.flatMap((child) => [child, ...this.#descendants(child.id)]);
  }

  /** A key's permissions and those of the keys above it; undefined when one of those is gone. */
  #chainOf(key: StoredKey): readonly Permissions[] | undefined {
    if (key.parent === undefined) {
      return [key.permissions];
    }
    const parent = this.#byId.get(key.parent);
    const above = parent && this.#chainOf(parent);
    return above && [key.permissions, ...above];
  }

  #mayGive(key: StoredKey, permissions: Permissions): boolean {
    return this.#chainOf(key)?.every((own) => isWithin(permissions, own)) ?? false;
  }

  #add(key: StoredKey): void {
    this.#byId.set(key.id, key);
    this.#byHash.set(key.hash, key);
  }
}

function infoOf({ id, label, permissions, parent }: StoredKey): KeyInfo {
  return { id, label, permissions, parent };
}

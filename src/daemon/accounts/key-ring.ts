import type { Holder, KeyInfo, KeyRequest, NewKey } from '../../access/accounts.ts';
import type { KeyBook } from '../../access/book.ts';
import { isWithin } from '../../access/permissions.ts';
import { GafferError } from '../../errors.ts';
import type { Unsubscribe } from '../../job/node.ts';
import type { AccountChange, AccountStore, StoredKey } from './account-store.ts';
import { KeyTree } from './key-tree.ts';
import { expectLabel } from './label.ts';
import { expectSecret, hashSecret, newKeyId, newSecret } from './secret.ts';

/** Keys that may come from logins of one user; with each further one the oldest is deleted. */
const MOST_LOGINS = 100;

/** As many keys as may be made one from the other, besides those that logins make. */
export const DEEPEST = 16;

/** A key that is to be made, and what opens it. */
export interface PlannedKey {
  readonly key: StoredKey;
  readonly secret: string;
}

/** The keys of a node: who holds which, and what it allows. What somebody else adds to the file is found as soon as it is asked for. */
export class KeyRing implements KeyBook {
  readonly #store: AccountStore;
  readonly #revocationListeners = new Set<{ readonly call: (ids: ReadonlySet<string>) => void }>();
  #tree: KeyTree;
  #version: number | undefined;

  constructor(store: AccountStore) {
    this.#store = store;
    this.#version = store.version;
    this.#tree = new KeyTree(store.keys());
  }

  /** Every key, in the order in which they were made. */
  get all(): readonly KeyInfo[] {
    this.#lookAgain();
    return this.#tree.all.map(infoOf);
  }

  /** Who sends a secret; undefined when nobody has that. */
  holderOf(secret: string): Holder | undefined {
    const hash = hashSecret(secret);
    const key = this.#tree.byHash(hash) ?? (this.#lookAgain() ? this.#tree.byHash(hash) : undefined);
    const chain = key && this.#tree.chainOf(key);
    return key && chain && { keyId: key.id, chain: chain.map(({ permissions }) => permissions) };
  }

  /** A key by its id, or by its secret; undefined when there is none. */
  find(idOrSecret: string): KeyInfo | undefined {
    const key = this.#find(idOrSecret);
    return key && infoOf(key);
  }

  /** A key by its id, or by its secret. @throws GafferError `key_not_found` */
  get(idOrSecret: string): KeyInfo {
    return infoOf(this.#expect(idOrSecret));
  }

  /** Finds what somebody else has changed; whoever uses a key that is gone is told. Without it that happens when keys are asked for. @throws GafferError `io_failed` */
  refresh(): void {
    this.#lookAgain();
  }

  /** Whether there is a key of that id, and are those that it was made from. */
  isValid(id: string): boolean {
    const key = this.#byId(id);
    return key !== undefined && this.#tree.chainOf(key) !== undefined;
  }

  /** Whether a key may do everything: it, and all that it was made from. */
  isAdmin(id: string): boolean {
    const key = this.#byId(id);
    return key !== undefined && (this.#tree.chainOf(key)?.every(({ permissions }) => permissions.admin) ?? false);
  }

  /** How many keys a key stands on, itself among them; none where one of those is gone. */
  depthOf(id: string): number {
    const key = this.#byId(id);
    return (key && this.#tree.chainOf(key)?.length) ?? 0;
  }

  /** Whose login a key came from; undefined when it did not come from one. */
  loginOf(id: string): string | undefined {
    return this.#byId(id)?.login;
  }

  /** Whether a key goes with a login: it came from one, or was made from such a key. */
  endsWithLogin(id: string): boolean {
    const key = this.#byId(id);
    return key !== undefined && (this.#tree.chainOf(key)?.some(({ login }) => login !== undefined) ?? false);
  }

  /** The keys that were made from one, and from those. */
  under(id: string): readonly KeyInfo[] {
    this.#lookAgain();
    return this.#tree.below(id).map(infoOf);
  }

  /**
   * Makes a key; it is kept when this returns.
   * @throws GafferError `forbidden` when it could do more than its parent, `key_exists` for a secret that another has, `key_not_found`, `bad_request`, `io_failed`
   */
  create(request: KeyRequest): NewKey {
    const { key, secret } = this.plan(request);
    this.change({ addKeys: [key] });
    return { info: infoOf(key), secret };
  }

  /** Makes a key for a user who has logged in: it can do what the user's own can. */
  createLogin(user: string, keyId: string): NewKey {
    const above = this.#expect(keyId);
    const request = { permissions: above.permissions, label: `login of ${user}`, parent: above.id };
    const { key, secret } = this.#plan(request, { login: user });
    const logins = this.#tree.loginsOf(user);
    const tooMany = logins.slice(0, Math.max(0, logins.length + 1 - MOST_LOGINS));
    this.change({ addKeys: [key], deleteKeys: tooMany.map(({ id }) => id) });
    return { info: infoOf(key), secret };
  }

  /** The ids of keys that came from logins of a user. */
  loginsOf(user: string): readonly string[] {
    this.#lookAgain();
    return this.#tree.loginsOf(user).map(({ id }) => id);
  }

  /** Deletes a key and those that were made from it; tells how many. Whoever uses one is told. @throws GafferError `key_not_found`, `io_failed` */
  delete(idOrSecret: string): number {
    return this.change({ deleteKeys: [this.#expect(idOrSecret).id] });
  }

  /** What a key will be: {@link KeyRing.change} makes it. @throws as {@link KeyRing.create} does, but for `io_failed` */
  plan(request: KeyRequest): PlannedKey {
    const planned = this.#plan(request, {});
    if ((this.#tree.chainOf(planned.key)?.length ?? 0) > DEEPEST) {
      throw new GafferError('bad_request', `expected ${DEEPEST} keys at most that are made one from the other; make it from one further above`);
    }
    return planned;
  }

  /** Makes a change of keys, and whatever belongs to it, all or nothing; with a key those go that were made from it. Tells how many. @throws GafferError `io_failed` */
  change(change: AccountChange): number {
    const given = change.deleteKeys ?? [];
    const deleteKeys = [...new Set(given.flatMap((id) => [id, ...this.#tree.below(id).map((key) => key.id)]))];
    this.#store.apply({ ...change, deleteKeys });
    for (const id of deleteKeys) {
      this.#tree.delete(id);
    }
    for (const key of change.addKeys ?? []) {
      this.#tree.add(key);
    }
    this.#tellRevoked(deleteKeys);
    return deleteKeys.length;
  }

  /** Calls back with the ids of keys that are valid no more. */
  onRevoked(listener: (ids: ReadonlySet<string>) => void): Unsubscribe {
    const own = { call: listener };
    this.#revocationListeners.add(own);
    return () => {
      this.#revocationListeners.delete(own);
    };
  }

  #plan({ permissions, label, parent, secret = newSecret() }: KeyRequest, { login }: { readonly login?: string }): PlannedKey {
    this.#lookAgain();
    const above = parent === undefined ? undefined : this.#expect(parent);
    const chain = above === undefined ? [] : this.#tree.chainOf(above);
    if (above !== undefined && chain?.every((key) => isWithin(permissions, key.permissions)) !== true) {
      throw new GafferError('forbidden', `a key can't do more than ${above.id}, which it is made from`);
    }
    const hash = hashSecret(expectSecret(secret));
    if (this.#tree.byHash(hash) !== undefined) {
      throw new GafferError('key_exists', 'another key has that secret already; choose another one, or let the node make it');
    }
    const named = label === undefined || login !== undefined ? label : expectLabel(label);
    return { key: { id: newKeyId(), hash, label: named, permissions, parent: above?.id, login }, secret };
  }

  #find(idOrSecret: string): StoredKey | undefined {
    const find = (): StoredKey | undefined => this.#tree.byId(idOrSecret) ?? this.#tree.byHash(hashSecret(idOrSecret));
    return find() ?? (this.#lookAgain() ? find() : undefined);
  }

  #byId(id: string): StoredKey | undefined {
    return this.#tree.byId(id) ?? (this.#lookAgain() ? this.#tree.byId(id) : undefined);
  }

  #expect(idOrSecret: string): StoredKey {
    const key = this.#find(idOrSecret);
    if (key === undefined) {
      throw new GafferError('key_not_found', 'there is no such key; gaffer keys lists them by their ids');
    }
    return key;
  }

  /** Reads the keys anew if somebody else has changed the file. */
  #lookAgain(): boolean {
    const version = this.#store.version;
    if (version === undefined || version === this.#version) {
      return false;
    }
    const before = this.#tree;
    this.#tree = new KeyTree(this.#store.keys());
    this.#version = version;
    this.#tellRevoked(before.all.map(({ id }) => id).filter((id) => this.#tree.byId(id) === undefined));
    return true;
  }

  #tellRevoked(ids: readonly string[]): void {
    if (ids.length > 0) {
      for (const { call } of [...this.#revocationListeners]) {
        call(new Set(ids));
      }
    }
  }
}

function infoOf({ id, label, permissions, parent }: StoredKey): KeyInfo {
  return { id, label, permissions, parent };
}

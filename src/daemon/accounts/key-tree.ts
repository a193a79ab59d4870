import type { StoredKey } from './account-store.ts';

/** As many keys as may stand one above the other; there are more only in a damaged file. */
const DEEPEST = 32;

/** Keys in memory, and whatever they are found by. */
export class KeyTree {
  readonly #byId = new Map<string, StoredKey>();
  readonly #byHash = new Map<string, StoredKey>();
  readonly #byParent = new Groups();
  readonly #byLogin = new Groups();

  constructor(keys: readonly StoredKey[] = []) {
    for (const key of keys) {
      this.add(key);
    }
  }

  /** In the order in which they came. */
  get all(): readonly StoredKey[] {
    return [...this.#byId.values()];
  }

  byId(id: string): StoredKey | undefined {
    return this.#byId.get(id);
  }

  byHash(hash: string): StoredKey | undefined {
    return this.#byHash.get(hash);
  }

  /** Those that came from logins of a user, the oldest first. */
  loginsOf(user: string): readonly StoredKey[] {
    return this.#byLogin.of(user);
  }

  /** Those that were made from one, and from those; each behind the one that it was made from. */
  below(id: string): readonly StoredKey[] {
    const found = new Set(this.#byParent.of(id));
    for (const { id: above } of found) {
      for (const key of this.#byParent.of(above)) {
        found.add(key);
      }
    }
    return [...found];
  }

  /** A key and those above it; undefined when one of those is gone. */
  chainOf(key: StoredKey): readonly StoredKey[] | undefined {
    const chain = [key];
    for (let { parent } = key; parent !== undefined; ) {
      const above = this.#byId.get(parent);
      if (above === undefined || chain.length === DEEPEST) {
        return undefined;
      }
      chain.push(above);
      ({ parent } = above);
    }
    return chain;
  }

  add(key: StoredKey): void {
    this.#byId.set(key.id, key);
    this.#byHash.set(key.hash, key);
    this.#byParent.add(key.parent, key);
    this.#byLogin.add(key.login, key);
  }

  delete(id: string): void {
    const key = this.#byId.get(id);
    if (key !== undefined) {
      this.#byId.delete(id);
      this.#byHash.delete(key.hash);
      this.#byParent.delete(key.parent, key);
      this.#byLogin.delete(key.login, key);
    }
  }
}

/** Keys by something that several have in common. */
class Groups {
  readonly #groups = new Map<string, Set<StoredKey>>();

  of(name: string): readonly StoredKey[] {
    return [...(this.#groups.get(name) ?? [])];
  }

  add(name: string | undefined, key: StoredKey): void {
    if (name !== undefined) {
      const group = this.#groups.get(name) ?? new Set();
      this.#groups.set(name, group.add(key));
    }
  }

  delete(name: string | undefined, key: StoredKey): void {
    const group = name === undefined ? undefined : this.#groups.get(name);
    group?.delete(key);
    if (name !== undefined && group?.size === 0) {
      this.#groups.delete(name);
    }
  }
}

import type { NewKey, UserInfo } from '../../access/accounts.ts';
import { GafferError } from '../../errors.ts';
import type { AccountStore, StoredUser } from './account-store.ts';
import type { KeyRing } from './key-ring.ts';
import type { LoginLimit } from './login-limit.ts';
import { checkPassword, hashPassword } from './password.ts';

/** A user to be made, or to be replaced. */
export interface UserRequest {
  readonly password: string;
  readonly type: 0 | 1;
  readonly keyId: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
}

/** The users of a node. Methods that name one throw `user_not_found` when there is none. */
export class UserBook {
  readonly #store: AccountStore;
  readonly #keys: KeyRing;
  readonly #limit: LoginLimit;
  readonly #users = new Map<string, StoredUser>();

  constructor(store: AccountStore, keys: KeyRing, limit: LoginLimit) {
    this.#store = store;
    this.#keys = keys;
    this.#limit = limit;
    for (const user of store.users()) {
      this.#users.set(user.name, user);
    }
  }

  /** Every user, in the order in which they came. */
  get all(): readonly UserInfo[] {
    return [...this.#users.values()].map(infoOf);
  }

  /** A user by name. */
  get(name: string): UserInfo {
    return infoOf(this.#find(name));
  }

  /** Makes a user; it is kept when this resolves. @throws GafferError `user_exists`, `io_failed` */
  async create(name: string, request: UserRequest): Promise<void> {
    this.#expectNew(name);
    const user = await storedUser(name, request);
    this.#expectNew(name); // somebody may have been quicker
    this.#put(user);
  }

  /** Replaces what is known of a user. */
  async replace(name: string, request: UserRequest): Promise<void> {
    this.#find(name);
    const user = await storedUser(name, request);
    this.#find(name);
    this.#put(user);
  }

  /** Gives a user another password. Keys that came from logins with the old one are deleted. */
  async setPassword(name: string, password: string): Promise<void> {
    this.#find(name);
    const hash = await hashPassword(password);
    this.#put({ ...this.#find(name), password: hash });
    this.#keys.deleteLogins(name);
  }

  /** Gives a user another key. Keys that came from logins are deleted: they were made from the old one. */
  setKey(name: string, keyId: string | undefined): void {
    this.#put({ ...this.#find(name), keyId });
    this.#keys.deleteLogins(name);
  }

  /** Deletes a user, and the keys that came from logins. */
  delete(name: string): void {
    this.#find(name);
    this.#store.deleteUser(name);
    this.#users.delete(name);
    this.#keys.deleteLogins(name);
  }

  /**
   * Makes a key for whoever knows a user's password: one that can do what the user's own can.
   * @param from where the attempt comes from
   * @throws GafferError `unauthorized` whatever is wrong, `too_many_attempts`
   */
  async login(name: string, password: string, from: string): Promise<NewKey> {
    this.#limit.expectFree(name, from);
    const user = this.#users.get(name);
    const { isRight, isOld } = await this.#limit.inTurn(() => checkPassword(user?.password, password));
    if (user === undefined || !isRight || this.#users.get(name) !== user) {
      this.#limit.failed(name, from);
      throw new GafferError('unauthorized', 'username or password is wrong');
    }
    this.#limit.succeeded(name, from);
    if (isOld) {
      this.#put({ ...user, password: await hashPassword(password) });
    }
    if (user.keyId === undefined) {
      throw new GafferError('forbidden', `the user ${name} has no key; an admin can give one with gaffer user:setkey`);
    }
    return this.#keys.createLogin(name, user.keyId);
  }

  #find(name: string): StoredUser {
    const user = this.#users.get(name);
    if (user === undefined) {
      throw new GafferError('user_not_found', `there is no user "${name}"`);
    }
    return user;
  }

  #expectNew(name: string): void {
    if (this.#users.has(name)) {
      throw new GafferError('user_exists', `there is a user "${name}" already`);
    }
  }

  #put(user: StoredUser): void {
    this.#store.putUser(user);
    this.#users.set(user.name, user);
  }
}

async function storedUser(name: string, { password, type, keyId, extra }: UserRequest): Promise<StoredUser> {
  return { name, password: await hashPassword(password), type, keyId, extra };
}

function infoOf({ name, type, keyId, extra }: StoredUser): UserInfo {
  return { name, type, keyId, extra };
}

import type { Holder, KeyRequest, NewKey, UserInfo, UserRequest } from '../../access/accounts.ts';
import type { UserBook as Book } from '../../access/book.ts';
import { GafferError } from '../../errors.ts';
import { quoteText } from '../../finding.ts';
import type { AccountChange, AccountStore, StoredUser } from './account-store.ts';
import type { KeyRing } from './key-ring.ts';
import type { LoginLimit } from './login-limit.ts';
import { checkPassword, expectPassword, hashPassword } from './password.ts';
import { expectExtra } from './user-extra.ts';
import { resolveKey, type UserKey } from './user-key.ts';
import { expectUserName, plainName } from './user-name.ts';

/** The users of a node. Methods that name one throw `user_not_found` when there is none. */
export class UserBook implements Book {
  readonly #store: AccountStore;
  readonly #keys: KeyRing;
  readonly #limit: LoginLimit;
  #users: Map<string, StoredUser>;
  #version: number | undefined;

  constructor(store: AccountStore, keys: KeyRing, limit: LoginLimit) {
    this.#store = store;
    this.#keys = keys;
    this.#limit = limit;
    this.#version = store.version;
    this.#users = readUsers(store, keys);
    keys.onRevoked((ids) => this.#forgetKeys(ids));
  }

  /** Every user, in the order in which they came. */
  get all(): readonly UserInfo[] {
    return [...this.#current().values()].map(infoOf);
  }

  /** A user by name. */
  get(name: string): UserInfo {
    return infoOf(this.#expect(name));
  }

  /**
   * Which key a text stands for that is to be a user's: nothing is made yet.
   * @param name of a user; without one it is a new one's
   * @throws GafferError `key_not_found` for an id that no key has, `bad_request` for a text that will not do
   */
  resolveKey(name: string | undefined, text: string): UserKey {
    const keyId = name === undefined ? undefined : this.#current().get(plainName(name))?.keyId;
    return resolveKey(text, { keys: this.#keys, present: keyId === undefined ? undefined : this.#keys.find(keyId) });
  }

  /** Makes a user; it is kept when this resolves. @throws GafferError `user_exists`, `bad_request`, `key_not_found`, `io_failed` */
  async create(given: string, request: UserRequest): Promise<void> {
    const user = await this.#newUser(given, request);
    this.#keep(user, request.key, (one) => ({ addUsers: [one] }));
  }

  /** Makes a user with a key that is made for it, both or none. @throws as {@link UserBook.create} does */
  async createWithKey(given: string, request: Omit<UserRequest, 'key'>, keyRequest: KeyRequest): Promise<NewKey> {
    const user = await this.#newUser(given, { ...request, key: undefined });
    const { key, secret } = this.#keys.plan(keyRequest);
    const own = { ...user, keyId: key.id };
    this.#change(own, { addUsers: [own], addKeys: [key] });
    return { info: this.#keys.get(key.id), secret };
  }

  /** Replaces what is known of a user. Keys that came from logins are deleted. */
  async replace(given: string, request: UserRequest): Promise<void> {
    const { name } = this.#expect(given);
    const user = await this.#hashed(name, request);
    this.#expect(name);
    this.#keep(user, request.key, (one) => ({ putUser: one, deleteKeys: this.#keys.loginsOf(name) }));
  }

  /** Gives a user another password. Keys that came from logins with the old one are deleted, but for the one to keep. */
  async setPassword(given: string, password: string, keepKeyId?: string): Promise<void> {
    const { name } = this.#expect(given);
    expectPassword(password);
    const hash = await this.#limit.work(name, async () => await hashPassword(password));
    const user = { ...this.#expect(name), password: hash };
    this.#change(user, { putUser: user, deleteKeys: this.#keys.loginsOf(name).filter((id) => id !== keepKeyId) });
  }

  /** Gives a user another key, as {@link UserBook.resolveKey} finds it. Keys that came from logins are deleted: they were made from the old one. */
  setKey(name: string, key: string | undefined): void {
    const user = this.#expect(name);
    this.#keep(user, key, (one) => ({ putUser: one, deleteKeys: this.#keys.loginsOf(user.name) }));
  }

  /** Deletes a user, and the keys that came from logins. The user's own key stays. */
  delete(given: string): void {
    const { name } = this.#expect(given);
    this.#keys.change({ deleteUser: name, deleteKeys: this.#keys.loginsOf(name) });
    this.#users.delete(name);
  }

  /**
   * Makes a key for whoever knows a user's password: one that can do what the user's own can.
   * @param from where the attempt comes from
   * @throws GafferError `unauthorized` whatever is wrong, `too_many_attempts`, `forbidden` for a user without a key
   */
  async login(given: string, password: string, from: string): Promise<NewKey> {
    const name = plainName(given);
    const login = await this.#limit.attempt(name, from, async () => await this.#tryLogin(name, password));
    if (login === undefined) {
      throw new GafferError('unauthorized', 'username or password is wrong');
    }
    return login;
  }

  /** Whether a key is a user's own, or came from a login of that user. */
  isOwn({ keyId }: Holder, name: string): boolean {
    const user = this.#current().get(plainName(name));
    return user !== undefined && (user.keyId === keyId || this.#keys.loginOf(keyId) === user.name);
  }

  /** Whose key it is: somebody's own, or from a login. */
  userOf(keyId: string): string | undefined {
    const login = this.#keys.loginOf(keyId);
    return login ?? [...this.#current().values()].find((user) => user.keyId === keyId)?.name;
  }

  /** A key, if the password is right. It is tried again when it was changed meanwhile: another login may have hashed it anew. */
  async #tryLogin(name: string, password: string): Promise<NewKey | undefined> {
    for (;;) {
      const before = this.#current().get(name);
      const { isRight, better } = await checkPassword(before?.password, password);
      const user = this.#current().get(name);
      if (user?.password === before?.password) {
        return isRight && user !== undefined ? this.#makeLogin(user, better) : undefined;
      }
    }
  }

  #makeLogin(user: StoredUser, password: string | undefined): NewKey {
    if (password !== undefined) {
      const upgraded = { ...user, password };
      this.#change(upgraded, { putUser: upgraded });
    }
    if (user.keyId === undefined || !this.#keys.isValid(user.keyId)) {
      throw new GafferError('forbidden', `the user ${user.name} has no key; an admin can give one with gaffer user:setkey`);
    }
    return this.#keys.createLogin(user.name, user.keyId);
  }

  /** Adds users and keys as they are, all or none. @throws GafferError `io_failed` */
  add({ addUsers, addKeys }: Pick<Required<AccountChange>, 'addUsers' | 'addKeys'>): void {
    this.#keys.change({ addUsers, addKeys });
    for (const user of addUsers) {
      this.#users.set(user.name, user);
    }
  }

  async #newUser(given: string, request: UserRequest): Promise<StoredUser> {
    const name = expectUserName(given);
    this.#expectNew(name);
    const user = await this.#hashed(name, request);
    this.#expectNew(name); // somebody may have been quicker
    return user;
  }

  /** A user with what was asked for, but for the key; that is only looked at. */
  async #hashed(name: string, { password, type, key, extra }: UserRequest): Promise<StoredUser> {
    expectPassword(password);
    expectExtra(extra);
    if (key !== undefined) {
      this.resolveKey(name, key);
    }
    return { name, password: await this.#limit.work(name, async () => await hashPassword(password)), type, keyId: undefined, extra };
  }

  /** Keeps a user with the key that a text stands for; a new one is made with it. */
  #keep(user: StoredUser, text: string | undefined, changeOf: (user: StoredUser) => AccountChange): void {
    const found = text === undefined ? undefined : this.resolveKey(user.name, text);
    if (found?.kind !== 'new') {
      const own = { ...user, keyId: found?.keyId };
      this.#change(own, changeOf(own));
      return;
    }
    const { key } = this.#keys.plan({ ...found.request, label: `key of ${user.name}` });
    const own = { ...user, keyId: key.id };
    this.#change(own, { ...changeOf(own), addKeys: [key] });
  }

  #change(user: StoredUser, change: AccountChange): void {
    this.#keys.change(change);
    this.#users.set(user.name, user);
  }

  #forgetKeys(ids: ReadonlySet<string>): void {
    for (const user of this.#users.values()) {
      if (user.keyId !== undefined && ids.has(user.keyId)) {
        this.#users.set(user.name, { ...user, keyId: undefined });
      }
    }
  }

  #expect(name: string): StoredUser {
    const user = this.#current().get(plainName(name));
    if (user === undefined) {
      throw new GafferError('user_not_found', `there is no user ${quoteText(name)}`);
    }
    return user;
  }

  #expectNew(name: string): void {
    if (this.#current().has(name)) {
      throw new GafferError('user_exists', `username '${name}' already exists. Please choose another`);
    }
  }

  /** The users; they are read anew if somebody else has changed the file. */
  #current(): Map<string, StoredUser> {
    const version = this.#store.version;
    if (version !== undefined && version !== this.#version) {
      this.#users = readUsers(this.#store, this.#keys);
      this.#version = version;
    }
    return this.#users;
  }
}

/** The users of a file; a key that could not be read, or that somebody else has deleted, is nobody's. */
function readUsers(store: AccountStore, keys: KeyRing): Map<string, StoredUser> {
  const known = new Set(keys.all.map(({ id }) => id));
  return new Map(store.users().map((user) => [user.name, { ...user, keyId: known.has(user.keyId ?? '') ? user.keyId : undefined }]));
}

function infoOf({ name, type, keyId, extra }: StoredUser): UserInfo {
  return { name, type, keyId, extra };
}

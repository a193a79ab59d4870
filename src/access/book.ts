import type { Unsubscribe } from '../job/node.ts';
import type { Holder, KeyInfo, KeyRequest, NewKey, UserInfo, UserRequest } from './accounts.ts';

/** Who may use a node: what its API asks about keys and users. */
export interface Accounts {
  /** Whether everybody has to show a key at the moment. */
  readonly isRequired: boolean;
  readonly keys: KeyBook;
  readonly users: UserBook;
  /** Whether there still is a key of that id. */
  isValid(keyId: string): boolean;
  /** Calls back when somebody who was let in may have to go: keys were deleted, or are asked for from now on. */
  onChange(listener: () => void): Unsubscribe;
}

/** The keys of a node. Methods that name one throw `key_not_found`; those that change something `io_failed`. */
export interface KeyBook {
  /** In the order in which they were made. */
  readonly all: readonly KeyInfo[];
  /** Who sends a secret; undefined when nobody has that. */
  holderOf(secret: string): Holder | undefined;
  get(idOrSecret: string): KeyInfo;
  /** The keys that were made from one, and from those. */
  under(id: string): readonly KeyInfo[];
  /** Makes a key. @throws GafferError `forbidden` when it could do more than its parent, `key_exists` */
  create(request: KeyRequest): NewKey;
  /** Deletes a key and those that were made from it; tells how many. */
  delete(idOrSecret: string): number;
}

/** The users of a node. Methods that name one throw `user_not_found`; those that change something `io_failed`. */
export interface UserBook {
  /** In the order in which they were made. */
  readonly all: readonly UserInfo[];
  get(name: string): UserInfo;
  /** @throws GafferError `user_exists`, `bad_request` for a name, a password or a key that will not do */
  create(name: string, request: UserRequest): Promise<void>;
  replace(name: string, request: UserRequest): Promise<void>;
  /** Gives a user another password; of the keys that came from logins only one may stay. */
  setPassword(name: string, password: string, keepKeyId?: string): Promise<void>;
  /** Gives a user another key: an id, the secret of a key that there is, or that of a new one. */
  setKey(name: string, key: string | undefined): void;
  delete(name: string): void;
  /** Makes a key for whoever knows a password. @param from where the attempt comes from @throws GafferError `unauthorized`, `forbidden`, `too_many_attempts` */
  login(name: string, password: string, from: string): Promise<NewKey>;
  /** Whether a key is a user's own, or came from a login. */
  isOwn(holder: Holder, name: string): boolean;
}

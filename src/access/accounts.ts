import type { Permissions } from './permissions.ts';

/** A key, without its secret: that is told once, when it is made. */
export interface KeyInfo {
  readonly id: string;
  readonly label: string | undefined;
  readonly permissions: Permissions;
  /** The id of the key that it can do no more than. */
  readonly parent: string | undefined;
}

/** Who a request comes from: the permissions of the key, and of those above it; all of them have to allow what is wanted. */
export interface Holder {
  readonly keyId: string;
  readonly chain: readonly Permissions[];
}

/** A user: somebody who can get a key by a password. */
export interface UserInfo {
  readonly name: string;
  /** 0 is a person, who may be an admin; 1 an application. */
  readonly type: 0 | 1;
  /** The id of the user's key. */
  readonly keyId: string | undefined;
  /** Whatever was said about the user beside that. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** What a new key is to be. */
export interface KeyRequest {
  readonly permissions: Permissions;
  readonly label?: string | undefined;
  readonly parent?: string | undefined;
  /** A secret of one's own; without it one is made. */
  readonly secret?: string | undefined;
}

/** A key that was just made. */
export interface NewKey {
  readonly info: KeyInfo;
  /** Is not kept: nobody can tell it again. */
  readonly secret: string;
}

/** What is said about a user. */
export interface UserRequest {
  readonly password: string;
  readonly type: 0 | 1;
  /** An id, the secret of a key that there is, or that of a new one. */
  readonly key: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
}

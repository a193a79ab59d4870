import type { KeyInfo, UserInfo } from '../access/accounts.ts';
import { type Permissions, type PermissionsRecord, parsePermissions, permissionsRecord } from '../access/permissions.ts';
import { GafferError } from '../errors.ts';
import { parseEndpoint } from './endpoint.ts';
import { HttpClient, type Question } from './http.ts';
import { pathPart } from './path-part.ts';
import type { RemoteNodeOptions } from './remote-node.ts';

/** A key that was just made: nobody can tell its secret again. */
export interface MadeKey {
  readonly id: string;
  readonly secret: string;
}

/** What a new key is to be. */
export interface RemoteKeyRequest {
  readonly permissions: Permissions;
  readonly label?: string | undefined;
  /** The id of a key that it can do no more than, and with which it goes. */
  readonly parent?: string | undefined;
}

/** What is said about a new user. */
export interface RemoteUserRequest {
  readonly password: string;
  /** 0 is a person, who may be an admin; 1 an application. */
  readonly type: 0 | 1;
  /** The id of a key, a secret that is known, or a new one of 16 characters or more. */
  readonly key?: string | undefined;
}

/** A key as it is sent. */
interface KeyRecord {
  readonly key: string;
  readonly permissions: PermissionsRecord;
  readonly label?: string;
  readonly parent?: string;
  readonly keys?: readonly KeyRecord[];
}

/** A user as it is sent. */
interface UserRecord extends Readonly<Record<string, unknown>> {
  readonly username: string;
  readonly user_type: 0 | 1;
  readonly key: string | null;
}

/** The key that a request is sent with, in the place of its id. */
export const OWN_KEY = 'own';

/** The users and keys of a gafferd that asks for keys, over HTTP. A key is named by its id, or by its secret. */
export class RemoteAccounts {
  /** Where the node is, for people. */
  readonly endpoint: string;
  readonly #http: HttpClient;

  /** Nothing is connected before something is asked. @throws GafferError `bad_usage` for what is no endpoint */
  constructor(options: RemoteNodeOptions) {
    const endpoint = parseEndpoint(options.endpoint);
    this.endpoint = endpoint.text;
    this.#http = new HttpClient({ ...options, endpoint });
  }

  /** Makes sure that the node asks for keys. @throws GafferError `key_not_found` where it does not */
  async expectKeysAsked(): Promise<void> {
    try {
      await this.#http.ask('GET', '/auth');
    } catch (error) {
      if (!isRefused(error)) {
        throw error;
      }
    }
  }

  /** Makes a key for a user who knows the password. @throws GafferError `unauthorized` where one of both is wrong, `forbidden` for a user without a key, `too_many_attempts` */
  async login(name: string, password: string): Promise<MadeKey> {
    const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
    try {
      return madeKey(await this.#json('GET', '/auth', { headers: { authorization }, isPlain: true }));
    } catch (error) {
      throw isRefused(error) ? new GafferError('unauthorized', 'unauthorized: username or password is wrong', { cause: error }) : error;
    }
  }

  /** Every key, in the order in which they were made. */
  async keys(): Promise<readonly KeyInfo[]> {
    const { keys } = (await this.#json('GET', '/keys', { query: { include_keys: true } })) as { keys: KeyRecord[] };
    return keys.map(keyInfo);
  }

  /** @throws GafferError `key_not_found` */
  async key(key: string): Promise<KeyInfo> {
    return keyInfo((await this.#json('GET', keyPath(key))) as KeyRecord);
  }

  /** The keys that were made from one, and from those. @throws GafferError `key_not_found` */
  async keysUnder(key: string): Promise<readonly KeyInfo[]> {
    const { keys = [] } = (await this.#json('GET', keyPath(key), { query: { include_keys: true } })) as KeyRecord;
    return keys.map(keyInfo);
  }

  /** @throws GafferError `forbidden` for more than one may give, `key_not_found` for the parent */
  async createKey({ permissions, label, parent }: RemoteKeyRequest): Promise<MadeKey> {
    return madeKey(await this.#json('POST', '/keys', { json: { permissions: permissionsRecord(permissions), label, parent } }));
  }

  /** Deletes a key and those that were made from it. @throws GafferError `key_not_found` */
  async deleteKey(key: string): Promise<void> {
    await this.#http.ask('DELETE', keyPath(key));
  }

  /** Every user, in the order in which they were made. */
  async users(): Promise<readonly UserInfo[]> {
    const { users } = (await this.#json('GET', '/users', { query: { include_user: true } })) as { users: UserRecord[] };
    return users.map(userInfo);
  }

  /** @throws GafferError `user_not_found` */
  async user(name: string): Promise<UserInfo> {
    return userInfo((await this.#json('GET', userPath(name))) as UserRecord);
  }

  /** @throws GafferError `user_exists`, `key_not_found`, `bad_request` for a name, a password or a key that will not do */
  async createUser(name: string, { password, type, key }: RemoteUserRequest): Promise<void> {
    await this.#http.ask('POST', '/users', { json: { username: name, password, user_type: type, key } });
  }

  /** Deletes a user and the keys that came from logins; the user's own key stays. @throws GafferError `user_not_found` */
  async deleteUser(name: string): Promise<void> {
    await this.#http.ask('DELETE', userPath(name));
  }

  /** Gives a user another password; keys that came from logins are deleted, but for the own one. @throws GafferError `user_not_found` */
  async setPassword(name: string, password: string): Promise<void> {
    await this.#http.ask('PUT', `${userPath(name)}/password`, { json: { password } });
  }

  /** Gives a user another key: the id or secret of one that there is, or a new secret. @throws GafferError `user_not_found`, `key_not_found` */
  async setKey(name: string, key: string): Promise<void> {
    await this.#http.ask('PUT', `${userPath(name)}/key`, { json: { key } });
  }

  /** Closes every connection. */
  close(): void {
    this.#http.close();
  }

  async #json(method: string, path: string, question?: Question): Promise<unknown> {
    return this.#http.valueOf(await this.#http.ask(method, path, question));
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof GafferError && error.code === 'unauthorized';
}

/** The original tells the secret alone, and names a key by it. */
function madeKey(answer: unknown): MadeKey {
  const { api_key: secret, key: id = secret } = answer as { api_key: string; key?: string };
  return { id, secret };
}

function keyInfo({ key: id, permissions, label, parent }: KeyRecord): KeyInfo {
  return { id, label, permissions: parsePermissions(permissions), parent };
}

function userInfo({ username: name, user_type: type, key, ...extra }: UserRecord): UserInfo {
  return { name, type, keyId: key ?? undefined, extra };
}

function keyPath(key: string): string {
  return `/keys/${pathPart(key)}`;
}

function userPath(name: string): string {
  return `/users/${pathPart(name)}`;
}

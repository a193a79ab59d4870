import { type Permissions, parsePermissions, permissionsRecord } from '../../access/permissions.ts';
import { GafferError } from '../../errors.ts';
import { quoteText } from '../../finding.ts';
import { type Database, databaseFailure, type SqlRow } from '../database.ts';
import { expectExtra } from './user-extra.ts';

/** A key as it is kept on disk: its secret is not. */
export interface StoredKey {
  readonly id: string;
  readonly hash: string;
  readonly label: string | undefined;
  readonly permissions: Permissions;
  readonly parent: string | undefined;
  /** Whose login has made it. */
  readonly login: string | undefined;
}

/** A user as kept on disk. */
export interface StoredUser {
  readonly name: string;
  /** A hash. */
  readonly password: string;
  readonly type: 0 | 1;
  readonly keyId: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
}

/** What is to be changed at once, in this order. */
export interface AccountChange {
  readonly addKeys?: readonly StoredKey[];
  /** By their ids; whose key it was has none then. */
  readonly deleteKeys?: readonly string[];
  readonly addUsers?: readonly StoredUser[];
  /** In place of the one of that name. */
  readonly putUser?: StoredUser;
  readonly deleteUser?: string;
}

/** Asks for all keys, parents before the keys that were made from them. */
export const EVERY_KEY = `
  SELECT CAST(id AS BLOB) AS id, CAST(hash AS BLOB) AS hash, CAST(label AS BLOB) AS label, CAST(permissions AS BLOB) AS permissions,
    CAST(parent AS BLOB) AS parent, CAST(login AS BLOB) AS login
  FROM keys ORDER BY position`;

/** Asks for all users in the order in which they came. */
export const EVERY_USER = `
  SELECT CAST(name AS BLOB) AS name, CAST(password AS BLOB) AS password, CAST(type AS REAL) AS type, CAST(key_id AS BLOB) AS key_id,
    CAST(extra AS BLOB) AS extra
  FROM users ORDER BY position`;

/** The keys and users in gafferd's state. What a method has done is on disk when it returns. */
export class AccountStore {
  readonly #path: string;
  readonly #database: Database;
  readonly #onProblem: (message: string) => void;

  /** @param path of the database's file, for messages. @param onProblem is given one line about what cannot be read */
  constructor(path: string, database: Database, onProblem: (message: string) => void) {
    this.#path = path;
    this.#database = database;
    this.#onProblem = onProblem;
  }

  /** A number that is another one when somebody else has changed the file; undefined while it can't be read. */
  get version(): number | undefined {
    try {
      const [row] = this.#database.all('SELECT CAST(data_version AS REAL) AS version FROM pragma_data_version');
      return Number(row?.['version']);
    } catch {
      return undefined;
    }
  }

  /** Makes a change, as a whole or not at all. @throws GafferError `io_failed` */
  apply({ addKeys = [], deleteKeys = [], addUsers = [], putUser, deleteUser }: AccountChange): void {
    this.#attempt(() =>
      this.#database.together(() => {
        for (const key of addKeys) {
          this.#addKey(key);
        }
        for (const id of deleteKeys) {
          this.#database.run('DELETE FROM keys WHERE id = ?', id);
        }
        for (const { name, password, type, keyId, extra } of addUsers) {
          const sql = 'INSERT INTO users (name, password, type, key_id, extra) VALUES (?, ?, ?, ?, ?)';
          this.#database.run(sql, name, password, type, keyId, JSON.stringify(extra));
        }
        if (putUser !== undefined) {
          const { name, password, type, keyId, extra } = putUser;
          const sql = 'UPDATE users SET password = ?, type = ?, key_id = ?, extra = ? WHERE name = ?';
          this.#database.run(sql, password, type, keyId, JSON.stringify(extra), name);
        }
        if (deleteUser !== undefined) {
          this.#database.run('DELETE FROM users WHERE name = ?', deleteUser);
        }
        if (deleteKeys.length > 0) {
          this.#database.run('UPDATE users SET key_id = NULL WHERE key_id IS NOT NULL AND key_id NOT IN (SELECT id FROM keys)');
        }
      }),
    );
  }

  /** Every key; one that cannot be read is told of, left out, and stays on disk. @throws GafferError `io_failed` */
  keys(): readonly StoredKey[] {
    return this.#rows(EVERY_KEY, 'key', 'id', (row) => ({
      id: textOf(row['id']),
      hash: textOf(row['hash']),
      label: optionalText(row['label']),
      permissions: parsePermissions(JSON.parse(textOf(row['permissions']))),
      parent: optionalText(row['parent']),
      login: optionalText(row['login']),
    }));
  }

  /** Every user; one that cannot be read is told of, left out, and stays on disk. @throws GafferError `io_failed` */
  users(): readonly StoredUser[] {
    return this.#rows(EVERY_USER, 'user', 'name', (row) => ({
      name: textOf(row['name']),
      password: textOf(row['password']),
      type: row['type'] === 0 ? 0 : 1,
      keyId: optionalText(row['key_id']),
      extra: expectExtra(objectIn(textOf(row['extra']))),
    }));
  }

  #rows<T>(sql: string, what: string, column: string, read: (row: SqlRow) => T): readonly T[] {
    return this.#attempt(() => this.#database.all(sql)).flatMap((row) => {
      try {
        return [read(row)];
      } catch (error) {
        this.#onProblem(`the ${what} ${quoteText(textOf(row[column]))} in ${this.#path} is left out: ${faultOf(error)}`);
        return [];
      }
    });
  }

  #addKey({ id, hash, label, permissions, parent, login }: StoredKey): void {
    const sql = 'INSERT INTO keys (id, hash, label, permissions, parent, login) VALUES (?, ?, ?, ?, ?, ?)';
    this.#database.run(sql, id, hash, label, JSON.stringify(permissionsRecord(permissions)), parent, login);
  }

  #attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw databaseFailure(this.#path, error);
    }
  }
}

function textOf(value: SqlRow[string] | undefined): string {
  return value instanceof ArrayBuffer ? Buffer.from(value).toString('utf8') : '';
}

/** The parser's own messages quote what they have read, and that may be what nobody is to see. */
function faultOf(error: unknown): string {
  return error instanceof GafferError ? error.message : 'it is damaged';
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GafferError('io_failed', 'expected an object of further members');
  }
  return value as Readonly<Record<string, unknown>>;
}

function optionalText(value: SqlRow[string] | undefined): string | undefined {
  return value === null ? undefined : textOf(value);
}

import { type Permissions, parsePermissions, permissionsRecord } from '../../access/permissions.ts';
import { messageOf } from '../../errors.ts';
import { type Database, databaseFailure, type SqlRow } from '../database.ts';

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

  /** Keeps a key. @throws GafferError `io_failed` */
  addKey({ id, hash, label, permissions, parent, login }: StoredKey): void {
    const record = JSON.stringify(permissionsRecord(permissions));
    this.#run('INSERT INTO keys (id, hash, label, permissions, parent, login) VALUES (?, ?, ?, ?, ?, ?)', id, hash, label, record, parent, login);
  }

  /** Forgets keys, all or none. @throws GafferError `io_failed` */
  deleteKeys(ids: readonly string[]): void {
    this.#attempt(() =>
      this.#database.together(() => {
        for (const id of ids) {
          this.#database.run('DELETE FROM keys WHERE id = ?', id);
          this.#database.run('UPDATE users SET key_id = NULL WHERE key_id = ?', id);
        }
      }),
    );
  }

  /** Keeps a user: anew, or in place of the one of that name. @throws GafferError `io_failed` */
  putUser({ name, password, type, keyId, extra }: StoredUser): void {
    this.#run(
      `INSERT INTO users (name, password, type, key_id, extra) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET password = excluded.password, type = excluded.type, key_id = excluded.key_id, extra = excluded.extra`,
      name,
      password,
      type,
      keyId,
      JSON.stringify(extra),
    );
  }

  /** Forgets a user. @throws GafferError `io_failed` */
  deleteUser(name: string): void {
    this.#run('DELETE FROM users WHERE name = ?', name);
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
      extra: JSON.parse(textOf(row['extra'])) as Readonly<Record<string, unknown>>,
    }));
  }

  #rows<T>(sql: string, what: string, column: string, read: (row: SqlRow) => T): readonly T[] {
    return this.#attempt(() => this.#database.all(sql)).flatMap((row) => {
      try {
        return [read(row)];
      } catch (error) {
        this.#onProblem(`the ${what} ${textOf(row[column])} in ${this.#path} is left out: ${messageOf(error)}`);
        return [];
      }
    });
  }

  #run(sql: string, ...values: Parameters<Database['run']> extends [string, ...infer Values] ? Values : never): void {
    this.#attempt(() => this.#database.run(sql, ...values));
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

function optionalText(value: SqlRow[string] | undefined): string | undefined {
  return value === null ? undefined : textOf(value);
}

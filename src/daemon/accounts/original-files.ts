import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GafferError, messageOf } from '../../errors.ts';
import { Database, type SqlRow } from '../database.ts';

/** A row of the original gaffer's `keys`; whatever is not there is undefined. */
export interface OriginalKey {
  /** The secret. */
  readonly key: string | undefined;
  /** JSON: label and permissions. */
  readonly data: string | undefined;
  /** The secret of the key that it was made from. */
  readonly parent: string | undefined;
}

/** A row of the original gaffer's `auth`. */
export interface OriginalUser {
  readonly name: string | undefined;
  /** A hash. */
  readonly password: string | undefined;
  readonly type: number | undefined;
  /** A secret. */
  readonly key: string | undefined;
  /** JSON. */
  readonly extra: string | undefined;
}

/** What the original gaffer has kept. */
export interface OriginalAccounts {
  readonly keys: readonly OriginalKey[];
  readonly users: readonly OriginalUser[];
  /** Files that are not there. */
  readonly missing: readonly string[];
}

/** Where the original gaffer has kept it: names of files in a folder. */
export interface OriginalPlace {
  readonly folder: string;
  readonly auth: { readonly authDbname: string; readonly keysDbname: string };
}

/** Texts are asked for as blobs: what is not UTF-8 would end the process. */
const KEYS = 'SELECT CAST(key AS BLOB) AS key, CAST(data AS BLOB) AS data, CAST(parent AS BLOB) AS parent FROM keys ORDER BY rowid';
const USERS = `SELECT CAST(user AS BLOB) AS name, CAST(pwd AS BLOB) AS password, CAST(user_type AS REAL) AS type, CAST(key AS BLOB) AS key,
  CAST(extra AS BLOB) AS extra FROM auth ORDER BY rowid`;

/** What SQLite may keep beside a file when somebody was in the middle of writing. */
const SUFFIXES = ['', '-wal', '-journal'];

/** Whether there is anything of the original gaffer's in a place. */
export function hasOriginal({ folder, auth }: OriginalPlace): boolean {
  return [auth.authDbname, auth.keysDbname].some((name) => existsSync(resolve(folder, name)));
}

/** Reads what the original gaffer has kept, and leaves its files as they are. @throws GafferError `io_failed` when there is nothing, or it can't be read */
export function readOriginal({ folder, auth }: OriginalPlace): OriginalAccounts {
  const files = { keys: resolve(folder, auth.keysDbname), users: resolve(folder, auth.authDbname) };
  const missing = Object.values(files).filter((file) => !existsSync(file));
  if (missing.length === 2) {
    throw new GafferError(
      'io_failed',
      `expected ${auth.authDbname} or ${auth.keysDbname} of the original gafferd in ${resolve(folder)}, found neither`,
    );
  }
  const read = (file: string, sql: string): readonly SqlRow[] => (missing.includes(file) ? [] : rowsOf(file, sql));
  return {
    keys: read(files.keys, KEYS).map((row) => ({ key: textIn(row, 'key'), data: textIn(row, 'data'), parent: textIn(row, 'parent') })),
    users: read(files.users, USERS).map((row) => ({
      name: textIn(row, 'name'),
      password: textIn(row, 'password'),
      type: typeof row['type'] === 'number' ? row['type'] : undefined,
      key: textIn(row, 'key'),
      extra: textIn(row, 'extra'),
    })),
    missing,
  };
}

/** Asks a copy, for SQLite may write also where nothing is changed: after a crash, or with a log beside the file. */
function rowsOf(file: string, sql: string): readonly SqlRow[] {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-import-'));
  const copy = join(folder, 'copy.db');
  let database: Database | undefined;
  try {
    for (const suffix of SUFFIXES.filter((one) => existsSync(`${file}${one}`))) {
      copyFileSync(`${file}${suffix}`, `${copy}${suffix}`);
    }
    database = new Database(copy);
    return database.all(sql);
  } catch (error) {
    throw new GafferError('io_failed', `cannot read ${file} as the original gafferd has written it: ${messageOf(error)}`, { cause: error });
  } finally {
    database?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function textIn(row: SqlRow, name: string): string | undefined {
  const value = row[name];
  return value instanceof ArrayBuffer ? Buffer.from(value).toString('utf8') : undefined;
}

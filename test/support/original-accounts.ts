import { execFileSync, spawnSync } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Database, type SqlValue } from '../../src/daemon/database.ts';

const WRITER = fileURLToPath(new URL('../programs/original-accounts.py', import.meta.url));
const HAS_PYTHON = spawnSync('python3', ['-c', 'import sqlite3']).status === 0;

/** What the original gafferd is to have kept; passwords are hashed as it did, unless they are hashes. */
export interface OriginalContent {
  /** Secret, data (JSON, or what it is made of), secret of the parent. */
  readonly keys?: readonly (readonly [string | null, unknown, string | null])[];
  /** Name, password, type, secret of the key, further members. */
  readonly users?: readonly (readonly [string | null, string | null, unknown, string | null, unknown])[];
}

/** Writes `auth.db` and `keys.db` into a folder, with Python's SQLite as the original gafferd did; where there is no Python with gaffer's own. */
export function writeOriginal(folder: string, content: OriginalContent): void {
  if (HAS_PYTHON) {
    execFileSync('python3', [WRITER, folder], { input: JSON.stringify(content) });
    return;
  }
  const { keys, users } = content;
  if (keys !== undefined) {
    write(
      join(folder, 'keys.db'),
      'keys (key text primary key, data text, parent text)',
      keys.map(([key, data, parent]) => [key ?? undefined, textOf(data), parent ?? undefined]),
    );
  }
  if (users !== undefined) {
    const rows = users.map(([name, password, type, key, extra]) => [
      name ?? undefined,
      hashed(password),
      type as SqlValue,
      key ?? undefined,
      textOf(extra),
    ]);
    write(join(folder, 'auth.db'), 'auth (user text primary key, pwd text, user_type int, key text, extra text)', rows);
  }
}

function write(file: string, table: string, rows: readonly (readonly SqlValue[])[]): void {
  const database = new Database(file);
  database.execute(`CREATE TABLE IF NOT EXISTS ${table}`);
  for (const row of rows) {
    database.run(`INSERT INTO ${table.split(' ')[0] ?? ''} VALUES (${row.map(() => '?').join(', ')})`, ...row);
  }
  database.close();
}

function textOf(value: unknown): SqlValue {
  return typeof value === 'string' ? value : value === null ? undefined : JSON.stringify(value);
}

function hashed(password: string | null): SqlValue {
  if (password === null || password.includes('$')) {
    return password ?? undefined;
  }
  const salt = randomBytes(16).toString('hex');
  return `PBKDF2-256$${salt}:1000$${pbkdf2Sync(password, salt, 1000, 24, 'sha1').toString('hex')}`;
}

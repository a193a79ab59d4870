import { accessSync, chmodSync, closeSync, constants, existsSync, fsyncSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { EVERY_KEY, EVERY_USER } from './accounts/account-store.ts';
import { Database, databaseFailure } from './database.ts';
import { isNewer, isOwn, makeSchema, migrate } from './schema.ts';
import { EVERY_JOB } from './stored-job.ts';
import { EVERY_WEBHOOK } from './webhook-store.ts';

/** Who is told of a file that cannot be used, and what the time is. */
export interface StateFileOptions {
  /** Is given one line. */
  onProblem(message: string): void;
  readonly now: () => Date;
}

type Inspection =
  | { readonly kind: 'missing' }
  | { readonly kind: 'broken'; readonly fault: string }
  | { readonly kind: 'sound'; readonly database: Database };

/** The file, and what SQLite keeps beside it. */
const SUFFIXES = ['', '-wal', '-shm', '-journal'];

/** Makes every change durable, and fails if the file cannot be written. The log is short, so that the file itself is never far behind it. */
const DURABLE = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA wal_autocheckpoint = 256;
  BEGIN IMMEDIATE; ROLLBACK`;

/** What SQLite says when the file is to blame; after the check of rights `READONLY` means its head, `ERROR` its tables. */
const DAMAGE = /^SQLITE_(NOTADB|CORRUPT|READONLY$|ERROR$)/;

/**
 * Opens the file of gafferd's state. One that cannot be used is put aside, and a new one begun.
 * @throws GafferError `io_failed` when the file cannot be read or written
 */
export function openStateFile(path: string, options: StateFileOptions): Database {
  try {
    const found = inspect(path);
    if (found.kind === 'sound') {
      return found.database;
    }
    if (found.kind === 'broken') {
      const aside = putAside(path, options.now());
      options.onProblem(
        `${path} ${found.fault}: it is kept as ${aside}, and a new one is begun without what was in it: jobs, webhooks, users and keys`,
      );
    }
    return begin(path);
  } catch (error) {
    throw databaseFailure(path, error);
  }
}

function inspect(path: string): Inspection {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink() === true) {
    throw new GafferError(
      'io_failed',
      `expected ${path} to be a file of gafferd's own, but it is a link: remove it, or choose another folder with --state-dir`,
    );
  }
  if (stat === undefined) {
    return existsSync(`${path}-wal`) ? { kind: 'broken', fault: 'is gone, but its -wal file is there' } : { kind: 'missing' };
  }
  if (!stat.isFile() || stat.size === 0) {
    return { kind: 'broken', fault: stat.isFile() ? 'is empty' : 'is not a file' };
  }
  accessSync(path, constants.R_OK | constants.W_OK);
  chmodSync(path, 0o600);
  const database = new Database(path);
  try {
    const fault = faultOf(database);
    if (fault === undefined) {
      return { kind: 'sound', database };
    }
    database.close();
    return { kind: 'broken', fault };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What is wrong with a file; when it is sound it is ready for use afterwards. */
function faultOf(database: Database): string | undefined {
  try {
    if (!database.holds("NOT EXISTS (SELECT 1 FROM pragma_quick_check WHERE quick_check <> 'ok')")) {
      return 'is damaged';
    }
    if (!isOwn(database)) {
      return 'is not a file of gafferd';
    }
    if (isNewer(database)) {
      return 'was written by a newer gafferd';
    }
    database.execute(DURABLE);
    migrate(database);
    database.execute(EVERY_JOB);
    database.execute(EVERY_WEBHOOK);
    database.execute(EVERY_KEY);
    database.execute(EVERY_USER);
    return undefined;
  } catch (error) {
    if (DAMAGE.test(systemCode(error) ?? '')) {
      return `is damaged (${messageOf(error).replaceAll(/\p{Cc}+/gu, ' ')})`;
    }
    throw error;
  }
}

/** Makes a file under another name and moves it into place when it is whole. */
function begin(path: string): Database {
  const fresh = `${path}.new`;
  for (const suffix of SUFFIXES) {
    rmSync(`${fresh}${suffix}`, { force: true });
  }
  closeSync(openSync(fresh, 'wx', 0o600));
  const database = new Database(fresh);
  try {
    makeSchema(database);
  } finally {
    database.close();
  }
  renameSync(fresh, path);
  syncFolder(dirname(path));
  const begun = inspect(path);
  if (begun.kind !== 'sound') {
    throw new Error(begun.kind === 'broken' ? `it ${begun.fault}` : 'it is gone');
  }
  return begun.database;
}

/** Moves a file and what is beside it, so that they still belong together; returns the new name. */
function putAside(path: string, now: Date): string {
  const aside = `${path}.broken-${now.toISOString().replaceAll(':', '')}`;
  for (const suffix of SUFFIXES.filter((one) => existsSync(`${path}${one}`))) {
    renameSync(`${path}${suffix}`, `${aside}${suffix}`);
  }
  syncFolder(dirname(path));
  return aside;
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

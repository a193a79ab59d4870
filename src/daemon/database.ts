import { statSync } from 'node:fs';
import Libsql from 'libsql';
import { GafferError, messageOf, systemCode } from '../errors.ts';

/** What a statement can be given. A boolean would end the whole process: libsql aborts on it. */
export type SqlValue = string | number | undefined;

/** What a statement answers. Texts are asked for as blobs: libsql aborts on one that is not UTF-8, as a damaged file may hold it. */
export type SqlRow = Readonly<Record<string, number | ArrayBuffer | null>>;

/** How long to wait for somebody who looks into the file. */
const BUSY_MS = 1000;

/** A SQLite file. What is done in it is on disk when a method returns. Errors are SQLite's, with their code. */
export class Database {
  readonly #file: Libsql.Database;
  readonly #path: string;
  readonly #inode: number | undefined;
  readonly #statements = new Map<string, Libsql.Statement>();

  constructor(path: string) {
    this.#file = new Libsql(path, { timeout: BUSY_MS });
    this.#path = path;
    this.#inode = inodeOf(path);
    this.execute('PRAGMA temp_store = MEMORY');
  }

  /**
   * Executes SQL and takes no answer. After nothing but this and {@link Database.holds} the close really closes: a prepared
   * statement keeps the file open until it is collected, and SQLite then removes by its name what is not its own any more.
   */
  execute(sql: string): void {
    this.#file.exec(sql);
  }

  /** Whether a condition, as SQL has it, is true. */
  holds(condition: string): boolean {
    try {
      this.execute(`CREATE TEMP TABLE IF NOT EXISTS condition (holds CHECK (holds)); INSERT INTO temp.condition SELECT ${condition}`);
      return true;
    } catch (error) {
      if (systemCode(error) === 'SQLITE_CONSTRAINT_CHECK') {
        return false;
      }
      throw error;
    }
  }

  /** Executes a statement that changes something. @throws GafferError `io_failed` when nobody will find that in the file, for it is gone */
  run(sql: string, ...values: readonly SqlValue[]): void {
    this.#expectThere();
    this.#statement(sql).run(...values);
  }

  /** Makes one change of several, all or none. */
  together(act: () => void): void {
    this.execute('BEGIN IMMEDIATE');
    try {
      act();
      this.execute('COMMIT');
    } catch (error) {
      try {
        this.execute('ROLLBACK');
      } catch {
        // the failure has rolled back already
      }
      throw error;
    }
  }

  /** Asks for rows. */
  all(sql: string): readonly SqlRow[] {
    return this.#statement(sql).all() as SqlRow[];
  }

  close(): void {
    this.#file.close();
  }

  #expectThere(): void {
    if (inodeOf(this.#path) !== this.#inode) {
      throw new GafferError(
        'io_failed',
        `${this.#path} was removed or replaced while gafferd has it, so that no change can be kept: what runs goes on; stop gafferd and start it again`,
      );
    }
  }

  #statement(sql: string): Libsql.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#file.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

/** The failure of something that was done with a file. */
export function databaseFailure(path: string, error: unknown): GafferError {
  if (error instanceof GafferError) {
    return error;
  }
  const isFull = ['SQLITE_FULL', 'ENOSPC'].includes(systemCode(error) ?? '');
  const message = isFull ? `cannot write ${path}: the disk is full; make room there and try again` : `cannot use ${path}: ${messageOf(error)}`;
  return new GafferError('io_failed', message, { cause: error });
}

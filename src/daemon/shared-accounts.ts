import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GafferError } from '../errors.ts';
import { AccountStore } from './accounts/account-store.ts';
import { NodeAccounts } from './accounts/accounts.ts';
import { Database, databaseFailure } from './database.ts';
import { isCurrent } from './schema.ts';
import { claimState } from './state-claim.ts';
import { unusable } from './state-folder.ts';
import { Store, type StoreOptions } from './store.ts';

/** Keys and users that are opened beside a gafferd, which may run or not. */
export interface SharedAccounts {
  readonly accounts: NodeAccounts;
  close(): void;
}

/** Whether anything was ever kept in a state folder. @throws GafferError `io_failed` for what is no folder */
export function hasState(stateDir: string): boolean {
  if (statSync(stateDir, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw unusable(stateDir, new Error('it is no folder'));
  }
  return existsSync(fileIn(stateDir));
}

/**
 * Opens the keys and users of a state folder, which is made if need be. A gafferd that runs with it goes on: SQLite lets one write
 * at a time, and gafferd reads anew what it did not write itself.
 * @throws GafferError `already_running` when a gafferd of another version has the folder, `io_failed`
 */
export function openSharedAccounts(stateDir: string, options: StoreOptions): SharedAccounts {
  const path = fileIn(stateDir);
  if (!isReady(path)) {
    prepare(stateDir, options);
  }
  try {
    const database = new Database(path);
    database.execute('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON');
    return { accounts: new NodeAccounts(new AccountStore(path, database, (message) => options.onProblem(message))), close: () => database.close() };
  } catch (error) {
    throw databaseFailure(path, error);
  }
}

function fileIn(stateDir: string): string {
  return join(resolve(stateDir), 'state.db');
}

function isReady(path: string): boolean {
  if (!existsSync(path)) {
    return false;
  }
  let database: Database | undefined;
  try {
    database = new Database(path);
    return isCurrent(database);
  } catch {
    return false;
  } finally {
    database?.close();
  }
}

/** Does what gafferd does with a file that is missing, old or damaged; for that nobody else may use it. */
function prepare(stateDir: string, options: StoreOptions): void {
  const run = claim(stateDir);
  try {
    Store.open(stateDir, options).close();
  } finally {
    run.close();
  }
}

function claim(stateDir: string): ReturnType<typeof claimState> {
  try {
    return claimState(stateDir, { runId: randomUUID() });
  } catch (error) {
    if (error instanceof GafferError && error.code === 'already_running') {
      const message = `the gafferd that runs with ${stateDir} is of another version, or is just starting: start it anew, or try again`;
      throw new GafferError('already_running', message, { cause: error });
    }
    throw error;
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { UserRequest } from '../../../src/access/accounts.ts';
import { NOTHING, type Permissions } from '../../../src/access/permissions.ts';
import { KeyRing } from '../../../src/daemon/accounts/key-ring.ts';
import { LoginLimit } from '../../../src/daemon/accounts/login-limit.ts';
import { UserBook } from '../../../src/daemon/accounts/user-book.ts';
import { Database } from '../../../src/daemon/database.ts';
import { Store } from '../../../src/daemon/store.ts';

/** Keys and users in a state folder. */
export interface Rig {
  readonly folder: string;
  readonly file: string;
  readonly store: Store;
  readonly keys: KeyRing;
  readonly users: UserBook;
  readonly problems: string[];
}

/** A folder for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens the accounts of a state folder, as gafferd does. */
export function openAccounts(folder = temporaryFolder(), now?: () => number): Rig {
  const problems: string[] = [];
  const store = Store.open(folder, { onProblem: (message) => problems.push(message) });
  onTestFinished(() => store.close());
  const keys = new KeyRing(store.accounts);
  const users = new UserBook(store.accounts, keys, new LoginLimit(now));
  return { folder, file: join(folder, 'state.db'), store, keys, users, problems };
}

/** Does something with the file that gafferd has not done. */
export function tamper(file: string, sql: string): void {
  const database = new Database(file);
  database.execute(sql);
  database.close();
}

/** Lets every change of a table fail until the test ends. */
export function breakTable(file: string, table: 'keys' | 'users'): void {
  for (const deed of ['INSERT', 'UPDATE', 'DELETE']) {
    tamper(file, `CREATE TRIGGER no_${deed} BEFORE ${deed} ON ${table} BEGIN SELECT RAISE(FAIL, 'the disk does not want to'); END`);
  }
}

export function permissions(members: Partial<Permissions>): Permissions {
  return { ...NOTHING, ...members };
}

export function userRequest(members: Partial<UserRequest> = {}): UserRequest {
  return { password: 'correct horse', type: 1, key: undefined, extra: {}, ...members };
}

/** Accounts with bob, who has a key that manages the shop. */
export async function withBob(): Promise<Rig & { readonly keyId: string }> {
  const rig = openAccounts();
  const { info } = rig.keys.create({ permissions: permissions({ manage: ['shop'] }) });
  await rig.users.create('bob', userRequest({ key: info.id }));
  return { ...rig, keyId: info.id };
}

/** What is thrown: its code, and its message. */
export function failure(act: () => unknown): { readonly code: unknown; readonly message: string } {
  try {
    act();
  } catch (error) {
    return { code: (error as { code?: unknown }).code, message: (error as Error).message };
  }
  throw new Error('expected it to fail');
}

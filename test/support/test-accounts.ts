import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { KeyRequest } from '../../src/access/accounts.ts';
import { ADMIN, NOTHING, type Permissions } from '../../src/access/permissions.ts';
import type { ApiOptions } from '../../src/api/server.ts';
import { NodeAccounts } from '../../src/daemon/accounts/accounts.ts';
import { Store } from '../../src/daemon/store.ts';
import type { GafferNode } from '../../src/job/node.ts';
import { openApi, type TestApi } from './test-api.ts';

/** Keys and users in a state folder of their own, and an admin's key. */
export interface TestAccounts {
  readonly accounts: NodeAccounts;
  /** The secret of a key that may do everything. */
  readonly admin: string;
  /** Makes a key, and tells its secret. */
  readonly key: (permissions: Partial<Permissions>, more?: Omit<KeyRequest, 'permissions'>) => string;
}

/** Opens accounts for one test; a key is asked for. */
export function openAccounts(): TestAccounts {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  const store = Store.open(folder, { onProblem: (message) => expect.fail(message) });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const accounts = new NodeAccounts(store.accounts);
  accounts.require(true);
  const key: TestAccounts['key'] = (permissions, more) => accounts.keys.create({ ...more, permissions: { ...NOTHING, ...permissions } }).secret;
  return { accounts, admin: key(ADMIN, { label: 'the admin of this test' }), key };
}

/** An API that asks for keys, for one test; without another one it is asked with the admin's. */
export async function openLockedApi(
  options: Partial<ApiOptions> = {},
  around?: (node: GafferNode) => GafferNode,
): Promise<TestAccounts & { readonly api: TestApi }> {
  const own = openAccounts();
  const api = await openApi({ accounts: own.accounts, allowedHosts: '*', allowedOrigins: '*', ...options }, around);
  api.key = own.admin;
  return { ...own, api };
}

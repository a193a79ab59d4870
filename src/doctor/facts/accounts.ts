import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountFacts } from '../checks/keys.ts';

/**
 * Reads the keys and users of a state folder; undefined where that can't be done. SQLite would write beside the file only to look into it, so
 * a copy is opened, which nobody else can read.
 */
export async function accountFacts(stateDir: string): Promise<AccountFacts | undefined> {
  const file = join(stateDir, 'state.db');
  if (!existsSync(file)) {
    return { keys: [], users: [] };
  }
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-doctor-'));
  try {
    const copy = join(folder, 'state.db');
    for (const suffix of ['', '-wal'].filter((one) => existsSync(`${file}${one}`))) {
      copyFileSync(`${file}${suffix}`, `${copy}${suffix}`);
    }
    return await readCopy(copy);
  } catch {
    return undefined; // not ours to read, or of another version
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readCopy(path: string): Promise<AccountFacts> {
  const [{ Database }, { AccountStore }] = await Promise.all([import('../../daemon/database.ts'), import('../../daemon/accounts/account-store.ts')]);
  const database = new Database(path);
  try {
    const store = new AccountStore(path, database, () => undefined);
    return { keys: store.keys(), users: store.users() };
  } finally {
    database.close();
  }
}

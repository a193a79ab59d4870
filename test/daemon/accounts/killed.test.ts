import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { openAccounts, temporaryFolder } from './rig.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Makes keys and users, from a number on, deletes half of them, and says what is done when it is done. */
const WRITER = `
  import { writeSync } from 'node:fs';
  import { NOTHING } from './src/access/permissions.ts';
  import { NodeAccounts } from './src/daemon/accounts/accounts.ts';
  import { Store } from './src/daemon/store.ts';
  const store = Store.open(process.argv[2], { onProblem: (message) => { throw new Error(message); } });
  const { keys, users } = new NodeAccounts(store.accounts);
  const say = (line) => writeSync(1, line + '\\n');
  for (let n = Number(process.argv[3]); ; n += 1) {
    const { info } = keys.create({ permissions: NOTHING, label: 'key ' + n });
    keys.create({ permissions: NOTHING, parent: info.id, label: 'sub ' + n });
    users.add({ addKeys: [], addUsers: [{ name: 'user ' + n, password: 'x', type: 1, keyId: info.id, extra: {} }] });
    say('made ' + n);
    if (n % 2 === 0) {
      keys.delete(info.id);
      users.delete('user ' + n);
      say('gone ' + n);
    }
  }
`;

describe('a gafferd that is killed', () => {
  it('loses no key and no user that it had answered, and keeps none that it had deleted', { timeout: 120_000 }, async () => {
    const home = temporaryFolder();
    const folder = join(home, 'state');
    const program = join(home, 'writer.cjs');
    const stdin = { contents: WRITER, resolveDir: ROOT, loader: 'ts' } as const;
    buildSync({ stdin, bundle: true, platform: 'node', format: 'cjs', external: ['libsql'], outfile: program });
    const said = new Map<number, string>();
    /** The last of each round: what came next may be done and not said. */
    const inDoubt = new Set<number>();
    let next = 1;
    for (let round = 1; round <= 10; round += 1) {
      const child = spawn(process.execPath, [program, folder, String(next)], {
        env: { PATH: process.env['PATH'], NODE_PATH: join(ROOT, 'node_modules') },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const end = next + Math.floor(Math.random() * 30);
      let last = next - 1;
      for await (const line of createInterface(child.stdout)) {
        const [what = '', number = ''] = line.split(' ');
        last = Number(number);
        said.set(last, what);
        if (last >= end) {
          child.kill('SIGKILL');
        }
      }
      expect(last).toBeGreaterThanOrEqual(end);
      const { keys, users, store, problems } = openAccounts(folder);
      const labels = new Set(keys.all.map(({ label }) => label));
      const names = new Set(users.all.map(({ name }) => name));
      inDoubt.add(last);
      for (const [n, what] of said) {
        const isThere = [labels.has(`key ${n}`), labels.has(`sub ${n}`), names.has(`user ${n}`)];
        if (what === 'gone') {
          expect(isThere).toEqual([false, false, false]);
        } else if (n % 2 === 0 && inDoubt.has(n)) {
          expect(isThere[0]).toBe(isThere[1]); // was being deleted
        } else {
          expect(isThere).toEqual([true, true, true]);
        }
      }
      expect(keys.all.every(({ id }) => keys.isValid(id))).toBe(true);
      expect(users.all.every(({ keyId }) => keyId === undefined || keys.isValid(keyId))).toBe(true);
      expect(problems).toEqual([]);
      store.close();
      next = last + 2;
    }
  });
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test as plainTest } from 'vitest';
import { ADMIN, NOTHING } from '../../../src/access/permissions.ts';
import { NodeAccounts } from '../../../src/daemon/accounts/accounts.ts';
import { Store } from '../../../src/daemon/store.ts';
import { readMachineAccounts } from '../../../src/daemon/trust/accounts-of-machine.ts';
import { lookAtPath } from '../../../src/daemon/trust/look-at-path.ts';
import { accountFacts } from '../../../src/doctor/facts/accounts.ts';
import { type Look, pluginFacts, stateFacts } from '../../../src/doctor/facts/folders.ts';
import { jobFacts } from '../../../src/doctor/facts/jobs.ts';
import { installationFacts, openFilesLimit, partsFacts } from '../../../src/doctor/facts/machine.ts';
import { userConfigFacts } from '../../../src/doctor/facts/user-config.ts';
import type { JobConfig } from '../../../src/job/config.ts';

const test = plainTest.extend<{ folder: string }>({
  folder: async ({ task: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

const ACCOUNTS = readMachineAccounts();
const look: Look = (path) => lookAtPath(path, ACCOUNTS);

describe('a machine', () => {
  test('tells how many files may be open', () => {
    const line = (soft: string): string =>
      `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${soft}                 4096                 files\n`;
    expect([line('1024'), line('unlimited'), ''].map(openFilesLimit)).toEqual([1024, Number.POSITIVE_INFINITY, undefined]);
    expect(openFilesLimit()).toBeGreaterThan(0);
  });

  test('has the parts that this one has', async () => {
    const parts = await partsFacts({ isRoot: false, changesUser: false }, process.env);
    expect(parts).toMatchObject({ platform: process.platform, libsqlTrouble: undefined, hasProc: true, hasMkfifo: true });
    expect(await partsFacts({ isRoot: false, changesUser: false }, { PATH: '/nowhere' })).toMatchObject({ hasMkfifo: false, hasSetpriv: false });
  });

  test('may have other programs in its PATH', ({ folder }) => {
    writeFileSync(join(folder, 'gafferd'), '#!/bin/sh\n', { mode: 0o755 });
    const { own, inPath } = installationFacts(folder, '1', { PATH: folder });
    expect([own, inPath]).toEqual([
      { gaffer: undefined, gafferd: undefined },
      { gaffer: undefined, gafferd: join(folder, 'gafferd') },
    ]);
  });
});

describe('folders', () => {
  test('of state have the database and what belongs to it', ({ folder }) => {
    for (const name of ['state.db', 'state.db-wal', 'state.db.broken-1', 'other']) {
      writeFileSync(join(folder, name), '');
    }
    expect(stateFacts(folder, look).files.map(({ path }) => path)).toEqual(
      ['state.db', 'state.db-wal', 'state.db.broken-1'].map((name) => join(folder, name)),
    );
    expect(stateFacts(join(folder, 'none'), look)).toMatchObject({ folder: { target: undefined }, files: [] });
  });

  test('of plugins are looked through, but for links that go round in circles', ({ folder }) => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'a/b/c.js'), '');
    symlinkSync('..', join(folder, 'a/up'));
    const { content, isCut } = pluginFacts(folder, look);
    expect([content.map(({ path }) => path), isCut]).toEqual([['a', 'a/b', 'a/up', 'a/b/c.js'].map((name) => join(folder, name)), false]);
  });
});

describe('jobs', () => {
  const factsOf = (config: Partial<JobConfig>) =>
    jobFacts([{ session: 'shop', config: { name: 'web', cmd: 'true', ...config }, file: '/g.ini', line: 3 }], { look, uid: 7, env: process.env });

  test.for<[Partial<JobConfig>, readonly string[]]>([
    [{ cmd: './run.sh' }, ['run.sh']],
    [{ cmd: './run.sh app.py --fast' }, ['run.sh', 'app.py']],
    [{ cmd: './run.sh', args: ['app.py'] }, ['run.sh', 'app.py']],
    [{ cmd: './run.sh', args: '"app.py" none.py' }, ['run.sh', 'app.py']],
    [{ cmd: './run.sh | ./app.py' }, ['run.sh', 'app.py']],
    [{ cmd: 'run.sh', env: { PATH: '.' } }, []],
  ])('%j execute what they name', ([config, expected], { folder }) => {
    for (const name of ['run.sh', 'app.py']) {
      writeFileSync(join(folder, name), '');
      chmodSync(join(folder, name), 0o755);
    }
    const [facts] = factsOf({ ...config, cwd: folder });
    expect(facts?.files.map(({ path }) => path)).toEqual(expected.map((name) => join(folder, name)));
    expect(facts).toMatchObject({ name: 'shop.web', place: '/g.ini:3' });
  });

  test('run as gafferd, as who they say, or as nobody who is known', () => {
    expect([{}, { uid: 'root' }, { uid: 0 }, { uid: 'no-such-user' }].map((config) => factsOf(config)[0]?.uid)).toEqual([7, 0, 0, undefined]);
  });
});

describe('keys and users', () => {
  test('are read from a copy, and nothing is left of it', async ({ folder }) => {
    const store = Store.open(folder, { onProblem: (message) => expect.fail(message) });
    const accounts = new NodeAccounts(store.accounts);
    accounts.keys.create({ permissions: ADMIN, label: 'one' });
    accounts.keys.create({ permissions: NOTHING });
    const before = statSync(join(folder, 'state.db')).mtimeMs;
    const running = await accountFacts(folder);
    expect(running?.keys.map(({ label }) => label)).toEqual(['one', undefined]);
    expect(statSync(join(folder, 'state.db')).mtimeMs).toBe(before);
    store.close();
    expect((await accountFacts(folder))?.keys).toHaveLength(2);
  });

  test('are none where there is no state, and not known where it can’t be read', async ({ folder }) => {
    expect(await accountFacts(folder)).toEqual({ keys: [], users: [] });
    writeFileSync(join(folder, 'state.db'), 'nonsense');
    expect(await accountFacts(folder)).toBeUndefined();
  });
});

describe('a user’s own configuration', () => {
  test.for<[string | undefined, number, RegExp | undefined]>([
    [undefined, 0, undefined],
    ['[node "http://a"]\nkey = x\n[node "http://b"]\ncacert = y\n[node "http://c"]\nkey = z\n', 2, undefined],
    ['[node\n', 0, /gaffer\.ini:1: /],
  ])('%j', ([text, keys, trouble], { folder }) => {
    const path = join(folder, 'gaffer.ini');
    if (text !== undefined) {
      writeFileSync(path, text);
    }
    const facts = userConfigFacts(path);
    expect(facts.keys).toBe(keys);
    expect(facts.trouble ?? '').toMatch(trouble ?? /^$/);
  });
});

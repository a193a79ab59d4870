import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test as plainTest } from 'vitest';
import { readMachineAccounts } from '../../../src/daemon/trust/accounts-of-machine.ts';
import { lookAtPath } from '../../../src/daemon/trust/look-at-path.ts';
import { weaknessesOf } from '../../../src/daemon/trust/weakness.ts';

const test = plainTest.extend<{ folder: string }>({
  folder: async ({ task: _ }, use) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gaffer-test-')));
    chmodSync(folder, 0o755);
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

const ACCOUNTS = readMachineAccounts();
const OWN = process.geteuid?.() ?? 0;
const isRoot = OWN === 0;

/** What can be changed by others than this user, by their kind and deed. */
function told(path: string): readonly string[] {
  return weaknessesOf(lookAtPath(path, ACCOUNTS), new Set([OWN])).map(({ at, who, deed }) => `${who.kind}: ${deed} ${at.path}`);
}

describe('a path', () => {
  test('leads through every folder on the way', ({ folder }) => {
    writeFileSync(join(folder, 'file'), '', { mode: 0o640 });
    const { folders, target, problem } = lookAtPath(join(folder, 'file'), ACCOUNTS);
    expect(folders.map(({ path }) => path)).toEqual([...new Set(['/', '/tmp', folder])]);
    expect({ target, problem }).toMatchObject({ target: { path: join(folder, 'file'), kind: 'file', uid: OWN, mode: 0o640 }, problem: undefined });
  });

  test('that leads nowhere is looked at as far as it goes', ({ folder }) => {
    const { folders, target, problem } = lookAtPath(join(folder, 'no/such/file'), ACCOUNTS);
    expect([folders.at(-1)?.path, target, problem]).toEqual([folder, undefined, undefined]);
  });

  test('leads through links: whoever can change what is on either way can change where it leads', ({ folder }) => {
    mkdirSync(join(folder, 'open'));
    mkdirSync(join(folder, 'closed'));
    writeFileSync(join(folder, 'closed/file'), '');
    symlinkSync('../closed', join(folder, 'open/link'));
    const path = join(folder, 'open/link/file');
    expect(lookAtPath(path, ACCOUNTS).target?.path).toBe(join(folder, 'closed/file'));
    expect(told(path)).toEqual([]);
    chmodSync(join(folder, 'open'), 0o777);
    expect(told(path)).toEqual([`everybody: replace ${join(folder, 'open')}`]);
    chmodSync(join(folder, 'open'), 0o755);
    chmodSync(join(folder, 'closed'), 0o777);
    expect(told(path)).toEqual([`everybody: replace ${join(folder, 'closed')}`]);
  });

  test('of links that go round in circles has nothing at its end', ({ folder }) => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    expect(lookAtPath(join(folder, 'a'), ACCOUNTS).target).toBeUndefined();
  });

  test.runIf(isRoot)('is another’s who has made a link on the way, also where everybody can remove only his own', ({ folder }) => {
    mkdirSync(join(folder, 'tmp'));
    chmodSync(join(folder, 'tmp'), 0o1777);
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('../file', join(folder, 'tmp/link'));
    expect(told(join(folder, 'tmp/link'))).toEqual([]);
    lchownSync(join(folder, 'tmp/link'), 65_534, 65_534);
    expect(told(join(folder, 'tmp/link'))).toEqual([`everybody: replace ${join(folder, 'tmp')}`, `owner: replace ${join(folder, 'tmp/link')}`]);
  });

  test.runIf(isRoot)('is another’s whose folder is on the way', ({ folder }) => {
    mkdirSync(join(folder, 'his'));
    chownSync(join(folder, 'his'), 65_534, 65_534);
    writeFileSync(join(folder, 'his/file'), '');
    expect(told(join(folder, 'his/file'))).toEqual([`owner: replace ${join(folder, 'his')}`]);
  });
});

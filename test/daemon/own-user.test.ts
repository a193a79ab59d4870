import { chmodSync, chownSync, closeSync, existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test as plainTest } from 'vitest';
import { giveSocket, giveStateFolder, openLogFor } from '../../src/daemon/handover.ts';
import { OwnUser, type WholeIdentity } from '../../src/daemon/own-user.ts';
import { resolveIdentity } from '../../src/supervisor/identity.ts';

const isRoot = process.geteuid?.() === 0;

const NOBODY = resolveIdentity('nobody', undefined) as WholeIdentity;

function nobody(): OwnUser {
  return OwnUser.of(NOBODY) as OwnUser;
}

const test = plainTest.extend<{ folder: string }>({
  /** A folder of root's. */
  folder: async ({ task: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
    chmodSync(folder, 0o755);
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

/** A unix socket that is there until the test is over. */
async function socketAt(path: string): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  return path;
}

it('is nobody else where that is not asked for, or is so already', () => {
  expect(OwnUser.of(undefined)).toBeUndefined();
  expect(OwnUser.of({ uid: process.geteuid?.() ?? 0, gid: 0, groups: [0], user: undefined })).toBeUndefined();
});

describe.runIf(isRoot)('what is done as the user', () => {
  const ids = (): unknown => [process.geteuid?.(), process.getegid?.(), process.getgroups?.()];

  it('is not done as root, and root is back afterwards', () => {
    const before = ids();
    expect(nobody().act(ids)).toEqual([NOBODY.uid, NOBODY.gid, [...NOBODY.groups]]);
    expect(ids()).toEqual(before);
  });

  it('lets root be back when it fails', () => {
    const before = ids();
    expect(() => nobody().act(() => writeFileSync('/no-file-of-nobody', ''))).toThrow(/EACCES/);
    expect(ids()).toEqual(before);
  });

  it.each([
    [{ uid: NOBODY.uid, gid: 0, mode: 0o500 }, true], // it can give itself the right
    [{ uid: 0, gid: NOBODY.gid, mode: 0o770 }, true],
    [{ uid: 0, gid: NOBODY.gid, mode: 0o750 }, false],
    [{ uid: 0, gid: 0, mode: 0o770 }, false],
    [{ uid: 0, gid: 0, mode: 0o1777 }, true],
  ])('can be in a folder with %j: %j', (stat, expected) => {
    expect(nobody().canWrite(stat)).toBe(expected);
  });
});

describe.runIf(isRoot && process.platform === 'linux')('what root gives the user', () => {
  test('is a socket that it has made', async ({ folder }) => {
    const path = await socketAt(join(folder, 'socket'));
    giveSocket(nobody(), path);
    expect(statSync(path)).toMatchObject({ uid: NOBODY.uid, gid: NOBODY.gid });
  });

  test('is no other file, and nothing that has a second name', async ({ folder }) => {
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('file'), '');
    await socketAt(at('socket'));
    linkSync(at('socket'), at('second'));
    symlinkSync(at('socket'), at('link'));
    giveSocket(nobody(), at('file'));
    giveSocket(nobody(), at('second'));
    giveSocket(nobody(), at('link'));
    expect([at('file'), at('socket'), at('second')].map((path) => statSync(path).uid)).toEqual([0, 0, 0]);
  });

  test('is a state folder that is not there yet, with the folders before it left as root makes them', ({ folder }) => {
    giveStateFolder(nobody(), join(folder, 'var/lib/gaffer'));
    expect(statSync(join(folder, 'var/lib/gaffer'))).toMatchObject({ uid: NOBODY.uid, gid: NOBODY.gid });
    expect(statSync(join(folder, 'var/lib/gaffer')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'var/lib')).uid).toBe(0);
  });

  test('is a state folder of its own, but not what others have linked into it', ({ folder }) => {
    const state = join(folder, 'state');
    mkdirSync(join(state, 'run'), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'prey'), '');
    writeFileSync(join(state, 'state.db'), '');
    linkSync(join(folder, 'prey'), join(state, 'state.db-wal'));
    symlinkSync(join(folder, 'prey'), join(state, 'state.db-shm'));
    giveStateFolder(nobody(), state);
    expect(['', 'run', 'state.db'].map((name) => statSync(join(state, name)).uid)).toEqual([NOBODY.uid, NOBODY.uid, NOBODY.uid]);
    expect(statSync(join(folder, 'prey')).uid).toBe(0);
  });

  test.for([
    ['where others can write', 0o777, 0],
    ['that is somebody else’s', 0o700, 1],
  ] as const)('is no folder %s', ([, mode, uid], { folder }) => {
    const state = join(folder, 'state');
    mkdirSync(state);
    writeFileSync(join(state, 'state.db'), '');
    chmodSync(state, mode);
    chownSync(state, uid, 0);
    giveStateFolder(nobody(), state);
    expect([statSync(state).uid, statSync(join(state, 'state.db')).uid]).toEqual([uid, 0]);
  });

  test('is a log that it has made, and none that was there', ({ folder }) => {
    const [fresh, old] = [join(folder, 'fresh'), join(folder, 'old')];
    writeFileSync(old, '', { mode: 0o600 });
    for (const path of [fresh, old]) {
      closeSync(openLogFor(nobody(), path));
    }
    expect([statSync(fresh).uid, statSync(old).uid]).toEqual([NOBODY.uid, 0]);
  });

  test('is nothing in a folder that the user can write to: there it is the user who does it, or nobody', ({ folder }) => {
    chownSync(folder, NOBODY.uid, NOBODY.gid);
    writeFileSync(join(folder, 'log'), '', { mode: 0o600 });
    expect(() => openLogFor(nobody(), join(folder, 'log'))).toThrow(/^cannot open the log .*: EACCES/);
    closeSync(openLogFor(nobody(), join(folder, 'own')));
    expect(statSync(join(folder, 'own')).uid).toBe(NOBODY.uid);
    expect(existsSync(join(folder, 'log'))).toBe(true);
  });
});

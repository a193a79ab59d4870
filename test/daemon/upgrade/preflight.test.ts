import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DaemonConfig } from '../../../src/daemon/config/config.ts';
import { Database } from '../../../src/daemon/database.ts';
import { Store } from '../../../src/daemon/store.ts';
import { changeInTheWay, expectReadable } from '../../../src/daemon/upgrade/preflight.ts';
import { failure, temporaryFolder } from '../accounts/rig.ts';

const USER: DaemonConfig['user'] = { uid: 33, gid: 33, groups: [33], user: undefined };

describe('a gafferd that is to take over', () => {
  it.each([
    ['the same folder', { stateDir: '/a', user: undefined }, { isRoot: false, uid: 1000 }, undefined],
    ['another folder', { stateDir: '/b', user: undefined }, { isRoot: false, uid: 1000 }, /the state folder was \/a and is to be \/b/],
    ['root that stays root', { stateDir: '/a', user: undefined }, { isRoot: true, uid: 0 }, undefined],
    ['the user that root has become', { stateDir: '/a', user: USER }, { isRoot: true, uid: 33 }, undefined],
    ['another user', { stateDir: '/a', user: USER }, { isRoot: true, uid: 34 }, /another user/],
    ['no user any more', { stateDir: '/a', user: undefined }, { isRoot: true, uid: 33 }, /another user.*as root/],
    ['a user whom root becomes only now', { stateDir: '/a', user: USER }, { isRoot: true, uid: 0 }, undefined],
  ])('may have %s or not', (_, config, before, expected) => {
    const obstacle = changeInTheWay(config, { stateDir: '/a', ...before });
    expect(obstacle ?? '').toMatch(expected ?? /^$/);
  });

  it('refuses a state file of a newer version, and touches no other', () => {
    const folder = temporaryFolder();
    expect(() => expectReadable(folder)).not.toThrow();
    Store.open(folder, { onProblem: () => undefined }).close();
    expect(() => expectReadable(folder)).not.toThrow();
    const database = new Database(join(folder, 'state.db'));
    database.execute('PRAGMA user_version = 1000');
    database.close();
    expect(failure(() => expectReadable(folder))).toMatchObject({
      code: 'io_failed',
      message: expect.stringMatching(/newer gafferd: install/) as string,
    });
  });
});

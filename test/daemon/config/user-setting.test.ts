import { describe, expect } from 'vitest';
import { findUser, groupsOf, type User } from '../../../src/supervisor/user-database.ts';
import { test } from './rig.ts';

const NOBODY = findUser('nobody') as User;

const AS_ROOT = { isRoot: true };

describe('the user', () => {
  test('is nobody in particular unless one is named', ({ rig }) => {
    expect(rig.config('[gaffer]').user).toBeUndefined();
  });

  test('is named by the file, a variable or the command line, the last one first', ({ rig }) => {
    const expected = { uid: NOBODY.id, gid: NOBODY.gid, groups: [NOBODY.gid, ...groupsOf('nobody')], user: NOBODY };
    expect(rig.config('[gaffer]\nuser = nobody', {}, AS_ROOT).user).toEqual(expected);
    expect(rig.config('[gaffer]\nuser = root', {}, { ...AS_ROOT, env: { GAFFERD_USER: 'nobody' } }).user).toEqual(expected);
    expect(rig.config('[gaffer]\nuser = root', { user: String(NOBODY.id) }, { ...AS_ROOT, env: { GAFFERD_USER: 'daemon' } }).user).toEqual(expected);
  });

  test('can be in another group, also one without a name', ({ rig }) => {
    expect(rig.config('[gaffer]\nuser = nobody:daemon', {}, AS_ROOT).user).toMatchObject({ uid: NOBODY.id, gid: findUser('daemon')?.gid });
    expect(rig.config('[gaffer]\nuser = 4711:4712', {}, AS_ROOT).user).toEqual({ uid: 4711, gid: 4712, groups: [4712], user: undefined });
  });

  test.for([
    ['nobodyy', 'expected a user of this machine, as NAME or NAME:GROUP, got "nobodyy"'],
    ['', 'expected a user of this machine, as NAME or NAME:GROUP, got ""'],
    ['nobody:', 'expected a user of this machine, as NAME or NAME:GROUP, got "nobody:"'],
    ['a:b:c', 'expected a user of this machine, as NAME or NAME:GROUP, got "a:b:c"'],
    ['4711', 'expected a user of this machine, as NAME or NAME:GROUP, got "4711"'],
    ['4294967295:0', 'expected a user of this machine, as NAME or NAME:GROUP, got "4294967295:0"'],
    ['root:daemon', 'expected another user than root where a group is named, got "root:daemon"'],
  ])('is not %j', ([text = '', message = ''], { rig }) => {
    expect(rig.findings(`[gaffer]\nuser = ${text}`, {}, AS_ROOT)).toEqual([`x.ini:2: [gaffer] user: ${message}`]);
  });

  test('is only changed to by root', ({ rig }) => {
    const other = process.geteuid?.() === NOBODY.id ? 'root' : 'nobody';
    const got = process.geteuid?.() ?? '';
    expect(rig.findings(`[gaffer]\nuser = ${other}`)).toEqual([
      `x.ini:2: [gaffer] user: expected gafferd to be started by root or by ${other}, got user ${got}; start it as root, or leave this out`,
    ]);
    expect(rig.config(`[gaffer]\nuser = ${got}`).user).toMatchObject({ uid: got });
  });
});

describe('jobs beside a user', () => {
  const job = (name: string, ...lines: readonly string[]): string => [`[process:${name}]`, 'cmd = x', ...lines, ''].join('\n');

  test('are that user', ({ rig }) => {
    const text = `[gaffer]\nuser = nobody\n${job('a')}${job('b', 'uid = nobody')}${job('c', `uid = ${NOBODY.id}`, `gid = ${NOBODY.gid}`)}${job('d', `gid = ${NOBODY.gid}`)}`;
    expect(rig.config(text, {}, AS_ROOT).jobs).toHaveLength(4);
  });

  test.for([
    ['uid = daemon', "it is to run as daemon, but gafferd runs as nobody alone; remove its uid and gid, or gafferd's user"],
    ['uid = 0', "it is to run as root, but gafferd runs as nobody alone; remove its uid and gid, or gafferd's user"],
    ['gid = 0', "it is to run as group 0, but gafferd runs as nobody alone; remove its uid and gid, or gafferd's user"],
    ['uid = nobodyy', 'uid: expected a user or group of this machine, got "nobodyy"'],
  ])('can be nobody else: %s', ([line = '', message = ''], { rig }) => {
    const text = `[gaffer]\nuser = nobody\n${job('shop:web', line)}`;
    expect(rig.findings(text, {}, AS_ROOT)).toEqual([`x.ini:3: job "web" of session "shop": ${message}`]);
    expect(rig.findings(text.replace('user = nobody\n', ''), {}, AS_ROOT)).toEqual([]);
  });
});

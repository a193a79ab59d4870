import { describe, expect, it } from 'vitest';
import { environmentOfUser, isOwnIdentity, nameOfIdentity, resolveIdentity } from '../../src/supervisor/identity.ts';
import { identityOptions } from '../../src/supervisor/user-change.ts';
import { findUser, groupsOf, type User } from '../../src/supervisor/user-database.ts';

const NOBODY = findUser('nobody') as User;

/** An id that nobody has. */
const UNKNOWN = 3_999_999_999;

describe('who a process runs as', () => {
  it('is nobody else when nothing is said', () => {
    expect(resolveIdentity(undefined, undefined)).toBeUndefined();
  });

  it.each<[string, number | string]>([
    ['name', 'nobody'],
    ['number', NOBODY.id],
    ['number in a text', String(NOBODY.id)],
  ])("is found by %s, with the user's own group", (_, wanted) => {
    expect(resolveIdentity(wanted, undefined)).toEqual({
      uid: NOBODY.id,
      gid: NOBODY.gid,
      groups: [NOBODY.gid, ...groupsOf('nobody')],
      user: NOBODY,
    });
  });

  it("is a user in another group, and not in the user's own", () => {
    expect(resolveIdentity('nobody', 'root')).toMatchObject({ uid: NOBODY.id, gid: 0, groups: [0, ...groupsOf('nobody')] });
    expect(resolveIdentity('nobody', UNKNOWN)).toMatchObject({ gid: UNKNOWN });
  });

  it('is the same user in another group', () => {
    expect(resolveIdentity(undefined, 0)).toEqual({ uid: undefined, gid: 0, groups: [0], user: undefined });
  });

  it('is a number that no user has, if a group is given', () => {
    expect(resolveIdentity(UNKNOWN, 0)).toEqual({ uid: UNKNOWN, gid: 0, groups: [0], user: undefined });
  });

  it('is not a number that no user has without a group: it would keep the group of root', () => {
    expect(() => resolveIdentity(UNKNOWN, undefined)).toThrow(/^uid: .* no group .*"gid"/);
  });

  it.each(['no such user', '0x0', '1e0', '-1', ' 0', '+0', '0 ', '+', '--service=files', '-s', '', 'root:', 'root\n', '$(id -u)', '\0'])(
    'is not %j',
    (name) => {
      expect(() => resolveIdentity(name, undefined)).toThrow(
        expect.objectContaining({ code: 'invalid_config', message: expect.stringMatching(/^uid: /) as string }),
      );
      expect(() => resolveIdentity(undefined, name)).toThrow(/^gid: /);
    },
  );

  it.each([4_294_967_295, '4294967295', 4_294_967_296, '4294967296', '18446744073709551616', -1, 0.5, Number.NaN])(
    'is not %j, which the system would take for root or for nobody else',
    (id) => {
      expect(() => resolveIdentity(id, 0)).toThrow(/^uid: expected a user or group of this machine, got/);
      expect(() => resolveIdentity(undefined, id)).toThrow(/^gid: expected a user or group of this machine, got/);
    },
  );
});

describe('the identity of this process', () => {
  const own = { uid: process.geteuid?.(), gid: process.getegid?.(), groups: process.getgroups?.() ?? [], user: undefined };

  it.each([
    { identity: own, isOwn: true },
    { identity: { ...own, gid: undefined }, isOwn: true },
    { identity: { ...own, uid: undefined }, isOwn: true },
    { identity: { ...own, uid: UNKNOWN }, isOwn: false },
    { identity: { ...own, gid: UNKNOWN }, isOwn: false },
    { identity: { ...own, groups: [...own.groups, UNKNOWN] }, isOwn: own.uid !== 0 },
  ])('$identity: $isOwn', ({ identity, isOwn }) => {
    expect(isOwnIdentity(identity)).toBe(isOwn);
  });

  it.each([
    [{ uid: NOBODY.id, gid: NOBODY.gid, groups: [], user: NOBODY }, 'nobody'],
    [{ uid: NOBODY.id, gid: 1, groups: [], user: NOBODY }, 'nobody and group 1'],
    [{ uid: 4711, gid: 1, groups: [], user: undefined }, 'user 4711 and group 1'],
    [{ uid: undefined, gid: 1, groups: [], user: undefined }, 'group 1'],
  ])('%j is called %s', (identity, name) => {
    expect(nameOfIdentity(identity)).toBe(name);
  });
});

describe('the environment of a user', () => {
  it("names the user, and where the user's files are", () => {
    const user = { name: 'deploy', id: 1, gid: 1, home: '/srv/deploy', shell: '/bin/zsh' };
    expect(environmentOfUser({ uid: 1, gid: 1, groups: [], user })).toEqual({
      HOME: '/srv/deploy',
      USER: 'deploy',
      LOGNAME: 'deploy',
      SHELL: '/bin/zsh',
    });
  });

  it("is not the supervisor's where the system knows no such user", () => {
    expect(environmentOfUser({ uid: 4711, gid: 1, groups: [], user: undefined })).toEqual({
      HOME: '/',
      USER: '4711',
      LOGNAME: '4711',
      SHELL: '/bin/sh',
    });
  });

  it('is left as it is for another group', () => {
    expect(environmentOfUser({ uid: undefined, gid: 1, groups: [], user: undefined })).toEqual({});
  });
});

describe('the options that change the user', () => {
  it('take the groups of a user who has a name', () => {
    expect(identityOptions({ uid: 33, gid: 34, groups: [34, 4], user: NOBODY })).toEqual(['--reuid=33', '--regid=34', '--groups=34,4']);
  });

  it('take no other groups for one who has none', () => {
    expect(identityOptions({ uid: 4711, gid: 34, groups: [34], user: undefined })).toEqual(['--reuid=4711', '--regid=34', '--clear-groups']);
    expect(identityOptions({ uid: undefined, gid: 34, groups: [34], user: undefined })).toEqual(['--regid=34', '--clear-groups']);
  });
});

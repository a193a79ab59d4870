import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { identityOptions, isOwnIdentity, resolveIdentity } from '../../src/supervisor/identity.ts';

const [, , uid, gid] =
  readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
    ?.split(':') ?? [];
const NOBODY = { uid: Number(uid), gid: Number(gid), user: 'nobody' };

/** An id that nobody has. */
const UNKNOWN = 3_999_999_999;

describe('who a process runs as', () => {
  it('is nobody else when nothing is said', () => {
    expect(resolveIdentity(undefined, undefined)).toBeUndefined();
  });

  it.each<[string, number | string]>([
    ['name', 'nobody'],
    ['number', NOBODY.uid],
    ['number in a text', String(NOBODY.uid)],
  ])("is found by %s, with the user's own group", (_, wanted) => {
    expect(resolveIdentity(wanted, undefined)).toEqual(NOBODY);
  });

  it('is a user in another group', () => {
    expect(resolveIdentity('nobody', 'root')).toEqual({ ...NOBODY, gid: 0 });
    expect(resolveIdentity('nobody', UNKNOWN)).toEqual({ ...NOBODY, gid: UNKNOWN });
  });

  it('is the same user in another group', () => {
    expect(resolveIdentity(undefined, 0)).toEqual({ uid: undefined, gid: 0, user: undefined });
  });

  it('is a number that no user has, if a group is given', () => {
    expect(resolveIdentity(UNKNOWN, 0)).toEqual({ uid: UNKNOWN, gid: 0, user: undefined });
  });

  it('is not a number that no user has without a group: it would keep the group of root', () => {
    expect(() => resolveIdentity(UNKNOWN, undefined)).toThrow(/^uid: .* no group .*"gid"/);
  });

  it.each(['no such user', '0x0', '1e0', '-1', ' 0'])('is not "%s"', (name) => {
    expect(() => resolveIdentity(name, undefined)).toThrow(
      expect.objectContaining({ code: 'invalid_config', message: expect.stringMatching(/^uid: /) as string }),
    );
    expect(() => resolveIdentity(undefined, name)).toThrow(/^gid: /);
  });
});

describe('the identity of this process', () => {
  const own = { uid: process.geteuid?.(), gid: process.getegid?.(), user: undefined };

  it.each([
    { identity: own, isOwn: true },
    { identity: { ...own, gid: undefined }, isOwn: true },
    { identity: { ...own, uid: undefined }, isOwn: true },
    { identity: { ...own, uid: UNKNOWN }, isOwn: false },
    { identity: { ...own, gid: UNKNOWN }, isOwn: false },
  ])('$identity: $isOwn', ({ identity, isOwn }) => {
    expect(isOwnIdentity(identity)).toBe(isOwn);
  });
});

describe('the options that change the user', () => {
  it('take the groups of a user who has a name', () => {
    expect(identityOptions({ uid: 33, gid: 34, user: 'www-data' })).toEqual(['--reuid=33', '--regid=34', '--init-groups']);
  });

  it('take no other groups for one who has none', () => {
    expect(identityOptions({ uid: 4711, gid: 34, user: undefined })).toEqual(['--reuid=4711', '--regid=34', '--clear-groups']);
    expect(identityOptions({ uid: undefined, gid: 34, user: undefined })).toEqual(['--regid=34', '--clear-groups']);
  });
});

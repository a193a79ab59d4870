import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ADMIN,
  isAllowed,
  isWithin,
  type Need,
  NOTHING,
  type Permissions,
  parsePermissions,
  permissionsRecord,
  type Right,
  type Target,
} from '../../src/access/permissions.ts';

const ALL: Target = { kind: 'all' };
const SHOP: Target = { kind: 'session', session: 'shop' };
const WEB: Target = { kind: 'job', job: { session: 'shop', job: 'web' } };
const DOTTED: Target = { kind: 'job', job: { session: 'shop', job: 'web.old' } };
const OTHER: Target = { kind: 'job', job: { session: 'blog', job: 'web' } };

function right(name: Right, target: Target): Need {
  return { kind: 'right', right: name, target };
}

function permissions(members: Partial<Permissions>): Permissions {
  return { ...NOTHING, ...members };
}

describe('whether something is allowed', () => {
  test.for<[string, Partial<Permissions>, Need, boolean]>([
    ['an admin may manage all', { admin: true }, right('manage', ALL), true],
    ['an admin may make users', { admin: true }, { kind: 'create_user' }, true],
    ['nobody needs a right for what is public', {}, { kind: 'public' }, true],
    ['any key will do', {}, { kind: 'key' }, true],
    ['to manage all is not to be admin', { manage: ['*'] }, { kind: 'admin' }, false],
    ['to manage all is not to make keys', { manage: ['*'] }, { kind: 'create_key' }, false],
    ['who may make keys', { createKey: true }, { kind: 'create_key' }, true],
    ['who may make keys may not make users', { createKey: true }, { kind: 'create_user' }, false],
    ['who may make users', { createUser: true }, { kind: 'create_user' }, true],
    ['manage * covers a job', { manage: ['*'] }, right('manage', WEB), true],
    ['manage * covers all', { manage: ['*'] }, right('manage', ALL), true],
    ['manage is write', { manage: ['shop.web'] }, right('write', WEB), true],
    ['manage is read', { manage: ['shop.web'] }, right('read', WEB), true],
    ['write is read', { write: ['shop.web'] }, right('read', WEB), true],
    ['write is not manage', { write: ['*'] }, right('manage', WEB), false],
    ['read is not write', { read: ['*'] }, right('write', WEB), false],
    ['a session covers its jobs', { manage: ['shop'] }, right('manage', WEB), true],
    ['a session covers itself', { manage: ['shop'] }, right('manage', SHOP), true],
    ['a session does not cover all', { manage: ['shop'] }, right('manage', ALL), false],
    ['a session does not cover another', { manage: ['shop'] }, right('read', OTHER), false],
    ['a job does not cover its session', { manage: ['shop.web'] }, right('read', SHOP), false],
    ['a job does not cover one whose name begins like it', { manage: ['shop.web'] }, right('read', DOTTED), false],
    ['a job with a dot', { read: ['shop.web.old'] }, right('read', DOTTED), true],
    ['a session does not cover one whose name begins like it', { manage: ['sho'] }, right('read', WEB), false],
  ])('%s', ([, given, need, expected]) => {
    expect(isAllowed(permissions(given), need)).toBe(expected);
  });
});

const TARGETS = fc.uniqueArray(fc.constantFrom('*', 'shop', 'blog', 'shop.web', 'shop.web.old', 'blog.web'), { maxLength: 3 });
const PERMISSIONS: fc.Arbitrary<Permissions> = fc.record({
  admin: fc.boolean(),
  createKey: fc.boolean(),
  createUser: fc.boolean(),
  manage: TARGETS,
  write: TARGETS,
  read: TARGETS,
});
const NEEDS: readonly Need[] = [
  { kind: 'admin' },
  { kind: 'create_key' },
  { kind: 'create_user' },
  ...(['read', 'write', 'manage'] as const).flatMap((name) => [ALL, SHOP, WEB, DOTTED, OTHER].map((target) => right(name, target))),
];

describe('a key made from another', () => {
  test('may do nothing that the other may not', () => {
    fc.assert(
      fc.property(PERMISSIONS, PERMISSIONS, (given, own) => {
        fc.pre(isWithin(given, own));
        for (const need of NEEDS) {
          expect(!isAllowed(given, need) || isAllowed(own, need)).toBe(true);
        }
      }),
    );
  });

  test('may have what the other has', () => {
    fc.assert(fc.property(PERMISSIONS, (own) => isWithin(own, own) && isWithin(NOTHING, own) && isWithin(own, ADMIN)));
  });
});

describe('permissions as they are sent', () => {
  test('are read as they were written', () => {
    fc.assert(
      fc.property(PERMISSIONS, (given) => {
        expect(parsePermissions(permissionsRecord(given))).toEqual(given);
      }),
    );
    expect(parsePermissions({})).toEqual(NOTHING);
  });

  test.for<[unknown, RegExp]>([
    [[], /^permissions: expected an object/],
    [{ admin: 'yes' }, /^permissions\.admin: expected true or false, got "yes"/],
    [{ manage: 'shop' }, /^permissions\.manage: expected a list/],
    [{ read: ['sh op'] }, /^permissions\.read: expected a list/],
    [{ read: [1] }, /^permissions\.read: expected a list/],
    [{ raed: ['shop'] }, /^permissions\.raed: no such member; there are admin/],
    [JSON.parse('{"__proto__": {"admin": true}}'), /no such member/],
  ])('%j is refused', ([value, message]) => {
    expect(() => parsePermissions(value)).toThrow(message);
  });
});

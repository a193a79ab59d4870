import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectAllowed, mayHolder } from '../../src/access/holder.ts';
import { ADMIN, isAllowed, type Need, NOTHING, type Permissions, type Right } from '../../src/access/permissions.ts';

const SESSION = fc.constantFrom('shop', 'blog', 'a');
const JOB = fc.constantFrom('web', 'db', 'web.old', 'b', 'b.c', '../web', '*', 'shop', '__proto__');
const TARGET = fc.oneof(
  fc.constant('*'),
  SESSION,
  fc.tuple(SESSION, JOB).map(([session, job]) => `${session}.${job}`),
);
const TARGETS = fc.array(TARGET, { maxLength: 3 });
const PERMISSIONS: fc.Arbitrary<Permissions> = fc.record({
  admin: fc.boolean(),
  createKey: fc.boolean(),
  createUser: fc.boolean(),
  manage: TARGETS,
  write: TARGETS,
  read: TARGETS,
});
const RIGHT = fc.constantFrom<Right>('read', 'write', 'manage');
const NEED: fc.Arbitrary<Need> = fc.oneof(
  fc.constantFrom<Need>({ kind: 'public' }, { kind: 'key' }, { kind: 'admin' }, { kind: 'create_key' }, { kind: 'create_user' }),
  RIGHT.map((right): Need => ({ kind: 'right', right, target: { kind: 'all' } })),
  fc.tuple(RIGHT, SESSION).map(([right, session]): Need => ({ kind: 'right', right, target: { kind: 'session', session } })),
  fc.tuple(RIGHT, SESSION, JOB).map(([right, session, job]): Need => ({ kind: 'right', right, target: { kind: 'job', job: { session, job } } })),
  fc
    .tuple(fc.constantFrom('key_itself' as const, 'user_itself' as const), fc.boolean(), fc.boolean())
    .map(([kind, isOwn, isAdmins]): Need => ({ kind, isOwn, isAdmins })),
);

/** Both together. */
function joined(one: Permissions, other: Permissions): Permissions {
  return {
    admin: one.admin || other.admin,
    createKey: one.createKey || other.createKey,
    createUser: one.createUser || other.createUser,
    manage: [...one.manage, ...other.manage],
    write: [...one.write, ...other.write],
    read: [...one.read, ...other.read],
  };
}

describe('more permissions', () => {
  test('never allow less, and two sets together no more than one of both', () => {
    fc.assert(
      fc.property(PERMISSIONS, PERMISSIONS, NEED, (one, other, need) => {
        expect(isAllowed(joined(one, other), need)).toBe(isAllowed(one, need) || isAllowed(other, need));
      }),
      { numRuns: 2000 },
    );
  });

  test('begin with nothing, and end with everything', () => {
    fc.assert(
      fc.property(PERMISSIONS, NEED, (permissions, need) => {
        expect(isAllowed(ADMIN, need)).toBe(true);
        expect(!isAllowed(NOTHING, need) || isAllowed(permissions, need)).toBe(true);
      }),
    );
  });

  test('to manage allow to write, and to write to read', () => {
    fc.assert(
      fc.property(PERMISSIONS, NEED, (permissions, need) => {
        fc.pre(need.kind === 'right');
        const may = (right: Right): boolean => isAllowed(permissions, { ...need, right });
        expect([!may('manage') || may('write'), !may('write') || may('read')]).toEqual([true, true]);
      }),
    );
  });
});

describe('a key made from others', () => {
  test('may only what each of them may, whatever it says of itself', () => {
    fc.assert(
      fc.property(fc.array(PERMISSIONS, { minLength: 1, maxLength: 4 }), NEED, (chain, need) => {
        const holder = { keyId: 'key-0123456789ab', chain };
        expect(mayHolder(holder, need)).toBe(chain.every((permissions) => isAllowed(permissions, need)));
        expect(mayHolder({ ...holder, chain: [ADMIN, ...chain] }, need)).toBe(mayHolder(holder, need));
        if (!mayHolder(holder, need)) {
          expect(() => expectAllowed(holder, need)).toThrow(expect.objectContaining({ code: 'forbidden' }) as Error);
        }
      }),
    );
  });

  test('of which nothing is known may nothing at all', () => {
    fc.assert(fc.property(NEED, (need) => !mayHolder({ keyId: 'key-0123456789ab', chain: [] }, need)));
  });
});

describe('a key for one job', () => {
  const READS: Permissions = { ...NOTHING, manage: ['a.b'] };

  test('does not open a session that is called like it: b.c of a is another job, however its name is divided', () => {
    for (const target of [
      { kind: 'job', job: { session: 'a.b', job: 'c' } },
      { kind: 'job', job: { session: 'a', job: 'b.c' } },
      { kind: 'session', session: 'a.b' },
    ] as const) {
      expect([target, isAllowed(READS, { kind: 'right', right: 'read', target })]).toEqual([target, false]);
    }
    expect(isAllowed(READS, { kind: 'right', right: 'manage', target: { kind: 'job', job: { session: 'a', job: 'b' } } })).toBe(true);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayHolder } from '../../../src/access/holder.ts';
import { isWithin, type Need, type Permissions, type Target } from '../../../src/access/permissions.ts';
import { openAccounts } from './rig.ts';

const target = fc.constantFrom('*', 'shop', 'shop.web', 'shop.db', 'blog', 'blog.web');
const targets = fc.uniqueArray(target, { maxLength: 2 });

const permissions: fc.Arbitrary<Permissions> = fc.record({
  admin: fc.boolean(),
  createKey: fc.boolean(),
  createUser: fc.boolean(),
  manage: targets,
  write: targets,
  read: targets,
});

/** What is done with keys: numbers choose among those that there are. */
const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('create' as const), parent: fc.option(fc.nat()), permissions }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('login' as const), of: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: fc.nat() }) },
);

const ALL: readonly Target[] = [
  { kind: 'all' },
  { kind: 'session', session: 'shop' },
  { kind: 'job', job: { session: 'shop', job: 'web' } },
  { kind: 'job', job: { session: 'blog', job: 'db' } },
];

const NEEDS: readonly Need[] = [
  { kind: 'admin' },
  { kind: 'create_key' },
  { kind: 'create_user' },
  ...ALL.flatMap((one) => (['read', 'write', 'manage'] as const).map((right): Need => ({ kind: 'right', right, target: one }))),
];

describe('whatever is done with keys', () => {
  it('no key can do what one above it cannot, nothing outlives its parent, and the file says the same as the memory', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 25 }), (deeds) => {
        const { folder, keys, store } = openAccounts();
        const secrets = new Map<string, string>();
        const revoked = new Set<string>();
        keys.onRevoked((ids) => {
          for (const id of ids) {
            expect(revoked.has(id)).toBe(false);
            revoked.add(id);
          }
        });
        for (const one of deeds) {
          const chosen = (at: number): string | undefined => keys.all[at % Math.max(1, keys.all.length)]?.id;
          if (one.kind === 'delete') {
            const id = chosen(one.key);
            if (id !== undefined) {
              const expected = [id, ...keys.under(id).map((key) => key.id)];
              expect(keys.delete(id)).toBe(expected.length);
              expect(expected.every((gone) => revoked.has(gone))).toBe(true);
            }
            continue;
          }
          const parent = one.kind === 'login' ? chosen(one.of) : one.parent === null ? undefined : chosen(one.parent);
          try {
            const made = one.kind === 'login' ? parent && keys.createLogin('bob', parent) : keys.create({ permissions: one.permissions, parent });
            if (made) {
              secrets.set(made.info.id, made.secret);
            }
          } catch (error) {
            expect((error as { code?: unknown }).code).toBe('forbidden');
            expect(one.kind === 'create' && parent !== undefined && !isWithin(one.permissions, keys.get(parent).permissions)).toBe(true);
          }
        }
        const again = openAccounts(folder);
        expect(again.keys.all).toEqual(keys.all);
        for (const { id, parent } of keys.all) {
          const holder = keys.holderOf(secrets.get(id) ?? '');
          expect(again.keys.holderOf(secrets.get(id) ?? '')).toEqual(holder);
          const above = parent === undefined ? undefined : keys.holderOf(secrets.get(parent) ?? '');
          expect(above === undefined).toBe(parent === undefined);
          for (const need of NEEDS) {
            expect(above === undefined || holder === undefined || !mayHolder(holder, need) || mayHolder(above, need)).toBe(true);
          }
        }
        expect([...revoked].some((id) => keys.holderOf(secrets.get(id) ?? '') !== undefined)).toBe(false);
        again.store.close();
        store.close();
      }),
      { numRuns: 30 },
    );
  });
});

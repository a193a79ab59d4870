import { describe, expect, it } from 'vitest';
import { ADMIN, NOTHING } from '../../../src/access/permissions.ts';
import { parseAddress } from '../../../src/daemon/config/address.ts';
import type { TlsSettings } from '../../../src/daemon/config/tls-settings.ts';
import { type AccessFacts, checkAccess } from '../../../src/doctor/checks/access.ts';
import { checkAccounts } from '../../../src/doctor/checks/keys.ts';
import { told } from './told.ts';

const TLS = {} as TlsSettings;

function facts(addresses: readonly string[], more: Partial<AccessFacts> & { readonly tls?: TlsSettings } = {}): AccessFacts {
  const { tls, ...rest } = more;
  const endpoints = addresses.map((address) => ({ address: parseAddress(address), backlog: 1, tls }));
  return { endpoints, requireKey: undefined, allowedOrigins: [], allowedHosts: [], keys: 1, ...rest };
}

describe('who gets in', () => {
  it.each<[string, AccessFacts, readonly string[]]>([
    ['whoever is on this machine', facts(['127.0.0.1:5000', 'unix:/run/g.sock']), ['ok access']],
    ['whoever has a key, over TLS', facts([':5000'], { tls: TLS }), ['ok access']],
    ['whoever has a key, on this machine', facts(['127.0.0.1:5000'], { requireKey: true }), ['ok access']],
    ['whoever has a key or listens on the way', facts([':5000']), ['warning keys-in-clear']],
    ['the same at two addresses', facts(['10.0.0.1:5000', '[::]:5001']), ['warning keys-in-clear', 'warning keys-in-clear']],
    ['everybody', facts([':5000'], { requireKey: false }), ['problem open-to-all']],
    ['everybody, also over TLS', facts([':5000'], { requireKey: false, tls: TLS }), ['problem open-to-all']],
    ['nobody', facts(['127.0.0.1:5000'], { requireKey: true, keys: 0 }), ['problem no-keys']],
    ['perhaps nobody', facts(['127.0.0.1:5000'], { requireKey: true, keys: undefined }), ['ok access']],
    ['every page in a browser', facts(['127.0.0.1:5000'], { allowedOrigins: ['*'] }), ['problem any-page']],
    ['no page, for no page reaches a socket', facts(['unix:/run/g.sock'], { allowedOrigins: ['*'] }), ['ok access']],
    ['no page, for a page has no key', facts(['127.0.0.1:5000'], { allowedOrigins: ['*'], requireKey: true }), ['ok access']],
    ['a page that comes safely', facts(['127.0.0.1:5000'], { allowedOrigins: ['https://ui.example', 'http://localhost:3000'] }), ['ok access']],
    ['a page that everybody on its way can change', facts(['127.0.0.1:5000'], { allowedOrigins: ['http://ui.example'] }), ['warning page-in-clear']],
    ['everybody, and every page', facts([':5000'], { requireKey: false, allowedOrigins: ['*'] }), ['problem open-to-all', 'problem any-page']],
  ])('is %s', (_what, set, expected) => {
    expect(told(checkAccess(set))).toEqual(expected);
  });
});

describe('keys and users', () => {
  const user = (name: string, type: 0 | 1 = 0, keyId?: string) => ({ name, type, keyId });

  it('are all right', () => {
    expect(checkAccounts({ keys: [{ id: 'key-1', label: 'admin key', permissions: ADMIN }], users: [user('ada', 0, 'key-1')] })).toEqual([]);
  });

  it('have keys of which nobody knows whose they are', () => {
    const keys = ['key-1', 'key-2', 'key-3', 'key-4'].map((id) => ({ id, label: undefined, permissions: NOTHING }));
    expect(checkAccounts({ keys: [...keys, { id: 'key-5', label: 'x', permissions: NOTHING }], users: [] })).toMatchObject([
      { level: 'advice', id: 'unnamed-keys', message: '4 of 5 keys have no label, and nobody can tell whose they are: key-1, key-2, key-3 …' },
    ]);
  });

  it('have many who can do everything, by their kind or by their key', () => {
    const keys = [{ id: 'key-1', label: 'x', permissions: ADMIN }];
    const users = [user('a'), user('b'), user('c'), user('d', 1, 'key-1'), user('e', 1)];
    expect(checkAccounts({ keys, users })).toMatchObject([{ id: 'many-admins', message: '4 users can do everything: a, b, c, d' }]);
  });
});

import { describe, expect, it } from 'vitest';
import { ADMIN, NOTHING } from '../../../src/access/permissions.ts';
import { failure, openAccounts, permissions, tamper, userRequest, withBob } from './rig.ts';

const SHOP = permissions({ manage: ['shop'] });

/** Each password that is tried takes the time of a core, and others may want it too. */
const SLOW = { timeout: 60_000 };

describe('the key of a user', SLOW, () => {
  it('may be named by its id or by its secret', async () => {
    const { users, keys } = await withBob();
    const other = keys.create({ permissions: NOTHING });
    expect(users.resolveKey('bob', other.info.id)).toEqual({ kind: 'id', keyId: other.info.id });
    expect(users.resolveKey(undefined, other.secret)).toEqual({ kind: 'secret', keyId: other.info.id });
    users.setKey('bob', other.secret);
    expect(users.get('bob').keyId).toBe(other.info.id);
    users.setKey('bob', undefined);
    expect(users.get('bob').keyId).toBeUndefined();
  });

  it('may be a text of one’s own: a new key that can do what the present one can', async () => {
    const { users, keys } = openAccounts();
    const top = keys.create({ permissions: permissions({ manage: ['*'] }) });
    const present = keys.create({ permissions: SHOP, parent: top.info.id });
    await users.create('bob', userRequest({ key: present.info.id }));
    const secret = 'a-text-of-bobs-own';
    const before = keys.all;
    expect(users.resolveKey('bob', secret)).toEqual({ kind: 'new', request: { permissions: SHOP, parent: top.info.id, secret } });
    expect(keys.all).toEqual(before);
    users.setKey('bob', secret);
    const { keyId = '' } = users.get('bob');
    expect(keys.get(secret)).toEqual({ id: keyId, label: 'key of bob', permissions: SHOP, parent: top.info.id });
    expect(keys.isValid(present.info.id)).toBe(true);
    keys.delete(top.info.id);
    expect(keys.holderOf(secret)).toBeUndefined();
    expect(users.get('bob').keyId).toBeUndefined();
  });

  it('is for a new user, or one without a key, a key that can do nothing', async () => {
    const { users, keys } = openAccounts();
    await users.create('bob', userRequest({ key: 'a-text-of-bobs-own' }));
    expect(keys.get('a-text-of-bobs-own')).toMatchObject({ id: users.get('bob').keyId, permissions: NOTHING });
    await users.login('bob', 'correct horse', 'unix');
  });

  it('is no key that ends with a login', async () => {
    const { users, keys } = await withBob();
    const login = await users.login('bob', 'correct horse', 'unix');
    const sub = keys.create({ permissions: SHOP, parent: login.info.id });
    for (const text of [login.info.id, login.secret, sub.secret]) {
      const { code, message } = failure(() => users.setKey('bob', text));
      expect(code).toBe('bad_request');
      expect(message).toMatch(/^key: expected one that stays, got key-[0-9a-f]{12}, which came from a login/);
    }
    expect(keys.isValid(login.info.id)).toBe(true);
  });

  it('ends the logins with the old one', async () => {
    const { users, keys } = await withBob();
    const login = await users.login('bob', 'correct horse', 'unix');
    users.setKey('bob', 'a-text-of-bobs-own');
    expect(keys.holderOf(login.secret)).toBeUndefined();
  });

  it('that is deleted is the user’s no more, here and on disk', async () => {
    const { users, keys, keyId, folder } = await withBob();
    keys.delete(keyId);
    expect(users.get('bob').keyId).toBeUndefined();
    expect(openAccounts(folder).users.get('bob').keyId).toBeUndefined();
  });

  it('that can’t be read is nobody’s', async () => {
    const { folder, file } = await withBob();
    tamper(file, "UPDATE keys SET permissions = 'damaged'");
    const { users } = openAccounts(folder);
    expect(users.get('bob').keyId).toBeUndefined();
    await expect(users.login('bob', 'correct horse', 'unix')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('tells whose it is', async () => {
    const { users, keys, keyId } = await withBob();
    await users.create('alice', userRequest());
    const login = await users.login('bob', 'correct horse', 'unix');
    const sub = keys.create({ permissions: SHOP, parent: login.info.id });
    const ofOwn = keys.create({ permissions: SHOP, parent: keyId });
    const owns = (id: string): readonly boolean[] => ['bob', 'alice', 'nobody'].map((name) => users.isOwn({ keyId: id, chain: [] }, name));
    expect([keyId, login.info.id, sub.info.id, ofOwn.info.id].map(owns)).toEqual([
      [true, false, false],
      [true, false, false],
      [false, false, false],
      [false, false, false],
    ]);
    expect([keyId, login.info.id, sub.info.id].map((id) => users.userOf(id))).toEqual(['bob', 'bob', undefined]);
    await users.create('constructor', userRequest());
    expect(users.isOwn({ keyId: 'key-0123456789ab', chain: [ADMIN] }, 'constructor')).toBe(false);
  });
});

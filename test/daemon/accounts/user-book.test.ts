import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { breakTable, failure, openAccounts, tamper, userRequest, withBob } from './rig.ts';

const HASH = /scrypt|PBKDF2|\$/;

/** Each password that is tried takes the time of a core, and others may want it too. */
const SLOW = { timeout: 60_000 };

describe('a user', SLOW, () => {
  it('is told without the password’s hash, and is there after a new start', async () => {
    const { users, keyId, store, folder, file } = await withBob();
    const bob = { name: 'bob', type: 1, keyId, extra: {} };
    const extra = JSON.parse('{"__proto__": {"admin": true}, "constructor": [1, null, "ü"], "mail": "a@b"}') as Record<string, unknown>;
    await users.create('alice', userRequest({ type: 0, extra }));
    const alice = { name: 'alice', type: 0, keyId: undefined, extra };
    expect(users.all).toEqual([bob, alice]);
    expect(users.get('bob')).toEqual(bob);
    expect(JSON.stringify(users.all)).not.toMatch(HASH);
    store.close();
    expect(readFileSync(file, 'latin1')).not.toContain('correct horse');
    const again = openAccounts(folder);
    expect(again.users.all).toEqual([bob, alice]);
    expect(Object.getPrototypeOf(again.users.get('alice').extra)).toBe(Object.prototype);
    expect(JSON.stringify(again.users.get('alice').extra)).toBe(JSON.stringify(extra));
  });

  it.each(['__proto__', 'constructor', 'toString', '魚 und 🐎'])('may be called %s', async (name) => {
    const { users, folder, keyId } = await withBob();
    expect(failure(() => users.get(name)).code).toBe('user_not_found');
    await users.create(name, userRequest({ key: keyId }));
    await users.login(name, 'correct horse', 'unix');
    const again = openAccounts(folder);
    expect(again.users.get(name).name).toBe(name);
    again.users.delete(name);
    expect(again.users.all.map((one) => one.name)).toEqual(['bob']);
  });

  it('is found by every form of the same name, and there is only one of it', async () => {
    const { users } = openAccounts();
    await users.create('Zoe\u0308', userRequest());
    expect(users.get('Zo\u00eb').name).toBe('Zo\u00eb');
    expect(users.get('Zoe\u0308').name).toBe('Zo\u00eb');
    await expect(users.create('Zo\u00eb', userRequest())).rejects.toMatchObject({ code: 'user_exists' });
  });

  it('is made once, also when two want to at the same time', async () => {
    const { users } = openAccounts();
    const made = await Promise.allSettled([users.create('bob', userRequest({ type: 0 })), users.create('bob', userRequest())]);
    expect(made.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(users.get('bob').type).toBe(made[0].status === 'fulfilled' ? 0 : 1);
    await expect(users.create('bob', userRequest())).rejects.toThrow("username 'bob' already exists. Please choose another");
  });

  it.each<[string, string, Partial<Parameters<typeof userRequest>[0]>, string]>([
    ['a name that will not do', 'a:b', {}, 'bad_request'],
    ['a short password', 'bob', { password: 'short' }, 'bad_request'],
    ['too much beside it', 'bob', { extra: { a: 'x'.repeat(20_000) } }, 'bad_request'],
    ['a key that nobody has', 'bob', { key: 'key-0123456789ab' }, 'key_not_found'],
    ['a short key', 'bob', { key: 'short' }, 'bad_request'],
  ])('is not made with %s', async (_, name, more, code) => {
    const { users, keys } = openAccounts();
    await expect(users.create(name, userRequest(more))).rejects.toMatchObject({ code });
    expect([users.all, keys.all]).toEqual([[], []]);
  });

  it('that is not there is told by its name alone', async () => {
    const { users } = openAccounts();
    const expected = { code: 'user_not_found', message: String.raw`there is no user "bo\u000ab"` };
    expect(failure(() => users.get('bo\nb'))).toEqual(expected);
    expect(failure(() => users.delete('bo\nb'))).toEqual(expected);
    expect(failure(() => users.setKey('bo\nb', undefined))).toEqual(expected);
    await expect(users.replace('bo\nb', userRequest())).rejects.toMatchObject(expected);
    await expect(users.setPassword('bo\nb', 'correct horse')).rejects.toMatchObject(expected);
  });

  it('is replaced as a whole, and the logins end', async () => {
    const { users, keys } = await withBob();
    const login = await users.login('bob', 'correct horse', 'unix');
    await users.replace('bob', userRequest({ password: 'another horse', type: 0, extra: { mail: 'a@b' } }));
    expect(users.get('bob')).toEqual({ name: 'bob', type: 0, keyId: undefined, extra: { mail: 'a@b' } });
    expect(keys.holderOf(login.secret)).toBeUndefined();
    await expect(users.login('bob', 'correct horse', 'unix')).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(users.login('bob', 'another horse', 'unix')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('that is deleted is gone with all logins, and the own key stays', async () => {
    const { users, keys, keyId, folder } = await withBob();
    const login = await users.login('bob', 'correct horse', 'unix');
    const sub = keys.create({ permissions: login.info.permissions, parent: login.info.id });
    const told: string[][] = [];
    keys.onRevoked((ids) => told.push([...ids]));
    users.delete('bob');
    expect(told).toEqual([[login.info.id, sub.info.id]]);
    expect(users.all).toEqual([]);
    expect(keys.all.map(({ id }) => id)).toEqual([keyId]);
    expect(openAccounts(folder).keys.all).toEqual(keys.all);
    await expect(users.login('bob', 'correct horse', 'unix')).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

describe('a file that cannot be written', SLOW, () => {
  it.each(['users', 'keys'] as const)(
    'in its %s leaves everything as it is',
    async (table) => {
      const { users, keys, file, folder } = await withBob();
      const login = await users.login('bob', 'correct horse', 'unix');
      breakTable(file, table);
      const before = [users.all, keys.all];
      keys.onRevoked(() => expect.unreachable());
      const own = { key: 'a-text-of-ones-own' };
      await expect(users.create('alice', userRequest(own))).rejects.toMatchObject({ code: 'io_failed' });
      await expect(users.replace('bob', userRequest({ type: 0, ...own }))).rejects.toMatchObject({ code: 'io_failed' });
      await expect(users.setPassword('bob', 'another horse')).rejects.toMatchObject({ code: 'io_failed' });
      expect(failure(() => users.setKey('bob', own.key)).code).toBe('io_failed');
      const { code, message } = failure(() => users.delete('bob'));
      expect(code).toBe('io_failed');
      expect(message).not.toMatch(HASH);
      expect([users.all, keys.all]).toEqual(before);
      const again = openAccounts(folder);
      expect([again.users.all, again.keys.all]).toEqual(before);
      expect(keys.holderOf(login.secret)?.keyId).toBe(login.info.id);
    },
    20_000,
  );

  it('that is damaged in a row leaves out that user and says so, without a hash', async () => {
    const rig = await withBob();
    tamper(
      rig.file,
      "INSERT INTO users (name, password, type, extra) VALUES ('eve', 'scrypt$x', 0, '{\"scrypt$x'), ('mallory\n', 'scrypt$x', 0, '[]')",
    );
    const { users, problems, file } = openAccounts(rig.folder);
    expect(users.all.map(({ name }) => name)).toEqual(['bob']);
    expect(problems).toEqual([
      `the user "eve" in ${file} is left out: it is damaged`,
      `the user "mallory\\u000a" in ${file} is left out: expected an object of further members`,
    ]);
  });
});

describe('users that somebody else has added to the file', SLOW, () => {
  it('are known at once, and are not made a second time', async () => {
    const here = await withBob();
    const there = openAccounts(here.folder);
    await there.users.create('alice', userRequest({ key: here.keyId }));
    await expect(here.users.create('alice', userRequest())).rejects.toMatchObject({ code: 'user_exists' });
    expect(here.users.all.map(({ name }) => name)).toEqual(['bob', 'alice']);
    expect((await here.users.login('alice', 'correct horse', 'unix')).info.parent).toBe(here.keyId);
  });
});

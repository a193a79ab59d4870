import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOTHING } from '../../../src/access/permissions.ts';
import { NodeAccounts } from '../../../src/daemon/accounts/accounts.ts';
import { importOriginal } from '../../../src/daemon/accounts/import-original.ts';
import { type OriginalPlace, readOriginal } from '../../../src/daemon/accounts/original-files.ts';
import type { Import } from '../../../src/daemon/accounts/original-import.ts';
import { Database } from '../../../src/daemon/database.ts';
import { type OriginalContent, writeOriginal } from '../../support/original-accounts.ts';
import { failure, openAccounts, permissions, temporaryFolder, userRequest } from './rig.ts';

const AUTH = { authDbname: 'auth.db', keysDbname: 'keys.db' };

/** A secret as the original has made them. */
const secret = (number: number): string => number.toString(16).padStart(32, 'abcdef0123456789');

function takeOver(place: OriginalPlace, accounts: NodeAccounts): Import {
  return importOriginal(readOriginal(place), accounts);
}

/** Writes files as the original did, and takes them over. */
function imported(content: OriginalContent, into = openAccounts()) {
  const folder = temporaryFolder();
  writeOriginal(folder, content);
  const accounts = new NodeAccounts(into.store.accounts);
  const take = (): Import => takeOver({ folder, auth: AUTH }, accounts);
  return { ...into, folder, take, result: take(), keys: accounts.keys, users: accounts.users };
}

/** What is said, without what is not. */
function said({ left, notes, broken }: Import): object {
  return { left, notes, broken };
}

describe('what the original gafferd has kept', { timeout: 60_000 }, () => {
  const content = {
    keys: [
      [secret(3), { permissions: { read: ['shop.web'] } }, secret(2)],
      [secret(1), { permissions: { admin: true }, label: 'admin key' }, null],
      [secret(2), { permissions: { manage: ['shop'], create_key: true }, label: 'größe' }, null],
      [secret(4), { permissions: { manage: { '*': true }, write: null, unheard: 1 } }, null],
      [secret(5), '', null],
    ],
    users: [
      ['me', 'pass:word', 0, secret(1), { mail: 'a@b' }],
      ['app', 'short', 1, secret(2), '{"__proto__": 1}'],
      ['nobody', 'Zoe\u0308', 1, null, 'null'],
    ],
  } as const satisfies OriginalContent;

  it('keeps its secrets, parents, labels, permissions, passwords and further members', async () => {
    const { keys, users, result } = imported(content);
    expect(said(result)).toEqual({ left: [], notes: [], broken: [] });
    const web = permissions({ read: ['shop.web'] });
    const shop = permissions({ manage: ['shop'], createKey: true });
    expect(keys.holderOf(secret(1))?.chain).toEqual([{ ...NOTHING, admin: true }]);
    expect(keys.get(secret(1)).label).toBe('admin key');
    expect(keys.get(secret(2)).label).toBe('größe');
    expect(keys.holderOf(secret(3))?.chain).toEqual([web, shop]);
    expect(keys.get(secret(3)).parent).toBe(keys.get(secret(2)).id);
    expect(keys.holderOf(secret(4))?.chain).toEqual([permissions({ manage: ['*'] })]);
    expect(keys.holderOf(secret(5))?.chain).toEqual([NOTHING]);
    expect(users.all).toEqual([
      { name: 'me', type: 0, keyId: keys.get(secret(1)).id, extra: { mail: 'a@b' } },
      { name: 'app', type: 1, keyId: keys.get(secret(2)).id, extra: JSON.parse('{"__proto__": 1}') as object },
      { name: 'nobody', type: 1, keyId: undefined, extra: {} },
    ]);
    expect((await users.login('me', 'pass:word', 'unix')).info.parent).toBe(keys.get(secret(1)).id);
    expect((await users.login('app', 'short', 'unix')).info.permissions).toEqual(shop);
    await expect(users.login('nobody', 'Zoe\u0308', 'unix')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(users.login('me', 'password', 'unix')).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('is on disk when it is taken over, and no secret is', () => {
    const { folder: original, store, file, keys, users } = imported(content);
    const again = openAccounts(join(file, '..'));
    expect([again.keys.all, again.users.all]).toEqual([keys.all, users.all]);
    store.close();
    again.store.close();
    const bytes = readFileSync(file, 'latin1');
    expect(content.keys.filter(([key]) => bytes.includes(key))).toEqual([]);
    expect(readFileSync(join(original, 'keys.db'), 'latin1')).toContain(secret(1));
  });

  it('is taken over once; what is there stays as it is', async () => {
    const into = openAccounts();
    into.keys.create({ permissions: NOTHING, secret: secret(1), label: 'mine' });
    await into.users.create('me', userRequest({ type: 1 }));
    const { result, take, keys, users } = imported(content, into);
    expect(result.left).toEqual(['the key "admin key" in row 2 is there already', 'the user "me" is there already']);
    expect([keys.get(secret(1)).label, users.get('me').type]).toEqual(['mine', 1]);
    const before = [keys.all, users.all];
    const second = take();
    expect([second.addKeys, second.addUsers, second.broken]).toEqual([[], [], []]);
    expect(second.left).toHaveLength(content.keys.length + content.users.length);
    expect([keys.all, users.all]).toEqual(before);
  });

  it('is not touched, also where somebody was in the middle of writing', () => {
    const folder = temporaryFolder();
    writeOriginal(folder, content);
    const file = join(folder, 'keys.db');
    const other = new Database(file);
    other.execute("PRAGMA journal_mode = WAL; INSERT INTO keys VALUES ('0123456789abcdefg', '{}', NULL)");
    const bytes = (): readonly string[] => readdirSync(folder).map((name) => `${name} ${readFileSync(join(folder, name), 'base64')}`);
    const before = bytes();
    const { store } = openAccounts();
    const { addKeys } = takeOver({ folder, auth: AUTH }, new NodeAccounts(store.accounts));
    expect(addKeys).toHaveLength(content.keys.length + 1);
    expect(bytes()).toEqual(before);
    other.close();
  });

  it('may be in files of other names, or in one of them', () => {
    const { folder, store } = imported({ users: content.users });
    const accounts = new NodeAccounts(store.accounts);
    expect(readOriginal({ folder, auth: AUTH }).missing).toEqual([join(folder, 'keys.db')]);
    const others = { authDbname: 'x.db', keysDbname: 'y.db' };
    expect(failure(() => takeOver({ folder, auth: others }, accounts))).toEqual({
      code: 'io_failed',
      message: `expected x.db or y.db of the original gafferd in ${folder}, found neither`,
    });
    const second = { authDbname: join(folder, 'auth.db'), keysDbname: 'y.db' };
    expect(takeOver({ folder: temporaryFolder(), auth: second }, accounts).left).toHaveLength(3);
  });

  it.each<[string, string | undefined]>([
    ['is none', 'this is text, and no file of SQLite, however one looks at it'],
    ['has no such table', undefined],
  ])('that is a file which %s is told of, and nothing is changed', (_, text) => {
    const { folder, store } = imported({ users: content.users });
    const file = join(folder, 'keys.db');
    if (text === undefined) {
      new Database(file).close();
    } else {
      writeFileSync(file, text);
    }
    const accounts = new NodeAccounts(store.accounts);
    const failed = failure(() => takeOver({ folder, auth: AUTH }, accounts));
    expect(failed.code).toBe('io_failed');
    expect(failed.message).toMatch(new RegExp(`^cannot read ${file} as the original gafferd has written it: `));
  });
});

describe('a row that cannot be taken over', { timeout: 60_000 }, () => {
  const FINE = [secret(1), { permissions: { admin: true }, label: 'fine' }, null] as const;

  it('is named without its secret, and the others are', () => {
    const { result, keys } = imported({
      keys: [
        FINE,
        ['short', { label: 'a' }, null],
        [secret(2), 'no JSON with secret', null],
        [secret(3), '[]', null],
        [secret(4), { label: 'bad', permissions: { read: ['no/target'] } }, null],
        [secret(5), { label: 'two\nlines' }, null],
        [secret(6), { label: 'orphan' }, secret(66)],
        [secret(7), { label: 'below' }, secret(4)],
        [secret(8), { label: 'self' }, secret(8)],
        [null, { label: 'none' }, null],
      ],
    });
    expect(said(result)).toEqual({
      left: [],
      notes: [],
      broken: [
        'the key "a" in row 2: key: expected 16 to 256 characters, got 5',
        'the key in row 3: data: expected an object in JSON',
        'the key in row 4: data: expected an object in JSON',
        'the key "bad" in row 5: permissions.read: expected a list of "*", sessions and jobs like "shop.web", got ["no/target"]',
        'the key "two\\u000alines" in row 6: label: expected a text on one line, without characters that control a terminal, got "two\\u000alines"',
        'the key "orphan" in row 7: the key that it was made from is deleted, or is not taken over',
        'the key "below" in row 8: the key that it was made from is deleted, or is not taken over',
        'the key "self" in row 9: the key that it was made from is deleted, or is not taken over',
        'the key "none" in row 10: key: expected 16 to 256 characters, got 0',
      ],
    });
    expect(keys.all.map(({ label }) => label)).toEqual(['fine']);
  });

  it('may be a user', () => {
    const { result, users } = imported({
      keys: [FINE],
      users: [
        ['fine', 'password', 0, secret(1), {}],
        ['a:b', 'password', 1, null, {}],
        ['two\nlines', 'password', 1, null, {}],
        ['plain', 'scrypt$secret', 1, null, {}],
        ['none', null, 1, null, {}],
        ['type', 'password', 7, null, {}],
        ['typeless', 'password', null, null, {}],
        ['list', 'password', 1, null, '[]'],
        ['much', 'password', 1, null, { a: 'x'.repeat(20_000) }],
        [null, 'password', 1, null, {}],
        ['keyless', 'password', 1, secret(9), {}],
        ['Zoe\u0308', 'password', 1, null, {}],
        ['Zo\u00eb', 'password', 1, null, {}],
      ],
    });
    expect(said(result)).toEqual({
      left: ['the user "Zo\u00eb" is there already'],
      notes: ['the user "keyless" has no key any more: the one that it had is not taken over'],
      broken: [
        'the user "a:b": username: expected a name without ":", "/" and characters that cannot be seen, got "a:b"',
        'the user "two\\u000alines": username: expected a name without ":", "/" and characters that cannot be seen, got "two\\u000alines"',
        'the user "plain": expected a password as the original gafferd has kept it',
        'the user "none": expected a password as the original gafferd has kept it',
        'the user "type": user_type: expected 0 or 1, got 7',
        'the user "typeless": user_type: expected 0 or 1, got undefined',
        'the user "list": extra: expected an object in JSON',
        'the user "much": expected 16384 bytes at most of further members of a user, got 20008',
        'the user "in row 10": username: expected 1 to 64 characters, got 0',
      ],
    });
    expect(users.all.map(({ name }) => name)).toEqual(['fine', 'keyless', 'Zo\u00eb']);
  });

  it('is one of two keys that were made from each other, so neither is taken over', () => {
    const { result } = imported({
      keys: [
        [secret(1), {}, secret(2)],
        [secret(2), {}, secret(1)],
      ],
    });
    expect([result.addKeys.length, result.broken.length]).toEqual([0, 2]);
  });

  it('is a key that is made from one that is made from one, and so on, too often', () => {
    const chain = Array.from({ length: 20 }, (_, at) => [secret(at), { label: `${at}` }, at === 0 ? null : secret(at - 1)] as const);
    for (const keys of [chain, chain.toReversed()]) {
      const { result, keys: ring } = imported({ keys });
      expect([result.addKeys.length, result.broken.length]).toEqual([16, 4]);
      expect(result.broken[0]).toContain('expected 16 keys at most that were made one from the other');
      expect(ring.all.every(({ id }) => ring.isValid(id))).toBe(true);
    }
  });
});

it('a sub key that could do more than its parent can do so no more, and that is said', () => {
  const { result, keys } = imported({
    keys: [
      [secret(1), { label: 'more', permissions: { admin: true } }, secret(2)],
      [secret(2), { label: 'less', permissions: { read: ['shop'] } }, null],
    ],
  });
  expect(result.notes).toEqual(['the key "more" in row 1 could do more than the key that it was made from: here it can\'t']);
  expect(keys.isAdmin(keys.get(secret(1)).id)).toBe(false);
});

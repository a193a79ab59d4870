import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mayHolder } from '../../../src/access/holder.ts';
import { ADMIN, NOTHING } from '../../../src/access/permissions.ts';
import { hashSecret } from '../../../src/daemon/accounts/secret.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';
import { breakTable, failure, openAccounts, permissions, tamper } from './rig.ts';

const SHOP = permissions({ manage: ['shop'] });
const WEB = permissions({ read: ['shop.web'] });

describe('a new key', () => {
  it('is told with its secret once, and then by its id', () => {
    const { keys } = openAccounts();
    const { info, secret } = keys.create({ permissions: SHOP, label: 'deploys' });
    expect(secret).toMatch(/^[0-9a-f]{32}$/);
    expect(info).toEqual({ id: expect.stringMatching(/^key-[0-9a-f]{12}$/) as string, label: 'deploys', permissions: SHOP, parent: undefined });
    expect(keys.get(info.id)).toEqual(info);
    expect(keys.get(secret)).toEqual(info);
    expect(keys.all).toEqual([info]);
    expect(keys.holderOf(secret)).toEqual({ keyId: info.id, chain: [SHOP] });
  });

  it('is known by its secret alone, not by its id or hash', () => {
    const { keys } = openAccounts();
    const { info, secret } = keys.create({ permissions: SHOP });
    for (const text of [info.id, hashSecret(secret), secret.toUpperCase(), `${secret} `, '', secret.slice(1)]) {
      expect(keys.holderOf(text)).toBeUndefined();
    }
  });

  it('is there after a new start, without its secret on the disk', () => {
    const first = openAccounts();
    const { info, secret } = first.keys.create({ permissions: SHOP, label: 'deploys' });
    const own = first.keys.create({ permissions: WEB, parent: info.id, secret: 'a-secret-of-my-own' });
    first.store.close();
    expect(readFileSync(first.file, 'latin1')).not.toMatch(new RegExp(`${secret}|a-secret-of-my-own`));
    const { keys } = openAccounts(first.folder);
    expect(keys.all).toEqual([info, own.info]);
    expect(keys.holderOf(secret)?.keyId).toBe(info.id);
    expect(keys.holderOf('a-secret-of-my-own')).toEqual({ keyId: own.info.id, chain: [WEB, SHOP] });
  });

  it.each<[string, string, RegExp]>([
    ['too short', 'short', /^key: expected 16 to 256 characters, got 5$/],
    ['too long', 'x'.repeat(257), /got 257$/],
    ['with a blank', 'sixteen or more letters', /without blanks/],
    ['of other letters', 'schlüssel-für-alle', /ASCII/],
    ['with a line break', 'sixteen-or-more\r\nX-Api-Key: 1', /without blanks/],
    ['that looks like an id', 'key-0123456789ab', /does not look like the id/],
  ])('does not take a secret %s', (_, secret, message) => {
    const { keys } = openAccounts();
    const failed = failure(() => keys.create({ permissions: SHOP, secret }));
    expect(failed).toEqual({ code: 'bad_request', message: expect.stringMatching(message) as string });
    expect(failed.message).not.toContain(secret);
  });

  it('does not take the secret of another', () => {
    const { keys } = openAccounts();
    const { secret } = keys.create({ permissions: SHOP });
    const failed = failure(() => keys.create({ permissions: WEB, secret }));
    expect(failed.code).toBe('key_exists');
    expect(failed.message).not.toContain(secret);
  });

  it.each(['two\nlines', 'red \x1b[31m', 'turned \u202e around', 'x'.repeat(201)])('does not take the label %j', (label) => {
    const { keys } = openAccounts();
    expect(failure(() => keys.create({ permissions: SHOP, label })).code).toBe('bad_request');
    expect(keys.create({ permissions: SHOP, label: 'größer 👩‍💻' }).info.label).toBe('größer 👩‍💻');
  });
});

describe('a sub key', () => {
  it('can do what its parent can, or less', () => {
    const { keys } = openAccounts();
    const { info } = keys.create({ permissions: SHOP });
    const sub = keys.create({ permissions: WEB, parent: info.id });
    expect(sub.info.parent).toBe(info.id);
    expect(failure(() => keys.create({ permissions: permissions({ read: ['blog'] }), parent: info.id }))).toEqual({
      code: 'forbidden',
      message: `a key can't do more than ${info.id}, which it is made from`,
    });
    expect(failure(() => keys.create({ permissions: ADMIN, parent: sub.info.id })).code).toBe('forbidden');
  });

  it('can do no more than any key above it, whatever the file says', () => {
    const rig = openAccounts();
    const top = rig.keys.create({ permissions: SHOP });
    const middle = rig.keys.create({ permissions: WEB, parent: top.info.id });
    tamper(rig.file, `UPDATE keys SET permissions = '{"admin": true}' WHERE id = '${middle.info.id}'`);
    const { keys } = openAccounts(rig.folder);
    const holder = keys.holderOf(middle.secret);
    expect(holder?.chain).toEqual([permissions({ admin: true }), SHOP]);
    expect(holder && mayHolder(holder, { kind: 'admin' })).toBe(false);
    expect(failure(() => keys.create({ permissions: ADMIN, parent: middle.info.id })).code).toBe('forbidden');
  });

  it('may name its parent by the secret of that', () => {
    const { keys } = openAccounts();
    const top = keys.create({ permissions: SHOP });
    expect(keys.create({ permissions: WEB, parent: top.secret }).info.parent).toBe(top.info.id);
  });

  it('needs a parent that there is', () => {
    const { keys } = openAccounts();
    expect(failure(() => keys.create({ permissions: WEB, parent: 'key-0123456789ab' })).code).toBe('key_not_found');
  });

  it('has fifteen keys above it at most', () => {
    const { keys } = openAccounts();
    let { info } = keys.create({ permissions: SHOP });
    for (let depth = 2; depth <= 16; depth += 1) {
      ({ info } = keys.create({ permissions: SHOP, parent: info.id }));
    }
    expect(failure(() => keys.create({ permissions: SHOP, parent: info.id }))).toEqual({
      code: 'bad_request',
      message: 'expected 16 keys at most that are made one from the other; make it from one further above',
    });
    expect(keys.createLogin('bob', info.id).info.parent).toBe(info.id);
  });

  it.each<[string, string]>([
    ['a parent that is gone', 'key-ffffffffffff'],
    ['itself for a parent', 'key-000000000001'],
  ])('with %s in a damaged file opens nothing', (_, parent) => {
    const rig = openAccounts();
    tamper(
      rig.file,
      `INSERT INTO keys (id, hash, permissions, parent) VALUES ('key-000000000001', '${hashSecret('secret-of-it')}', '{"admin":true}', '${parent}')`,
    );
    const { keys } = openAccounts(rig.folder);
    expect(keys.holderOf('secret-of-it')).toBeUndefined();
    expect(keys.isValid('key-000000000001')).toBe(false);
    expect(failure(() => keys.create({ permissions: NOTHING, parent: 'key-000000000001' })).code).toBe('forbidden');
    expect(keys.delete('key-000000000001')).toBe(1);
  });
});

describe('deleting a key', () => {
  it('deletes all that were made from it, and tells so once, when it is on disk', () => {
    const rig = openAccounts();
    const { keys } = rig;
    const top = keys.create({ permissions: SHOP });
    const other = keys.create({ permissions: SHOP });
    const middle = keys.create({ permissions: SHOP, parent: top.info.id });
    const low = keys.create({ permissions: WEB, parent: middle.info.id });
    const told: string[][] = [];
    keys.onRevoked((ids) => {
      told.push([...ids]);
      expect(openAccounts(rig.folder).keys.all).toEqual([other.info]);
      expect(keys.holderOf(low.secret)).toBeUndefined();
    });
    expect(keys.under(top.info.id)).toEqual([middle.info, low.info]);
    expect(keys.delete(top.secret)).toBe(3);
    expect(told).toEqual([[top.info.id, middle.info.id, low.info.id]]);
    expect(keys.all).toEqual([other.info]);
    for (const { secret, info } of [top, middle, low]) {
      expect(keys.holderOf(secret)).toBeUndefined();
      expect(keys.isValid(info.id)).toBe(false);
    }
    expect(failure(() => keys.delete(top.info.id)).code).toBe('key_not_found');
  });

  it('tells nobody who does not listen any more', () => {
    const { keys } = openAccounts();
    const told: string[] = [];
    const unsubscribe = keys.onRevoked(() => told.push('first'));
    keys.onRevoked(() => told.push('second'));
    unsubscribe();
    keys.delete(keys.create({ permissions: SHOP }).info.id);
    expect(told).toEqual(['second']);
  });
});

describe('a file that cannot be written', () => {
  it('leaves the keys as they are, and nobody is told', () => {
    const { file, keys } = openAccounts();
    const top = keys.create({ permissions: SHOP });
    const sub = keys.create({ permissions: WEB, parent: top.info.id });
    breakTable(file, 'keys');
    const before = keys.all;
    keys.onRevoked(() => expect.unreachable());
    const made = failure(() => keys.create({ permissions: SHOP, secret: 'a-secret-of-my-own' }));
    expect(made.code).toBe('io_failed');
    expect(made.message).toContain('the disk does not want to');
    expect(made.message).not.toContain('a-secret-of-my-own');
    expect(made.message).not.toContain(hashSecret('a-secret-of-my-own'));
    expect(failure(() => keys.delete(top.info.id)).code).toBe('io_failed');
    expect(failure(() => keys.createLogin('bob', top.info.id)).code).toBe('io_failed');
    expect(keys.all).toEqual(before);
    expect(keys.holderOf(sub.secret)?.keyId).toBe(sub.info.id);
    expect(keys.holderOf('a-secret-of-my-own')).toBeUndefined();
  });

  it('that is damaged in a row leaves out that row and says so, without a hash', () => {
    const rig = openAccounts();
    const { info, secret } = rig.keys.create({ permissions: SHOP });
    tamper(
      rig.file,
      `INSERT INTO keys (id, hash, permissions) VALUES ('a', 'hash-of-a', '{"admin": 1}'), ('b', 'hash-of-b', '{"hash-of-b'), ('c', 'hash-of-c', CAST(x'ff' AS TEXT));`,
    );
    const { keys, problems, file } = openAccounts(rig.folder);
    expect(keys.all).toEqual([info]);
    expect(keys.holderOf(secret)?.keyId).toBe(info.id);
    expect(problems).toEqual([
      `the key "a" in ${file} is left out: permissions.admin: expected true or false, got 1`,
      `the key "b" in ${file} is left out: it is damaged`,
      `the key "c" in ${file} is left out: it is damaged`,
    ]);
  });
});

describe('keys that somebody else has added to the file', () => {
  it('are known as soon as they are asked for', () => {
    const here = openAccounts();
    const there = openAccounts(here.folder);
    const made = there.keys.create({ permissions: SHOP });
    expect(here.keys.holderOf(made.secret)?.keyId).toBe(made.info.id);
    const second = there.keys.create({ permissions: SHOP });
    expect(here.keys.isValid(second.info.id)).toBe(true);
    const third = there.keys.create({ permissions: SHOP });
    expect(here.keys.all.map(({ id }) => id)).toEqual([made, second, third].map(({ info }) => info.id));
  });

  it('and deleted are gone, and told of, when the next is looked for', () => {
    const here = openAccounts();
    const { info } = here.keys.create({ permissions: SHOP });
    const told: string[] = [];
    here.keys.onRevoked((ids) => told.push(...ids));
    openAccounts(here.folder).keys.delete(info.id);
    expect(here.keys.holderOf('anything-else-at-all')).toBeUndefined();
    expect(told).toEqual([info.id]);
  });
});

describe('logins', () => {
  it('are sub keys of the user’s, and of more than a hundred the oldest go', () => {
    const { keys } = openAccounts();
    const own = keys.create({ permissions: SHOP });
    const other = keys.createLogin('alice', own.info.id);
    const first = keys.createLogin('bob', own.info.id);
    expect(first.info).toEqual({ id: first.info.id, label: 'login of bob', permissions: SHOP, parent: own.info.id });
    const sub = keys.create({ permissions: WEB, parent: first.info.id });
    expect(keys.endsWithLogin(sub.info.id)).toBe(true);
    const told: string[] = [];
    keys.onRevoked((ids) => told.push(...ids));
    for (let count = 2; count <= 100; count += 1) {
      keys.createLogin('bob', own.info.id);
    }
    expect(told).toEqual([]);
    const last = keys.createLogin('bob', own.info.id);
    expect(told).toEqual([first.info.id, sub.info.id]);
    expect(keys.loginsOf('bob')).toHaveLength(100);
    expect(keys.holderOf(last.secret)?.chain).toEqual([SHOP, SHOP]);
    expect(keys.isValid(other.info.id)).toBe(true);
    expect([keys.loginOf(last.info.id), keys.loginOf(own.info.id), keys.endsWithLogin(own.info.id)]).toEqual(['bob', undefined, false]);
  });
});

describe('ten thousand keys', () => {
  it('take no time to find, and their deletion little', { timeout: 60_000 }, async () => {
    const { store, keys } = openAccounts();
    const top = keys.create({ permissions: SHOP });
    const middle = keys.create({ permissions: SHOP, parent: top.info.id });
    keys.change({
      addKeys: Array.from({ length: 10_000 }, (_, at) => ({
        id: `key-${at.toString(16).padStart(12, '0')}`,
        hash: hashSecret(`secret ${at}`),
        label: undefined,
        permissions: WEB,
        parent: middle.info.id,
        login: undefined,
      })),
    });
    const cpuMs = await cpuMsOf(() => {
      for (let at = 0; at < 10_000; at += 1) {
        expect(keys.holderOf(`secret ${at}`)?.chain).toHaveLength(3);
      }
    });
    expect(cpuMs / 10_000).toBeLessThan(0.5); // a scan of all takes longer
    expect(keys.under(top.info.id)).toHaveLength(10_001);
    expect(keys.delete(top.info.id)).toBe(10_002);
    expect(store.accounts.keys()).toEqual([]);
  });
});

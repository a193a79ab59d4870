import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openAccounts, permissions, tamper, userRequest, withBob } from './rig.ts';

const SHOP = permissions({ manage: ['shop'] });

/** python: 'PBKDF2-256$%s:%s$%s' % (salt, 1000, hashlib.pbkdf2_hmac('sha1', b'pass:word', salt, 1000, 24).hex()) */
const ORIGINAL = 'PBKDF2-256$0123456789abcdef0123456789abcdef:1000$cb87f2b3e7593c9f574953f9aaa9bd7ae88dca51c9ad32b3';

function codeAndMessage(error: unknown): string {
  const { code, message } = error as Error & { code: string };
  return `${code} ${message}`;
}

/** Each password that is tried takes the time of a core, and others may want it too. */
const SLOW = { timeout: 60_000 };

describe('a login', SLOW, () => {
  it('gives a key of its own that can do what the user’s can', async () => {
    const { users, keys, keyId } = await withBob();
    const { info, secret } = await users.login('bob', 'correct horse', '10.0.0.1');
    expect(info).toMatchObject({ label: 'login of bob', parent: keyId, permissions: SHOP });
    expect(keys.holderOf(secret)?.keyId).toBe(info.id);
    expect((await users.login('bob', 'correct horse', '10.0.0.1')).secret).not.toBe(secret);
  });

  it('fails alike whatever is wrong', async () => {
    const { users } = await withBob();
    const failures = [];
    for (const [name, password] of [
      ['bob', 'wrong horse'],
      ['nobody', 'correct horse'],
      ['__proto__', 'correct horse'],
      ['', ''],
      ['bob', ''],
      ['bob', 'x'.repeat(10_000)],
    ] as const) {
      failures.push(await users.login(name, password, 'unix').catch(codeAndMessage));
    }
    expect(new Set(failures)).toEqual(new Set(['unauthorized username or password is wrong']));
  });

  it('is refused after ten wrong passwords, for nobody’s name as for bob’s', async () => {
    const rig = openAccounts(undefined, () => 0);
    await rig.users.create('bob', userRequest({ key: rig.keys.create({ permissions: SHOP }).info.id }));
    const outcomes = async (name: string, from: string): Promise<unknown[]> => {
      const codes: unknown[] = [];
      for (let time = 0; time < 11; time += 1) {
        codes.push(await rig.users.login(name, 'wrong', from).catch((error: unknown) => (error as { code?: unknown }).code));
      }
      return codes;
    };
    const bob = await outcomes('bob', '10.0.0.1');
    expect(bob).toEqual([...Array<string>(10).fill('unauthorized'), 'too_many_attempts']);
    expect(await outcomes('nobody', '10.0.0.2')).toEqual(bob);
    await expect(rig.users.login('bob', 'correct horse', '10.0.0.1')).rejects.toMatchObject({ code: 'too_many_attempts' });
    expect((await rig.users.login('bob', 'correct horse', '10.0.0.3')).info.label).toBe('login of bob');
  });

  it('needs a key of the user’s', async () => {
    const { users, keys, keyId } = await withBob();
    const message = 'the user bob has no key; an admin can give one with gaffer user:setkey';
    keys.delete(keyId);
    await expect(users.login('bob', 'correct horse', 'unix')).rejects.toMatchObject({ code: 'forbidden', message });
    await expect(users.login('bob', 'wrong horse', 'unix')).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('hashes the original’s password anew, also when two come at once', async () => {
    const rig = await withBob();
    tamper(rig.file, `UPDATE users SET password = '${ORIGINAL}'`);
    const { users, store, folder, file } = openAccounts(rig.folder);
    const logins = await Promise.all([users.login('bob', 'pass:word', 'unix'), users.login('bob', 'pass:word', 'unix')]);
    expect(new Set(logins.map(({ secret }) => secret)).size).toBe(2);
    await expect(users.login('bob', 'pass', 'unix')).rejects.toMatchObject({ code: 'unauthorized' });
    store.close();
    rig.store.close();
    expect(readFileSync(file, 'latin1')).not.toContain(ORIGINAL);
    await openAccounts(folder).users.login('bob', 'pass:word', 'unix');
  });

  it('with a password that is changed meanwhile is refused, or ends with it', async () => {
    const { users, keys } = await withBob();
    for (let round = 0; round < 5; round += 1) {
      const changed = users.setPassword('bob', `horse number ${round + 1}`);
      const logins = [0, 1].map(() => users.login('bob', round === 0 ? 'correct horse' : `horse number ${round}`, 'unix'));
      await changed;
      for (const login of await Promise.allSettled(logins)) {
        expect(login.status === 'fulfilled' && keys.isValid(login.value.info.id)).toBe(false);
      }
    }
  });
});

describe('another password', SLOW, () => {
  it('ends the logins with the old one, but for the one to keep', async () => {
    const { users, keys, keyId } = await withBob();
    const [kept, other] = [await users.login('bob', 'correct horse', 'unix'), await users.login('bob', 'correct horse', 'unix')];
    const ofOther = keys.create({ permissions: SHOP, parent: other.info.id });
    const ofKept = keys.create({ permissions: SHOP, parent: kept.info.id });
    const told: string[][] = [];
    keys.onRevoked((ids) => told.push([...ids]));
    await users.setPassword('bob', 'pass:wörd 🐎', kept.info.id);
    expect(told).toEqual([[other.info.id, ofOther.info.id]]);
    expect(keys.all.map(({ id }) => id)).toEqual([keyId, kept.info.id, ofKept.info.id]);
    await expect(users.login('bob', 'correct horse', 'unix')).rejects.toMatchObject({ code: 'unauthorized' });
    await users.login('bob', 'pass:wo\u0308rd 🐎', 'unix');
  });

  it('has eight characters at least', async () => {
    const { users } = await withBob();
    await expect(users.setPassword('bob', 'short')).rejects.toThrow('password: expected 8 characters at least, got 5');
    await users.login('bob', 'correct horse', 'unix');
  });
});

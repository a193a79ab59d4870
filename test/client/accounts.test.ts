import { describe, expect, onTestFinished, test } from 'vitest';
import { NOTHING } from '../../src/access/permissions.ts';
import { RemoteAccounts } from '../../src/client/accounts.ts';
import { openLockedApi } from '../support/test-accounts.ts';
import { openApi } from '../support/test-api.ts';

async function open() {
  const { api, admin, accounts } = await openLockedApi();
  const as = (apiKey: string | undefined): RemoteAccounts => {
    const remote = new RemoteAccounts({ endpoint: `http://127.0.0.1:${api.port}`, apiKey });
    onTestFinished(() => remote.close());
    return remote;
  };
  return { remote: as(admin), as, accounts };
}

describe('the keys of a node somewhere else', () => {
  test('are made, seen, listed and deleted', async () => {
    const { remote, as } = await open();
    const permissions = { ...NOTHING, manage: ['shop'] };
    const made = await remote.createKey({ permissions, label: 'deploys' });
    expect(made).toEqual({ id: expect.stringMatching(/^key-[0-9a-f]{12}$/) as string, secret: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
    const info = { id: made.id, label: 'deploys', permissions, parent: undefined };
    expect(await remote.key(made.id)).toEqual(info);
    expect(await remote.key(made.secret)).toEqual(info);
    expect(await as(made.secret).key('own')).toEqual(info);
    const sub = await remote.createKey({ permissions: { ...NOTHING, read: ['shop'] }, parent: made.id });
    expect((await remote.keys()).map(({ id, parent }) => [id, parent]).slice(1)).toEqual([
      [made.id, undefined],
      [sub.id, made.id],
    ]);
    expect((await remote.keysUnder(made.id)).map(({ id }) => id)).toEqual([sub.id]);
    await as(made.secret).deleteKey('own');
    await expect(remote.key(sub.id)).rejects.toMatchObject({ code: 'key_not_found' });
    await expect(as(made.secret).key('own')).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('are refused to those who may not see them, by what they would need', async () => {
    const { remote, as } = await open();
    const { id, secret } = await remote.createKey({ permissions: { ...NOTHING, read: ['shop'] } });
    await expect(as(secret).keys()).rejects.toMatchObject({
      code: 'forbidden',
      message: `Forbidden access. API key permissions aren't enough (expected a key that may do everything (admin); ${id} may not); --api-key names another key, gaffer login gets one`,
    });
    await expect(as(undefined).keys()).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

describe('the users of a node somewhere else', () => {
  test('are made, seen, changed and deleted', async () => {
    const { remote, as } = await open();
    const key = await remote.createKey({ permissions: { ...NOTHING, manage: ['shop'] } });
    await remote.createUser('Ädä /?', { password: 'a long password', type: 1 }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'bad_request' });
    });
    await remote.createUser('Ädä', { password: 'a long: password', type: 1, key: key.id });
    expect(await remote.user('Ädä')).toEqual({ name: 'Ädä', type: 1, keyId: key.id, extra: {} });
    const login = await as(undefined).login('Ädä', 'a long: password');
    expect(await as(login.secret).key('own')).toMatchObject({ id: login.id, label: 'login of Ädä', parent: key.id });
    await as(login.secret).setPassword('Ädä', 'another password');
    await expect(as(undefined).login('Ädä', 'a long: password')).rejects.toMatchObject({
      code: 'unauthorized',
      message: 'unauthorized: username or password is wrong',
    });
    await remote.deleteKey(key.id);
    await expect(as(undefined).login('Ädä', 'another password')).rejects.toMatchObject({
      code: 'forbidden',
      message: 'the user Ädä has no key; an admin can give one with gaffer user:setkey',
    });
    await remote.setKey('Ädä', 'a-secret-of-ones-own');
    expect((await remote.users()).map(({ name, keyId }) => [name, keyId === key.id])).toEqual([['Ädä', false]]);
    await expect(remote.createUser('Ädä', { password: 'a long password', type: 1 })).rejects.toMatchObject({ code: 'user_exists' });
    await remote.deleteUser('Ädä');
    await expect(remote.user('Ädä')).rejects.toMatchObject({ code: 'user_not_found' });
  });

  test.for(['', '.', '..'])('are not asked for as %j, which would be another address', async (name) => {
    const { remote } = await open();
    await expect(remote.deleteUser(name)).rejects.toMatchObject({ code: 'bad_usage' });
    await expect(remote.deleteKey(name)).rejects.toMatchObject({ code: 'bad_usage' });
  });
});

test('a node that asks for no keys says so', async () => {
  const api = await openApi();
  const remote = new RemoteAccounts({ endpoint: `http://127.0.0.1:${api.port}` });
  onTestFinished(() => remote.close());
  const none = { code: 'key_not_found', message: expect.stringContaining('asks nobody for a key') as string };
  await expect(remote.expectKeysAsked()).rejects.toMatchObject(none);
  await expect(remote.users()).rejects.toMatchObject(none);
  const { remote: locked } = await open();
  await locked.expectKeysAsked();
});

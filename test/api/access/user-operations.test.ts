import { describe, expect, it } from 'vitest';
import { ADMIN, type Permissions } from '../../../src/access/permissions.ts';
import { openLockedApi, type TestAccounts } from '../../support/test-accounts.ts';
import type { ApiAnswer, TestApi } from '../../support/test-api.ts';

const PASSWORD = 'correct horse battery';
const OLD_FORM = (status: number) => expect.objectContaining({ error: status, errno: status }) as object;

type Locked = TestAccounts & { readonly api: TestApi };

function login(api: TestApi, name: string, password = PASSWORD, method = 'GET'): Promise<ApiAnswer> {
  return api.ask(method, '/auth', { headers: { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` } });
}

/** Makes a user with a key of these permissions. */
async function user({ accounts, key }: Locked, name: string, permissions: Partial<Permissions> = {}, type: 0 | 1 = 1): Promise<string> {
  const secret = key(permissions);
  await accounts.users.create(name, { password: PASSWORD, type, key: secret, extra: {} });
  return secret;
}

describe('logging in', () => {
  it('makes a key that can do what the user can', async () => {
    const locked = await openLockedApi();
    await user(locked, 'ada', { read: ['shop'] });
    const { status, json, headers } = await login(locked.api, 'ada');
    const { api_key: secret } = json as { api_key: string };
    expect([status, headers['x-api-key'], headers['cache-control']]).toEqual([200, secret, 'no-store']);
    expect(locked.accounts.keys.get(secret)).toMatchObject({ permissions: { read: ['shop'] }, label: expect.stringContaining('ada') as string });
    locked.api.key = secret;
    expect((await locked.api.ask('GET', '/jobs')).status).toBe(403);
    expect((await locked.api.ask('GET', '/overview?session=shop')).status).toBe(404); // it may, but there is none
  });

  it('can be done by HEAD', async () => {
    const locked = await openLockedApi();
    await user(locked, 'ada');
    const { status, headers, text } = await login(locked.api, 'ada', PASSWORD, 'HEAD');
    expect([status, headers['x-api-key'], text]).toEqual([200, expect.stringMatching(/^[0-9a-f]{32}$/), '']);
  });

  it('works with a password that has colons in it', async () => {
    const locked = await openLockedApi();
    await locked.accounts.users.create('ada', { password: 'a:b:c:d:e:f', type: 1, key: locked.key({}), extra: {} });
    expect((await login(locked.api, 'ada', 'a:b:c:d:e:f')).status).toBe(200);
  });

  it.each([
    ['a wrong password', 'Basic YWRhOndyb25n'],
    ['an unknown user', 'Basic Ym9iOndyb25n'],
    ['no colon', 'Basic YWRh'],
    ['another scheme', 'Digest username="ada"'],
    ['nothing', ''],
  ])('fails with %s', async (_what, authorization) => {
    const locked = await openLockedApi();
    await user(locked, 'ada');
    const { status, json, headers } = await locked.api.ask('GET', '/auth', { headers: { authorization } });
    expect([status, json]).toEqual([401, OLD_FORM(401)]);
    expect(headers['www-authenticate']).toBeUndefined();
  });
});

describe('users', () => {
  it('are told without anything of their passwords', async () => {
    const locked = await openLockedApi();
    const { api } = locked;
    const made = await api.ask('POST', '/users', { body: { username: 'ada', password: PASSWORD, email: 'ada@example.org' } });
    expect([made.status, made.json]).toEqual([200, { ok: true }]);
    expect((await api.ask('GET', '/users')).json).toEqual({ users: ['ada'] });
    const ada = { username: 'ada', user_type: 1, key: null, email: 'ada@example.org' };
    expect((await api.ask('GET', '/users?include_user=true')).json).toEqual({ users: [ada] });
    expect((await api.ask('GET', '/users/ada')).json).toEqual(ada);
  });

  it('have one name each', async () => {
    const locked = await openLockedApi();
    await user(locked, 'ada');
    const { status, json } = await locked.api.ask('POST', '/users', { body: { username: 'ada', password: PASSWORD } });
    expect([status, json]).toEqual([409, expect.objectContaining({ error: 409, reason: 'conflict' })]);
  });

  it('are replaced as a whole', async () => {
    const locked = await openLockedApi();
    const { api } = locked;
    await api.ask('POST', '/users', { body: { username: 'ada', password: PASSWORD, key: locked.key({}), email: 'x' } });
    expect((await api.ask('PUT', '/users/ada', { body: { password: 'another password', note: 1 } })).json).toEqual({ ok: true });
    expect((await api.ask('GET', '/users/ada')).json).toEqual({ username: 'ada', user_type: 1, key: null, note: 1 });
    expect((await api.ask('PUT', '/users/ada', { body: { username: 'bob', password: PASSWORD } })).status).toBe(400);
  });

  it('get a secret of their own, with the rights that they had', async () => {
    const locked = await openLockedApi();
    await user(locked, 'ada', { manage: ['shop'] });
    expect((await locked.api.ask('PUT', '/users/ada/key', { body: { key: 'a-secret-of-my-own' } })).json).toEqual({ ok: true });
    expect(locked.accounts.keys.get('a-secret-of-my-own').permissions.manage).toEqual(['shop']);
  });

  it.each(['GET', 'HEAD', 'DELETE', 'PUT'])('that are not there are not found by %s', async (method) => {
    const { api } = await openLockedApi();
    expect((await api.ask(method, '/users/nobody', method === 'PUT' ? { body: { password: PASSWORD } } : {})).status).toBe(404);
  });

  it.each(['password', 'key'])('that are not there get no %s', async (what) => {
    const { api } = await openLockedApi();
    expect((await api.ask('PUT', `/users/nobody/${what}`, { body: { [what]: 'correct horse battery' } })).status).toBe(404);
  });
});

describe('a user', () => {
  it('changes what is his own, and stays logged in where he does so', async () => {
    const locked = await openLockedApi();
    await user(locked, 'ada', { read: ['shop'] });
    const [here, there] = [await login(locked.api, 'ada'), await login(locked.api, 'ada')].map(({ json }) => (json as { api_key: string }).api_key);
    locked.api.key = here;
    expect((await locked.api.ask('GET', '/users/ada')).status).toBe(200);
    expect((await locked.api.ask('PUT', '/users/ada/password', { body: { password: 'another password' } })).status).toBe(200);
    expect((await locked.api.ask('GET', '/users/ada')).status).toBe(200);
    locked.api.key = there;
    expect((await locked.api.ask('GET', '/users/ada')).status).toBe(403);
    expect([(await login(locked.api, 'ada')).status, (await login(locked.api, 'ada', 'another password')).status]).toEqual([401, 200]);
  });

  it('is nobody’s to change who only has a key that was made from his', async () => {
    const locked = await openLockedApi();
    const own = await user(locked, 'ada', { read: ['shop'] });
    locked.api.key = locked.key({ read: ['shop'] }, { parent: locked.accounts.keys.get(own).id });
    expect((await locked.api.ask('PUT', '/users/ada/password', { body: { password: 'another password' } })).status).toBe(403);
    expect((await login(locked.api, 'ada')).status).toBe(200);
  });

  it('is not seen by others, and HEAD does not even say that there is one', async () => {
    const locked = await openLockedApi();
    await user(locked, 'ada');
    locked.api.key = await user(locked, 'bob', { manage: ['*'], createKey: true });
    expect([(await locked.api.ask('GET', '/users/ada')).status, (await locked.api.ask('HEAD', '/users/ada')).status]).toEqual([403, 404]);
    expect([(await locked.api.ask('GET', '/users/nobody')).status, (await locked.api.ask('HEAD', '/users/nobody')).status]).toEqual([403, 404]);
  });

  it('does not make himself an admin', async () => {
    const locked = await openLockedApi();
    locked.api.key = await user(locked, 'ada', { createUser: true });
    const admin = locked.accounts.keys.get(locked.admin).id;
    const refused = [
      await locked.api.ask('PUT', '/users/ada', { body: { password: PASSWORD, user_type: 0 } }),
      await locked.api.ask('POST', '/users', { body: { username: 'eve', password: PASSWORD, user_type: 0 } }),
      await locked.api.ask('PUT', '/users/ada/key', { body: { key: admin } }),
      await locked.api.ask('POST', '/users', { body: { username: 'eve', password: PASSWORD, key: admin } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(locked.accounts.users.all.map(({ name }) => name)).toEqual(['ada']);
  });

  it('who makes users does not take over an admin', async () => {
    const locked = await openLockedApi();
    await user(locked, 'root', ADMIN, 0);
    await user(locked, 'app', ADMIN, 1);
    await user(locked, 'person', {}, 0);
    locked.api.key = locked.key({ createUser: true });
    for (const name of ['root', 'app', 'person']) {
      const answers = [
        await locked.api.ask('PUT', `/users/${name}/password`, { body: { password: 'another password' } }),
        await locked.api.ask('PUT', `/users/${name}`, { body: { password: 'another password' } }),
        await locked.api.ask('PUT', `/users/${name}/key`, { body: { key: 'a-secret-of-my-own' } }),
        await locked.api.ask('DELETE', `/users/${name}`),
      ];
      expect([name, answers.map(({ status }) => status)]).toEqual([name, [403, 403, 403, 403]]);
      expect((await login(locked.api, name)).status).toBe(200);
    }
  });
});

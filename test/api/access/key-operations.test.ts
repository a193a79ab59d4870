import { describe, expect, it } from 'vitest';
import { ADMIN } from '../../../src/access/permissions.ts';
import { openLockedApi } from '../../support/test-accounts.ts';
import { openApi } from '../../support/test-api.ts';

const ID = expect.stringMatching(/^key-[0-9a-f]{12}$/) as string;
const SECRET = expect.stringMatching(/^[0-9a-f]{32}$/) as string;
const READS_SHOP = { admin: false, create_key: false, create_user: false, manage: [], write: [], read: ['shop'] };

interface NewKey {
  readonly api_key: string;
  readonly key: string;
}

describe('making a key', () => {
  it('tells its secret once, and its id', async () => {
    const { api } = await openLockedApi();
    const made = await api.ask('POST', '/keys', { body: { permissions: { read: ['shop'] }, label: 'ci' } });
    expect([made.status, made.json]).toEqual([200, { ok: true, api_key: SECRET, key: ID }]);
    const { api_key: secret, key } = made.json as NewKey;
    expect(made.headers).toMatchObject({ 'x-api-key': secret, location: `http://127.0.0.1:${api.port}/keys/${key}`, 'cache-control': 'no-store' });
    const shown = await api.ask('GET', `/keys/${key}`);
    expect(shown.json).toEqual({ key, label: 'ci', permissions: READS_SHOP });
    expect(shown.text + (await api.ask('GET', '/keys?include_keys=true')).text).not.toContain(secret);
  });

  it('takes no secret of one’s own, as the original does not', async () => {
    const { api } = await openLockedApi();
    const made = await api.ask('POST', '/keys', { body: { permissions: {}, key: 'a-secret-of-my-own-and-long' } });
    expect(made.json).toMatchObject({ api_key: SECRET });
  });

  it('makes nobody an admin who is none', async () => {
    const { api, key, accounts } = await openLockedApi();
    api.key = key({ createKey: true });
    const before = accounts.keys.all.length;
    const refused = await api.ask('POST', '/keys', { body: { permissions: { admin: true } } });
    expect([refused.status, refused.json]).toEqual([403, expect.objectContaining({ error: 403, reason: 'forbidden' })]);
    expect(accounts.keys.all).toHaveLength(before);
    expect((await api.ask('POST', '/keys', { body: { permissions: { manage: ['*'] } } })).status).toBe(200);
  });

  it('gives a sub key no more than its parent has', async () => {
    const { api } = await openLockedApi();
    const parent = (await api.ask('POST', '/keys', { body: { permissions: { write: ['shop'] } } })).json as NewKey;
    for (const [permissions, status] of [
      [{ read: ['shop.web'] }, 200],
      [{ write: ['shop'] }, 200],
      [{ manage: ['shop.web'] }, 403],
      [{ read: ['blog'] }, 403],
      [{ read: ['*'] }, 403],
      [{ create_key: true }, 403],
    ] as const) {
      const answer = await api.ask('POST', '/keys', { body: { permissions, parent: parent.key } });
      expect([permissions, answer.status]).toEqual([permissions, status]);
    }
    const { json } = await api.ask('GET', `/keys/${parent.key}?include_keys=true`);
    expect(json).toMatchObject({ key: parent.key, keys: [{ parent: parent.key }, { parent: parent.key }] });
  });

  it.each([
    [{ permissions: { read: 'shop' } }, /permissions\.read: expected a list/],
    [{ permissions: { reads: ['shop'] } }, /permissions\.reads: no such member/],
    [{ permissions: { read: ['../x'] } }, /permissions\.read: expected a list of "\*", sessions and jobs/],
    [{ permissions: { admin: 1 } }, /permissions\.admin: expected true or false/],
    [{}, /permissions: expected, but missing/],
    [{ permissions: {}, parent: 3 }, /parent: expected/],
    [{ permissions: {}, label: 'two\nlines' }, /label: expected/],
    ['{"permissions": {}, "key": "my secret word"', /^expected a JSON body, got none that can be read$/],
  ])('says what is wrong with %j', async (body, message) => {
    const { api } = await openLockedApi();
    const { status, json } = await api.ask('POST', '/keys', { body });
    expect([status, json]).toEqual([
      400,
      expect.objectContaining({ error: 400, errno: 400, reason: 'bad_request', message: expect.stringMatching(message) as string }),
    ]);
  });

  it('is told that there is no such parent', async () => {
    const { api } = await openLockedApi();
    const { status, json } = await api.ask('POST', '/keys', { body: { permissions: {}, parent: 'key-000000000000' } });
    expect([status, json]).toEqual([404, expect.objectContaining({ error: 404, reason: 'not_found' })]);
  });
});

describe('a key', () => {
  it('is its holder’s to see and to delete, by its secret as by its id', async () => {
    const { api, key, accounts } = await openLockedApi();
    const secret = key({ read: ['shop'] });
    const id = accounts.keys.get(secret).id;
    api.key = secret;
    for (const name of [id, secret]) {
      expect((await api.ask('GET', `/keys/${name}`)).json).toEqual({ key: id, permissions: READS_SHOP });
      expect((await api.ask('HEAD', `/keys/${name}`)).status).toBe(200);
    }
    expect((await api.ask('DELETE', `/keys/${secret}`)).json).toEqual({ ok: true });
    expect((await api.ask('GET', `/keys/${id}`)).status).toBe(403);
  });

  it('of others is nobody’s business who makes none, there or not', async () => {
    const { api, key, accounts } = await openLockedApi();
    const other = accounts.keys.get(key({})).id;
    api.key = key({ manage: ['*'], createUser: true });
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      expect([(await api.ask(method, `/keys/${other}`)).status, (await api.ask(method, '/keys/key-000000000000')).status]).toEqual([403, 403]);
    }
    expect(accounts.keys.get(other).id).toBe(other);
  });

  it('of an admin can be deleted by admins only', async () => {
    const { api, key, accounts } = await openLockedApi();
    const other = accounts.keys.get(key(ADMIN)).id;
    api.key = key({ createKey: true });
    expect((await api.ask('DELETE', `/keys/${other}`)).status).toBe(403);
    expect((await api.ask('DELETE', '/keys/key-000000000000')).status).toBe(404);
  });

  it('takes along those that were made from it', async () => {
    const { api, key, accounts } = await openLockedApi();
    const parent = accounts.keys.get(key({ read: ['shop'] })).id;
    const child = key({ read: ['shop.web'] }, { parent });
    await api.ask('DELETE', `/keys/${parent}`);
    expect(accounts.keys.holderOf(child)).toBeUndefined();
  });

  it('is not written into the log when it is named by its secret', async () => {
    const { api, key } = await openLockedApi();
    const secret = key({});
    await api.ask('GET', `/keys/${secret}?include_keys=true`);
    await api.ask('GET', `/%6beys/${secret}`);
    await api.ask('GET', `//keys/${secret}`);
    await api.ask('DELETE', `/keys/${secret}`);
    expect(api.access).toHaveLength(4);
    expect(JSON.stringify(api.access)).not.toContain(secret);
    expect(api.access[0]).toMatchObject({ url: '/keys/…?include_keys=true' });
  });
});

describe('where nobody asks for keys', () => {
  it.each(['/keys', '/keys/key-000000000000', '/users', '/users/ada', '/auth'])('there is no %s', async (path) => {
    const api = await openApi();
    const { status, json } = await api.ask('GET', path);
    expect([status, json]).toEqual([
      404,
      expect.objectContaining({ error: 404, reason: 'not_found', message: expect.stringMatching('asks nobody for a key') as string }),
    ]);
  });
});

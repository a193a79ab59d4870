import { describe, expect } from 'vitest';
import { askAt, type Gafferd } from '../../support/gafferd.ts';
import { LockedNode, PASSWORD } from '../../support/locked-node.ts';
import { test as projectTest } from '../../support/project.ts';

type Ask = (
  method: string,
  path: string,
  options?: { readonly body?: string; readonly key?: string; readonly basic?: string },
) => ReturnType<typeof askAt>;

/** What the original's client sends: JSON as text without a type, its key as X-Api-Key, and name and password as Basic. */
const test = projectTest.extend<{ started: { readonly node: LockedNode; readonly daemon: Gafferd }; node: LockedNode; ask: Ask }>({
  started: async ({ project }, use) => {
    const started = await LockedNode.start(project, 'root');
    await use(started);
    await started.node.stop();
  },
  node: async ({ started }, use) => await use(started.node),
  ask: async ({ node }, use) => {
    await use((method, path, { body, key, basic } = {}) =>
      askAt(node.endpoint, method, path, body, {
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
        ...(key !== undefined && { 'X-Api-Key': key }),
        ...(basic !== undefined && { Authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
      }),
    );
  },
});

describe("the requests of the original's login, user and key commands", () => {
  test('log in', async ({ ask, started: { daemon } }) => {
    const { status, json } = await ask('GET', '/auth', { basic: `root:${PASSWORD}` });
    const { api_key: key } = json as { api_key: string };
    expect([status, key]).toEqual([200, expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect((await ask('GET', '/jobs', { key })).json).toEqual({ jobs: [] });
    for (const basic of ['root:wrong password', 'nobody:x', `root:${PASSWORD}x`]) {
      expect(await ask('GET', '/auth', { basic })).toMatchObject({ status: 401, json: { error: 401, reason: 'unauthorized' } });
    }
    expect((await ask('GET', '/jobs')).status).toBe(401);
    expect((await ask('GET', '/jobs', { key: 'unknown' })).status).toBe(403);
    expect(daemon.stderr.text).not.toContain(key);
  });

  test('make, show, change and delete users', async ({ ask, node }) => {
    const key = node.admin;
    const as = { key };
    const user = { username: 'ada', password: 'a long password', user_type: 1, key: null, email: 'ada@example.org' };
    expect(await ask('POST', '/users', { ...as, body: JSON.stringify(user) })).toMatchObject({ status: 200, json: { ok: true } });
    expect(await ask('POST', '/users', { ...as, body: JSON.stringify(user) })).toMatchObject({
      status: 409,
      json: { error: 409, reason: 'conflict' },
    });
    expect((await ask('GET', '/users', as)).json).toEqual({ users: ['root', 'ada'] });
    expect((await ask('GET', '/users?include_user=true', as)).json).toMatchObject({
      users: [{ username: 'root' }, { username: 'ada', user_type: 1 }],
    });
    const shown = (await ask('GET', '/users/ada', as)).json as object;
    expect(shown).toEqual({ username: 'ada', user_type: 1, key: null, email: 'ada@example.org' });
    expect((await ask('HEAD', '/users/ada', as)).status).toBe(200);
    expect((await ask('HEAD', '/users/bea', as)).status).toBe(404);
    expect(await ask('PUT', '/users/ada/password', { ...as, body: '{"password": "another password"}' })).toMatchObject({
      status: 200,
      json: { ok: true },
    });
    expect(await ask('PUT', '/users/ada/key', { ...as, body: '{"key": "0123456789abcdef0123456789abcdef"}' })).toMatchObject({
      status: 200,
      json: { ok: true },
    });
    expect((await ask('GET', '/auth', { basic: 'ada:another password' })).status).toBe(200);
    expect((await ask('GET', '/keys/own', { key: '0123456789abcdef0123456789abcdef' })).status).toBe(200);
    expect(await ask('PUT', '/users/ada', { ...as, body: '{"password": "a third password", "user_type": 1}' })).toMatchObject({ status: 200 });
    expect(await ask('DELETE', '/users/ada', as)).toMatchObject({ status: 200, json: { ok: true } });
    expect(await ask('DELETE', '/users/ada', as)).toMatchObject({ status: 404, json: { error: 404, reason: 'not_found' } });
    expect(await ask('POST', '/users', { ...as, body: '{"username": "x"}' })).toMatchObject({ status: 400, json: { reason: 'bad_request' } });
    expect(await ask('POST', '/users', { ...as, body: '{' })).toMatchObject({ status: 400, json: { reason: 'bad_request' } });
  });

  test('make, show and delete keys', async ({ ask, node, started: { daemon } }) => {
    const as = { key: node.admin };
    const permissions = { admin: false, create_key: false, create_user: false, manage: ['shop'], read: [], write: [] };
    const made = await ask('POST', '/keys', { ...as, body: JSON.stringify({ permissions, label: 'deploys', key: 'is not taken' }) });
    const { api_key: key } = made.json as { api_key: string };
    expect(made).toMatchObject({ status: 200, json: { ok: true } });
    expect((await ask('GET', `/keys/${key}`, as)).json).toMatchObject({ permissions, label: 'deploys' });
    expect((await ask('GET', '/keys', as)).json).toMatchObject({ keys: [expect.any(String), expect.any(String)] });
    const sub = await ask('POST', '/keys', { ...as, body: JSON.stringify({ permissions: { read: ['shop'] }, parent: key }) });
    expect((await ask('GET', `/keys/${key}?include_keys=true`, as)).json).toMatchObject({ keys: [{ permissions: { read: ['shop'] } }] });
    expect((await ask('GET', '/jobs/shop/web', { key })).status).toBe(404);
    expect((await ask('GET', '/jobs/blog/web', { key })).status).toBe(403);
    expect(await ask('DELETE', `/keys/${key}`, as)).toMatchObject({ status: 200, json: { ok: true } });
    for (const gone of [key, (sub.json as { api_key: string }).api_key]) {
      expect((await ask('GET', '/jobs/shop/web', { key: gone })).status).toBe(403);
    }
    expect(daemon.stderr.text).not.toContain(key);
  });
});

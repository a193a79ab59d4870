import { describe, expect } from 'vitest';
import { FakeWebhooks } from '../support/fake-webhooks.ts';
import { openApi, test } from '../support/test-api.ts';

const HOOK = { event: 'job.shop', url: 'https://hooks.example/a' };

describe('webhooks', () => {
  test('are added, listed, tried and removed', async () => {
    const webhooks = new FakeWebhooks();
    const api = await openApi({ webhooks });
    const added = await api.ask('POST', '/webhooks', { body: { ...HOOK, secret: 'key' } });
    expect([added.status, added.json]).toEqual([201, { ok: true, id: 'api-1' }]);
    expect(webhooks.added).toEqual([{ ...HOOK, secret: 'key' }]);
    const listed = await api.ask('GET', '/webhooks');
    expect([listed.status, listed.json]).toEqual([200, { webhooks: webhooks.list() }]);
    expect(listed.text).not.toContain('key');
    expect(await api.ask('GET', '/webhooks/api-1')).toMatchObject({ status: 200, json: { ...HOOK, id: 'api-1', source: 'api', has_secret: true } });
    expect(await api.ask('POST', '/webhooks/api-1/test')).toMatchObject({ status: 202, json: { ok: true } });
    expect(webhooks.tested).toEqual(['api-1']);
    expect(await api.ask('DELETE', '/webhooks/api-1')).toMatchObject({ status: 200, json: { ok: true } });
    expect(webhooks.removed).toEqual(['api-1']);
    expect((await api.ask('GET', '/webhooks')).json).toEqual({ webhooks: webhooks.list() });
    expect(api.warnings).toEqual([]);
  });

  test('that are not there are told of as such, and one of the configuration stays', async () => {
    const webhooks = new FakeWebhooks();
    const api = await openApi({ webhooks });
    for (const [method, path] of [
      ['GET', '/webhooks/none'],
      ['DELETE', '/webhooks/none'],
      ['POST', '/webhooks/none/test'],
    ] as const) {
      const { status, json } = await api.ask(method, path);
      expect(json).toEqual({ error: 'not_found', errno: 404, reason: 'no webhook has the id "none"', code: 'webhook_not_found' });
      expect(status).toBe(404);
    }
    const { status, json } = await api.ask('DELETE', '/webhooks/ini-1');
    expect([status, json]).toEqual([
      409,
      { error: 'conflict', errno: 409, reason: 'the webhook ini-1 is in the configuration', code: 'webhook_in_file' },
    ]);
  });

  test.for<[object | string, string]>([
    [{ event: 'spwan', url: HOOK.url }, 'event: expected the name of an event'],
    [{ event: 'spawn', url: 'file:///etc/passwd' }, 'url: expected an address that starts with http:// or https://'],
    [{ event: 'spawn', url: 'ftp://me:pw@host' }, 'got "ftp://***@host"'],
    [{ event: 'x', url: 'y' }, 'got "x"; url: expected'],
    [{ ...HOOK, secret: '' }, 'secret: expected a text of 1 to 1024 characters'],
    [{ ...HOOK, secret: null }, 'secret: expected string'],
    [{ url: HOOK.url }, 'event: expected, but missing'],
    [{ event: 'spawn' }, 'url: expected, but missing'],
    [{ ...HOOK, event: 5 }, 'event: expected string'],
    [{ ...HOOK, id: 'x' }, 'id: no such member'],
    [[], 'the body: expected object'],
    ['null', 'the body: expected object'],
    ['"x"', 'the body: expected object'],
    ['', 'expected a JSON body, got none'],
  ])('are not made of %j', async ([body, reason]) => {
    const webhooks = new FakeWebhooks();
    const api = await openApi({ webhooks });
    const { status, json } = await api.ask('POST', '/webhooks', { body });
    expect(json).toMatchObject({ error: 'bad_request', errno: 400, reason: expect.stringContaining(reason) as string });
    expect([status, webhooks.added]).toEqual([400, []]);
  });

  test('are told anew, and not what was answered a moment ago', async () => {
    const webhooks = new FakeWebhooks();
    const api = await openApi({ webhooks });
    const { headers } = await api.ask('GET', '/webhooks');
    expect((await api.ask('GET', '/webhooks', { headers: { 'if-none-match': headers['etag'] ?? '' } })).status).toBe(304);
    webhooks.add(HOOK);
    expect((await api.ask('GET', '/webhooks', { headers: { 'if-none-match': headers['etag'] ?? '' } })).status).toBe(200);
  });
});

describe('a node without webhooks', () => {
  test('says who has them', async ({ api }) => {
    for (const [method, path, body] of [
      ['GET', '/webhooks'],
      ['POST', '/webhooks', HOOK],
      ['GET', '/webhooks/x'],
      ['DELETE', '/webhooks/x'],
      ['POST', '/webhooks/x/test'],
    ] as const) {
      const { status, json } = await api.ask(method, path, body === undefined ? {} : { body });
      const reason = 'webhooks are sent by gafferd, and this node is a session of "gaffer start": ask a gafferd with --endpoint';
      expect([status, json]).toEqual([404, { error: 'not_found', errno: 404, reason, code: 'webhook_not_found' }]);
    }
  });
});

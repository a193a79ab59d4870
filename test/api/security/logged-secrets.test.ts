import { describe, expect, it } from 'vitest';
import { shownUrl } from '../../../src/api/access-log.ts';
import { RawClient } from '../../support/raw-client.ts';
import { openLockedApi } from '../../support/test-accounts.ts';

const SECRET = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';
const OWN = 'a-secret-of-my-own';

describe('the address of a request, as a log has it', () => {
  it.each([
    [`/keys/${SECRET}`],
    [`/keys/${OWN}`],
    [`/keys/${OWN}?include_keys=true`],
    [`/KEYS/${OWN}`],
    [`//keys//${OWN}`],
    [`/%6beys/${OWN}`],
    [`/keys%2f${OWN}`],
    [`/keys%252F${OWN}`],
    [`/keys/${OWN}/`],
    [`/keys/${OWN}%zz`],
    [`/keys/x/../${OWN}`],
    [`/./keys/${OWN}`],
    [`/a/../keys/${OWN}`],
    [`/keys\\${OWN}`],
    [`/keys;${OWN}`],
    [`http://localhost/keys/${OWN}`],
    [`http://ada:${OWN}@localhost/jobs`],
    [`/jobs?api_key=${SECRET}`],
    [`/jobs/${SECRET.toUpperCase()}`],
  ])('%s tells no secret', (url) => {
    expect(shownUrl(url)).not.toMatch(/a-secret-of-my-own|0a1b2c3d4e5f60718293a4b5c6d7e8f9/i);
  });

  it.each([
    '/',
    '/jobs/shop/web?wait=true',
    '/keys',
    '/keys?include_keys=true',
    '/keys/key-0123456789ab',
    '/jobs/shop/keys',
    '/jobs/a%2Fb',
    '/1/channel?mode=1',
  ])('%s is told as it is', (url) => {
    expect(shownUrl(url)).toBe(url);
  });

  it('is told so whatever becomes of the request', async () => {
    const { api, admin, accounts } = await openLockedApi();
    await accounts.users.create('ada', { password: 'correct tapir battery', type: 1, key: admin, extra: {} });
    for (const [method, path] of [
      ['GET', `/keys/${admin}`],
      ['GET', `/keys%2f${admin}`],
      ['PATCH', `/keys/${admin}`],
      ['GET', `/nothing/${admin}`],
      ['DELETE', '/keys/a-key-that-nobody-has'],
    ] as const) {
      await api.ask(method, path);
    }
    await api.ask('GET', '/auth', { headers: { authorization: `Basic ${Buffer.from('ada:correct tapir battery').toString('base64')}` } });
    await api.ask('GET', '/auth', { headers: { authorization: `Basic ${Buffer.from('ada:wrong tapir battery').toString('base64')}` } });
    const client = await RawClient.open({ port: api.port });
    client.ask(`GET http://localhost/keys/${admin} HTTP/1.1`, ['Host: localhost']);
    await client.status();
    client.upgrade(`/channel/websocket?key=${admin}`);
    const told = JSON.stringify([api.access, api.warnings]);
    expect(api.access.length).toBeGreaterThan(6);
    expect(told).not.toMatch(new RegExp(`${admin}|a-key-that-nobody-has|tapir`));
  });
});

describe('an answer', () => {
  it('tells a secret once, when it is made, and a hash never', async () => {
    const { api, admin, accounts } = await openLockedApi();
    await accounts.users.create('ada', { password: 'correct tapir battery', type: 0, key: admin, extra: { note: 'hello' } });
    const asked: [method: string, path: string, body?: object][] = [
      ['GET', '/keys?include_keys=true'],
      ['GET', `/keys/${accounts.keys.get(admin).id}?include_keys=true`],
      ['GET', '/users?include_user=true'],
      ['GET', '/users/ada'],
      ['PUT', '/users/ada', { password: 'correct tapir battery', key: admin, user_type: 0 }],
      ['POST', '/users', { username: 'ada', password: 'correct tapir battery', key: admin }],
      ['POST', '/users', { username: 'b', password: 'correct tapir battery', key: [admin] }],
      ['POST', '/users', { username: 'correct tapir battery\u0000', password: 7, key: admin }],
      ['PUT', '/users/ada/key', { key: admin }],
      ['PUT', '/users/ada/key', { key: 'short-tapir' }],
      ['PUT', '/users/ada/password', { password: { tapir: 'correct tapir battery' } }],
      ['POST', '/keys', { permissions: { [admin]: 1 } }],
      ['GET', `/keys/${admin.slice(1)}`],
      ['GET', '/metrics'],
      ['GET', '/openapi.json'],
      ['GET', '/log'],
      ['GET', '/jobs'],
    ];
    for (const [method, path, body] of asked) {
      const { text, headers } = await api.ask(method, path, body && { body });
      const hash = /scrypt|PBKDF2|[0-9a-f]{64}/i;
      expect([path, text.replace(/"permissions\.[0-9a-f]{32}[^"]*"/, '')]).not.toEqual([path, expect.stringMatching(new RegExp(`${admin}|tapir`))]);
      expect([path, hash.exec(text)?.[0]]).toEqual([path, undefined]);
      expect(JSON.stringify(headers)).not.toContain(admin);
    }
  });
});

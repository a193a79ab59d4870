import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openLockedApi } from '../../support/test-accounts.ts';
import type { TestApi } from '../../support/test-api.ts';

const RIGHT = 'correct horse battery';

/** Tries a password, from an address of this machine. */
function logIn(api: TestApi, name: string, password: string, localAddress = '127.0.0.1'): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  return new Promise((resolve, reject) => {
    const asked = request({ port: api.port, host: '127.0.0.1', path: '/auth', localAddress, headers: { authorization }, agent: false }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.once('error', reject);
    asked.end();
  });
}

async function withAda(): Promise<TestApi> {
  const { api, accounts, key } = await openLockedApi();
  await accounts.users.create('ada', { password: RIGHT, type: 1, key: key({ read: ['*'] }), extra: {} });
  return api;
}

function counted(statuses: readonly number[]): Readonly<Record<number, number>> {
  return Object.fromEntries([...new Set(statuses)].map((status) => [status, statuses.filter((one) => one === status).length]));
}

describe('a thousand wrong passwords', () => {
  it('at once are few that are tried; the node answers meanwhile, and whoever knows his gets in from elsewhere', { timeout: 180_000 }, async () => {
    const api = await withAda();
    const before = process.memoryUsage().rss;
    const attempts = Promise.all(Array.from({ length: 1000 }, (_, index) => logIn(api, 'ada', `wrong ${index}`)));
    expect((await api.ask('GET', '/ping')).status).toBe(200);
    expect((await api.ask('GET', '/jobs')).status).toBe(200);
    const right = logIn(api, 'ada', RIGHT, '127.0.0.2');
    const statuses = counted(await attempts);
    expect(await right).toBe(200);
    expect(Object.keys(statuses)).toEqual(['401', '429']);
    expect(statuses[401]).toBe(10);
    expect(process.memoryUsage().rss - before).toBeLessThan(500 * 1024 * 1024); // all together would take 32 GB
  });

  it('one after the other lock out who guesses, and nobody else', { timeout: 180_000 }, async () => {
    const api = await withAda();
    const statuses: number[] = [];
    for (let index = 0; index < 1000; index += 1) {
      statuses.push(await logIn(api, 'ada', `wrong ${index}`));
    }
    expect(counted(statuses)).toEqual({ 401: 10, 429: 990 });
    expect(await logIn(api, 'ada', RIGHT)).toBe(429);
    expect(await logIn(api, 'ada', RIGHT, '127.0.0.2')).toBe(200);
  });

  it('for many names, of users or of nobody, are few as well', { timeout: 180_000 }, async () => {
    const api = await withAda();
    const statuses: number[] = [];
    for (let index = 0; index < 1000; index += 1) {
      statuses.push(await logIn(api, `user${index % 400}`, `wrong ${index}`));
    }
    expect(counted(statuses)).toEqual({ 401: 60, 429: 940 });
    expect(await logIn(api, 'ada', RIGHT, '127.0.0.2')).toBe(200);
  });

  it.each([
    ['without a header', ''],
    ['of another kind', 'Digest username="ada"'],
    ['without a colon', `Basic ${Buffer.from('ada').toString('base64')}`],
    ['without a name', `Basic ${Buffer.from(`:${RIGHT}`).toString('base64')}`],
    ['that is no Base64', 'Basic \u00e9\u00e9'],
    ['of 12 KB', `Basic ${Buffer.from(`ada:${'x'.repeat(9000)}`).toString('base64')}`],
    ['with lines in it', `Basic ${Buffer.from('ada\r\n:x').toString('base64')}`],
    ['with NUL', `Basic ${Buffer.from(`ada\0:${RIGHT}`).toString('base64')}`],
    ['of prototypes', `Basic ${Buffer.from('__proto__:x').toString('base64')}`],
  ])('%s are refused alike', async (_, authorization) => {
    const api = await withAda();
    const { status, json, headers } = await api.ask('GET', '/auth', { headers: { authorization } });
    expect([status, json]).toEqual([401, expect.objectContaining({ error: 401, reason: 'unauthorized' })]);
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(api.warnings).toEqual([]);
  });
});

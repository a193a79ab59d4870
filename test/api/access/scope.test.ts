import { describe, expect, test } from 'vitest';
import { openLockedApi } from '../../support/test-accounts.ts';

const SLEEP = { cmd: 'sleep 1000', os_env: true };

async function open() {
  const { api, key } = await openLockedApi();
  await api.supervisor.load('shop', { name: 'web', ...SLEEP });
  await api.supervisor.load('shop', { name: 'db', ...SLEEP });
  await api.supervisor.load('blog', { name: 'web', ...SLEEP });
  const names = async (path: string, secret: string): Promise<unknown> => {
    const { status, json } = await api.ask('GET', path, { headers: { 'x-api-key': secret } });
    return status === 200 ? (json as { jobs: { name: string }[] }).jobs.map(({ name }) => name) : status;
  };
  return { api, key, names };
}

describe('what is told of a job or a session', () => {
  test.for([
    ['/overview', 403, 403],
    ['/overview?session=shop', ['shop.web', 'shop.db'], 403],
    ['/overview?job=shop.web', ['shop.web'], ['shop.web']],
    ['/overview?job=shop.db', ['shop.db'], 403],
    ['/overview?job=shop.none', [], 403],
    ['/overview?job=blog.web', 403, 403],
    ['/overview?session=blog&job=shop.web', [], []],
    ['/overview?session=shop&job=blog.web', 403, 403],
    ['/overview?pid=1', 403, 403],
    ['/overview?session=blog&pid=1', 403, 403],
  ] as const)('%s is for keys that may read it', async ([path, ofSession, ofJob]) => {
    const { key, names } = await open();
    expect(await names(path, key({ read: ['shop'] }))).toEqual(ofSession);
    expect(await names(path, key({ read: ['shop.web'] }))).toEqual(ofJob);
  });

  test.for([
    ['/events', 403, 403],
    ['/events?session=shop', 200, 403],
    ['/events?job=shop.web', 200, 200],
    ['/events?job=shop.db', 200, 403],
    ['/events?session=blog', 403, 403],
    ['/events?session=blog&job=shop.web', 200, 200],
    ['/events?pid=1', 403, 403],
    ['/events?pattern=job.shop', 403, 403],
  ] as const)('%s is for keys that may read it', async ([path, ofSession, ofJob]) => {
    const { api, key } = await open();
    const status = async (secret: string): Promise<number> => (await api.ask('HEAD', path, { headers: { 'x-api-key': secret } })).status;
    expect([await status(key({ read: ['shop'] })), await status(key({ read: ['shop.web'] }))]).toEqual([ofSession, ofJob]);
  });

  test('are its own events and no others', async () => {
    const { api, key } = await open();
    const all = await api.follow('/events?session=shop&since=0', true, { 'x-api-key': key({ read: ['shop'] }) });
    const one = await api.follow('/events?job=shop.web&since=0', true, { 'x-api-key': key({ read: ['shop.web'] }) });
    const none = await api.follow('/events?session=blog&job=shop.web&since=0', true, { 'x-api-key': key({ read: ['shop.web'] }) });
    await api.supervisor.unload({ session: 'blog', job: 'web' });
    await api.supervisor.unload({ session: 'shop', job: 'db' });
    await api.supervisor.unload({ session: 'shop', job: 'web' });
    const namesIn = (text: string): readonly string[] => [...new Set([...text.matchAll(/"name":"([^"]+)"/g)].map(([, name = '']) => name))].sort();
    await all.log.until('"unload"');
    await expect.poll(() => namesIn(all.log.text)).toEqual(['shop.db', 'shop.web']);
    await expect.poll(() => one.log.text).toContain('"event":"unload"');
    expect(namesIn(one.log.text)).toEqual(['shop.web']);
    expect(none.log.text).toBe('');
  });
});

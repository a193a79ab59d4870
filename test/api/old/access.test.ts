import { describe, expect, it } from 'vitest';
import { openLockedApi } from '../../support/test-accounts.ts';

const SECRETIVE = { name: 'shop:web', cmd: 'sleep 1000', env: { PASSWORD: 'hunter2' } };

describe('a key, at the paths of 0.4', () => {
  it('shows the variables of a job to who manages it only', async () => {
    const { api, key } = await openLockedApi();
    await api.ask('POST', '/processes', { body: SECRETIVE });
    for (const [permissions, env] of [
      [{ manage: ['shop'] }, { PASSWORD: 'hunter2' }],
      [{ write: ['shop.web'] }, undefined],
      [{ read: ['*'] }, undefined],
    ] as const) {
      const headers = { 'x-api-key': key(permissions) };
      for (const path of ['/processes/shop:web', '/processes/1']) {
        const { status, json } = await api.ask('GET', path, { headers });
        expect([path, permissions, status, (json as { env?: object }).env]).toEqual([path, permissions, 200, env]);
      }
    }
  });

  it('loads into the session that the name says, and nowhere else', async () => {
    const { api, key } = await openLockedApi();
    const headers = { 'x-api-key': key({ manage: ['shop'] }) };
    const load = async (name: string): Promise<number> => (await api.ask('POST', '/processes', { body: { ...SECRETIVE, name }, headers })).status;
    expect(await load('shop:web')).toBe(200);
    for (const name of ['web', 'shop.web', 'blog:web', 'default:shop.web']) {
      expect([name, await load(name)]).toEqual([name, 403]);
    }
    expect(await api.supervisor.jobs()).toEqual([{ session: 'shop', job: 'web' }]);
  });

  it('learns nothing of jobs and processes that it may not see', async () => {
    const { api, key } = await openLockedApi();
    await api.ask('POST', '/processes', { body: SECRETIVE });
    const headers = { 'x-api-key': key({ manage: ['blog'] }) };
    const asked = async (path: string): Promise<unknown> => (await api.ask('GET', path, { headers })).json;
    const refused = (message: string): object =>
      expect.objectContaining({ error: 403, message: expect.stringContaining(message) as string }) as object;
    expect(await asked('/processes/shop:web')).toEqual(refused('may read shop.web'));
    expect(await asked('/processes/shop:nobody')).toEqual(refused('may read shop.nobody'));
    expect(await asked('/processes/1')).toEqual(refused('may read the job of that process'));
    expect(await asked('/stats/shop:web')).toEqual(refused('may read shop.web'));
  });
});

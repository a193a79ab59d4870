import { describe, expect } from 'vitest';
import { type TestApi, test } from '../../support/test-api.ts';

const OK = { ok: true };

async function load(api: TestApi): Promise<void> {
  for (const name of ['shop:web', 'shop:worker', 'blog:web', 'alone']) {
    await api.ask('POST', '/processes', { body: { name, cmd: 'sleep 1000', os_env: true } });
  }
}

async function states(api: TestApi): Promise<unknown> {
  return Object.fromEntries(
    (await api.supervisor.overview()).map(({ name, state, processes }) => [name, [state, ...processes.map(({ pid }) => pid)]]),
  );
}

describe('groups of 0.4', () => {
  test('are the sessions that have a name of their own', async ({ api }) => {
    expect((await api.ask('GET', '/groups')).json).toEqual([]);
    await load(api);
    expect((await api.ask('GET', '/groups')).json).toEqual(['shop', 'blog']);
    expect((await api.ask('GET', '/groups/shop')).json).toEqual(['shop:web', 'shop:worker']);
    expect((await api.ask('GET', '/groups/default')).json).toEqual(['alone']);
  });

  test('are started, stopped and restarted as a whole', async ({ api }) => {
    await load(api);
    expect((await api.ask('POST', '/groups/shop/_stop?wait=true')).json).toEqual(OK);
    const others = { 'blog.web': ['started', 3], 'default.alone': ['started', 4] };
    expect(await states(api)).toEqual({ 'shop.web': ['stopped'], 'shop.worker': ['stopped'], ...others });
    expect((await api.ask('POST', '/groups/shop/_start?wait=true')).json).toEqual(OK);
    expect(await states(api)).toEqual({ 'shop.web': ['started', 5], 'shop.worker': ['started', 6], ...others });
    expect((await api.ask('POST', '/groups/shop/_restart?wait=true')).json).toEqual(OK);
    const started = ['started', expect.toBeOneOf([7, 8]) as number];
    expect(await states(api)).toEqual({ 'shop.web': started, 'shop.worker': started, ...others });
  });

  test('are removed with their jobs', async ({ api }) => {
    await load(api);
    expect((await api.ask('DELETE', '/groups/shop?wait=true')).json).toEqual(OK);
    expect((await api.ask('GET', '/processes')).json).toEqual(['blog:web', 'alone']);
    expect((await api.ask('GET', '/groups')).json).toEqual(['blog']);
  });

  test.for([
    ['GET', ''],
    ['HEAD', ''],
    ['DELETE', ''],
    ['POST', '/_start'],
    ['POST', '/_stop'],
    ['POST', '/_restart'],
  ] as const)('are not there: %s%s', async ([method, action], { api }) => {
    const { status, json } = await api.ask(method, `/groups/nothing${action}`);
    expect([status, json]).toEqual([404, method === 'HEAD' ? undefined : expect.objectContaining({ error: 'not_found', errno: 404 })]);
  });
});

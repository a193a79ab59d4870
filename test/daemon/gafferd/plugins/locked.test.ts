import { describe, expect, it } from 'vitest';
import { PluginRig, starting } from '../../../support/plugin-rig.ts';

/** Tells what its node says to a few questions, as whoever has sent the request. */
const ASKS = starting(`
  const outcome = (promise) => promise.then((value) => value === undefined ? 'done' : 'told', (error) => error.code);
  const handler = async (request, { node, keyId }) => Response.json({
    keyId,
    web: await outcome(node.jobInfo({ session: 'test', job: 'web' })),
    db: await outcome(node.jobInfo({ session: 'test', job: 'db' })),
    change: await outcome(node.scale({ session: 'test', job: 'web' }, { op: '=', n: 1 })),
    load: await outcome(node.load('test', { name: 'evil', cmd: 'sleep 1' })),
    seen: JSON.stringify([request.url, ...request.headers, Object.keys(node)]),
  });
  for (const need of ['public', 'key']) context.route('GET', '/' + need, { need }, handler);
  context.route('POST', '/public', { need: 'public' }, handler);
  context.route('GET', '/jobs/:session/:job', { need: 'read job' }, handler);
  context.route('GET', '/default', {}, handler);
  context.route('GET', '/log', { need: 'key' }, async (request, { node }) => {
    const body = new ReadableStream({ async start(c) { await node.followLog({}, 0, () => undefined).catch(() => undefined); c.enqueue(new Uint8Array(1)); } });
    return new Response(body);
  });
  context.route('GET', '/own', { need: 'public' }, async () => Response.json(await outcome(node.jobInfo({ session: 'test', job: 'db' }))));
`);

async function openRig(): Promise<PluginRig> {
  const rig = await PluginRig.open({ isLocked: true });
  rig.write('asks', ASKS);
  await rig.api.load('web', 'sleep 100');
  await rig.api.load('db', 'sleep 100');
  await rig.start();
  return rig;
}

const REFUSED = { web: 'forbidden', db: 'forbidden', change: 'forbidden', load: 'forbidden' };
const EVERYTHING = { web: 'told', db: 'told', change: 'told' };

describe('the node of a request, where keys are asked for', () => {
  it('may what the key of who asks may, and no more', async () => {
    const rig = await openRig();
    const { key, admin, accounts } = rig.keys;
    const reader = key({ read: ['test.web'] });
    const ask = async (path: string, secret?: string): Promise<unknown> => {
      rig.api.key = secret;
      return (await rig.api.ask('GET', `/_plugin/asks${path}`)).json;
    };
    expect(await ask('/key', reader)).toMatchObject({ ...REFUSED, web: 'told', keyId: accounts.keys.holderOf(reader)?.keyId });
    expect(await ask('/jobs/test/web', reader)).toMatchObject({ ...REFUSED, web: 'told' });
    expect(await ask('/key', admin)).toMatchObject(EVERYTHING);
    expect(await ask('/default', admin)).toMatchObject(EVERYTHING);
    expect(await ask('/default', reader)).toMatchObject({ code: 'forbidden', errno: 403 });
    expect(await ask('/own', reader)).toBe('told');
    const parent = accounts.keys.holderOf(reader)?.keyId;
    const below = accounts.keys.create({ permissions: { ...NO_RIGHTS, read: ['test.web'] }, parent });
    expect(await ask('/key', below.secret)).toMatchObject({ ...REFUSED, web: 'told', keyId: below.info.id });
  });

  it('may nothing where nobody has shown a key, and the plugin learns no key from anything', async () => {
    const rig = await openRig();
    const { admin } = rig.keys;
    rig.api.key = undefined;
    for (const method of ['GET', 'POST']) {
      expect((await rig.api.ask(method, '/_plugin/asks/public')).json).toMatchObject(REFUSED);
    }
    const shown = [
      { 'x-api-key': admin },
      { authorization: `Bearer ${admin}` },
      { authorization: `Basic ${admin}` },
      { 'X-API-KEY': admin, 'proxy-authorization': admin },
    ];
    for (const headers of shown) {
      const { text } = await rig.api.ask('GET', '/_plugin/asks/public', { headers });
      expect(text).toContain('"seen"');
      expect(text).not.toContain(admin);
    }
  });

  it('ends with the key: an answer that goes on is broken off when the key is deleted', async () => {
    const rig = await openRig();
    const { accounts, key } = rig.keys;
    const secret = key({ read: ['*'] });
    rig.api.key = secret;
    const feed = await rig.api.follow('/_plugin/asks/log');
    accounts.keys.delete(secret);
    await expect(feed.ended).resolves.toBe(false);
    expect(await rig.api.ask('GET', '/_plugin/asks/key')).toMatchObject({ status: 403 });
  });
});

const NO_RIGHTS = { admin: false, createKey: false, createUser: false, read: [], write: [], manage: [] };

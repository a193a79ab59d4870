import { describe, expect } from 'vitest';
import { test } from '../support/test-api.ts';

const WEB = { name: 'web', cmd: 'sleep 100' };
const NOT_FOUND = { error: 'not_found', errno: 404, reason: expect.any(String) as string, code: 'session_not_found' };

describe('POST /jobs/S', () => {
  test('loads a job and starts it', async ({ api }) => {
    const { status, json } = await api.ask('POST', '/jobs/shop', { body: { ...WEB, numprocesses: 2 } });
    expect([status, json]).toEqual([200, { ok: true }]);
    expect((await api.ask('GET', '/jobs/shop')).json).toEqual({ sessionid: 'shop', jobs: ['shop.web'] });
    expect((await api.ask('GET', '/pids')).json).toEqual({ pids: [1, 2] });
  });

  test('does not start it when it is told so', async ({ api }) => {
    await api.ask('POST', '/jobs/shop', { body: { ...WEB, start: false } });
    expect((await api.ask('GET', '/jobs/shop/web')).json).toMatchObject({ active: false, state: 'stopped', config: WEB });
  });

  test('refuses a second one of the name, but takes it into another session', async ({ api }) => {
    await api.ask('POST', '/jobs/shop', { body: WEB });
    const { status, json } = await api.ask('POST', '/jobs/shop', { body: WEB });
    expect(status).toBe(409);
    expect(json).toMatchObject({ error: 'process_conflict', errno: 409, reason: expect.stringContaining('loaded already') as string });
    expect((await api.ask('POST', '/jobs/other', { body: WEB })).status).toBe(200);
  });

  test('takes a job whose program is missing: that is told by events', async ({ api }) => {
    expect((await api.ask('POST', '/jobs/shop', { body: { name: 'web', cmd: 'no-such-program' } })).json).toEqual({ ok: true });
    expect((await api.ask('GET', '/jobs/shop/web')).status).toBe(200);
  });

  test('takes back whatever GET answers', async ({ api }) => {
    const config = {
      ...WEB,
      args: '-x',
      env: { A: '1' },
      uid: null,
      cwd: '/tmp',
      flapping: { attempts: 3 },
      redirect_output: ['out', 'err'],
      custom_streams: ['ctl'],
      graceful_timeout: 1.5,
      priority: 3,
      group: null,
      port: 5000,
      on_exit: 'stop',
      stop_signal: 'INT',
    };
    await api.ask('POST', '/jobs/shop', { body: { ...config, start: false } });
    const { config: told } = (await api.ask('GET', '/jobs/shop/web')).json as { config: object };
    expect(told).toEqual(config);
    expect((await api.ask('POST', '/jobs/other', { body: { ...told, start: false } })).status).toBe(200);
  });

  test.for(['a.b', '.x', '-a', '%20', 'a%2Fb', 'a%00', '%C3%A4', '+x', '%2E%2E'])('refuses a session of the name %s', async (session, { api }) => {
    const { status, json } = await api.ask('POST', `/jobs/${session}`, { body: WEB });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: 'bad_request', errno: 400, reason: expect.stringContaining('expected a session name') as string });
  });

  test.for(['Shop', '9', 'a_b+c-D'])('takes a session of the name %s', async (session, { api }) => {
    expect((await api.ask('POST', `/jobs/${session}`, { body: WEB })).status).toBe(200);
    expect((await api.ask('GET', `/jobs/${session}`)).json).toEqual({ sessionid: session, jobs: [`${session}.web`] });
  });

  test.for([
    ['a slash', 'a/b'],
    ['what a client would resolve', '..'],
    ['the same once', '.'],
    ['half a letter', 'a\ud800'],
    ['great length', 'x'.repeat(1025)],
    ['blanks alone', '  '],
    ['NUL', 'a\0b'],
  ] as const)('refuses a name with %s: no path could lead to it', async ([, name], { api }) => {
    const { status, json } = await api.ask('POST', '/jobs/shop', { body: { name, cmd: 'x' } });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: 'bad_request', reason: expect.stringMatching(/^name: expected/) as string });
  });

  test.for(['a.b', 'Web', 'web 1', 'wéb', 'a%2Fb', '100%', 'a?b#c', 'a\nb', '{x}', ':x', 'a&b=c+d', '__proto__', 'x'.repeat(1024)])(
    'takes a job of the name %j, and a path finds it',
    async (name, { api }) => {
      expect((await api.ask('POST', '/jobs/shop', { body: { name, cmd: 'sleep 100' } })).status).toBe(200);
      const { status, json } = await api.ask('GET', `/jobs/shop/${encodeURIComponent(name)}`);
      expect(status).toBe(200);
      expect(json).toMatchObject({ name: `shop.${name}`, config: { name } });
      expect((await api.ask('DELETE', `/jobs/shop/${encodeURIComponent(name)}?wait=true`)).status).toBe(200);
    },
  );
});

describe('a session', () => {
  test('that has no job is not there', async ({ api }) => {
    for (const [method, path, body] of [
      ['GET', '/jobs/shop'],
      ['DELETE', '/sessions/shop'],
      ['GET', '/sessions/shop/state'],
      ['POST', '/sessions/shop/state', '1'],
    ] as const) {
      const { status, json } = await api.ask(method, path, body === undefined ? {} : { body });
      expect(status).toBe(404);
      expect(json).toMatchObject(NOT_FOUND);
    }
    expect(api.warnings).toEqual([]);
  });

  test('is stopped, started and reloaded as a whole', async ({ api }) => {
    await api.load('web', 'sleep 100');
    await api.load('worker', 'sleep 100');
    const state = async () => (await api.ask('GET', '/sessions/test/state')).text;
    const set = async (body: string) => await api.ask('POST', '/sessions/test/state?wait=true', { body });
    expect(await state()).toBe('1');
    expect(await set('0')).toMatchObject({ status: 202, json: { ok: true } });
    expect(await state()).toBe('0');
    expect((await api.ask('GET', '/pids')).json).toEqual({ pids: [] });
    expect((await set('1')).status).toBe(202);
    expect(await state()).toBe('1');
    expect((await api.ask('GET', '/pids')).json).toEqual({ pids: [3, 4] });
    expect((await set('2')).status).toBe(202);
    expect((await api.ask('GET', '/pids')).json).toEqual({ pids: [5, 6] });
  });

  test.for(['', '3', '10', '1\n', 'start', 'toString', '"1"'])('has no state %j', async (body, { api }) => {
    await api.load('web', 'sleep 100');
    for (const path of ['/sessions/test/state', '/jobs/test/web/state']) {
      const { status, json } = await api.ask('POST', path, { body });
      expect(status).toBe(400);
      const reason = `expected 0 (stop), 1 (start), 2 (reload) as the body and nothing else, got ${JSON.stringify(body)}`;
      expect(json).toMatchObject({ error: 'bad_request', errno: 400, reason });
    }
    expect((await api.ask('GET', '/sessions/test/state')).headers['content-type']).toBe('text/html; charset=UTF-8');
  });

  test('is unloaded as a whole, and is gone at once', async ({ api }) => {
    await api.load('web', 'sleep 100');
    await api.load('worker', 'sleep 100', { priority: 1 });
    await api.supervisor.load('other', { name: 'web', cmd: 'sleep 100' });
    expect(await api.ask('DELETE', '/sessions/test?wait=true')).toMatchObject({ status: 200, json: { ok: true } });
    expect((await api.ask('GET', '/jobs')).json).toEqual({ jobs: ['other.web'] });
    expect((await api.ask('GET', '/pids')).json).toEqual({ pids: [3] });
  });
});

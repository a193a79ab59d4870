import { describe, expect } from 'vitest';
import { openApi, type TestApi, test } from '../../support/test-api.ts';

const SLEEP = { cmd: 'sleep 1000', os_env: true };
const PLAIN = { args: [], env: {}, uid: null, gid: null, cwd: null, detach: false, shell: false, os_env: true, numprocesses: 1 };
const WEB = { session: 'shop', job: 'web' };
const OK = { ok: true };

async function answered(api: TestApi, method: string, path: string, body?: object | string): Promise<readonly [number, unknown]> {
  const { status, json } = await api.ask(method, path, body === undefined ? {} : { body });
  return [status, json];
}

function failed(status: number, error: string, reason: unknown = expect.any(String)): readonly [number, unknown] {
  return [status, expect.objectContaining({ error, errno: status, reason })];
}

describe('/processes', () => {
  test('are the names of the jobs, or the pids of what runs', async ({ api }) => {
    expect(await answered(api, 'GET', '/processes')).toEqual([200, []]);
    await api.supervisor.load('default', { name: 'web', ...SLEEP, numprocesses: 2 });
    await api.supervisor.load('shop', { name: 'web', ...SLEEP });
    await api.supervisor.load('default', { name: '7', ...SLEEP, start: false });
    expect(await answered(api, 'GET', '/processes')).toEqual([200, ['web', 'default:7', 'shop:web']]);
    expect(await answered(api, 'GET', '/processes?running=false')).toEqual([200, ['web', 'default:7', 'shop:web']]);
    expect(await answered(api, 'GET', '/processes?running=true')).toEqual([200, [1, 2, 3]]);
    expect(await answered(api, 'GET', '/processes?running=1')).toEqual([200, [1, 2, 3]]);
    expect(await answered(api, 'GET', '/processes?running=yes')).toEqual(failed(400, 'bad_request'));
  });

  test('takes a template, which is started unless told otherwise', async ({ api }) => {
    expect(await answered(api, 'POST', '/processes', { name: 'web', ...SLEEP })).toEqual([200, OK]);
    expect(await answered(api, 'POST', '/processes', { name: 'shop:web', ...SLEEP, start: false })).toEqual([200, OK]);
    expect(await api.supervisor.jobs()).toEqual([
      { session: 'default', job: 'web' },
      { session: 'shop', job: 'web' },
    ]);
    expect(await api.supervisor.jobInfo(WEB)).toMatchObject({ state: 'stopped', config: { name: 'web', ...SLEEP } });
    expect(await api.supervisor.jobInfo({ session: 'default', job: 'web' })).toMatchObject({ state: 'started', running: 1 });
    expect(await answered(api, 'POST', '/processes', { name: 'shop:web', ...SLEEP })).toEqual(
      failed(409, 'conflict', 'job "shop.web" is loaded already; unload it first, or update it'),
    );
  });

  test.for([
    ['no JSON', '{"name": ', 'invalid_json', 'expected a JSON body: '],
    ['nothing', undefined, 'invalid_json', 'expected a JSON body, got none'],
    ['no object', '[]', 'invalid_process_info', 'expected an object'],
    ['no command', { name: 'web' }, 'invalid_process_info', 'cmd: expected, but missing'],
    ['no name', { cmd: 'x' }, 'invalid_process_info', 'name: expected, but missing'],
    ['a typo', { name: 'web', cmd: 'x', numproceses: 2 }, 'invalid_process_info', 'numproceses: no such job setting'],
    ['no group', { name: 'a b:web', cmd: 'x' }, 'invalid_process_info', 'name: expected a group'],
  ] as const)('refuses %s', async ([, body, error, reason], { api }) => {
    const [status, json] = await answered(api, 'POST', '/processes', body);
    expect([status, json]).toEqual(failed(400, error, expect.stringContaining(reason)));
    expect(await api.supervisor.jobs()).toEqual([]);
  });
});

describe('/processes/NAME', () => {
  test.for(['shop:web', 'shop.web', '1'])('tells the settings with their defaults: %s', async (name, { api }) => {
    await api.supervisor.load('shop', { name: 'web', ...SLEEP });
    const template = { ...PLAIN, name: 'shop:web', cmd: 'sleep 1000', group: 'shop' };
    expect(await answered(api, 'GET', `/processes/${name}`)).toEqual([200, template]);
    const { status, text } = await api.ask('HEAD', `/processes/${name}`);
    expect([status, text]).toEqual([200, '']);
    const { headers } = await api.ask('GET', `/processes/${name}`);
    expect((await api.ask('GET', `/processes/${name}`, { headers: { 'if-none-match': String(headers['etag']) } })).status).toBe(304);
  });

  test.for([SLEEP, { ...SLEEP, ...PLAIN }])('takes settings back as it has told them, and nothing is restarted then: %j', async (config, { api }) => {
    await api.supervisor.load('shop', { name: 'web', ...config });
    const template = (await api.ask('GET', '/processes/shop:web')).json as object;
    expect(await answered(api, 'PUT', '/processes/shop:web?wait=true', template)).toEqual([200, OK]);
    expect(await api.supervisor.pids(WEB)).toEqual([1]);
  });

  test('replaces the settings and starts the job, also one that was stopped', async ({ api }) => {
    await api.supervisor.load('shop', { name: 'web', ...SLEEP, start: false });
    expect(await answered(api, 'PUT', '/processes/shop:web?wait=true', { name: 'shop:web', cmd: 'sleep 2000', os_env: true })).toEqual([200, OK]);
    expect(await api.supervisor.jobInfo(WEB)).toMatchObject({ state: 'started', running: 1, config: { name: 'web', cmd: 'sleep 2000' } });
  });

  test.for([
    ['/processes/nobody', { cmd: 'x' }, 404, 'not_found'],
    ['/processes/shop:web', { name: 'shop:other', cmd: 'x' }, 400, 'invalid_process_info'],
    ['/processes/shop:web', {}, 400, 'invalid_process_info'],
    ['/processes/shop:web', '{', 400, 'invalid_json'],
    ['/processes/1', { cmd: 'x' }, 400, 'bad_value'], // a process has no settings of its own
  ] as const)('changes nothing that it can not: %s %j', async ([path, body, status, error], { api }) => {
    await api.supervisor.load('shop', { name: 'web', ...SLEEP });
    expect(await answered(api, 'PUT', path, body)).toEqual(failed(status, error));
    expect(await api.supervisor.jobInfo(WEB)).toMatchObject({ processes: [1], config: { cmd: 'sleep 1000' } });
  });

  test('unloads a job', async ({ api }) => {
    await api.supervisor.load('shop', { name: 'web', ...SLEEP });
    expect(await answered(api, 'DELETE', '/processes/shop:web?wait=true')).toEqual([200, OK]);
    expect(await answered(api, 'DELETE', '/processes/shop:web')).toEqual(failed(404, 'not_found', 'no job "shop:web" is loaded'));
    expect(await api.supervisor.pids()).toEqual([]);
  });

  test('ends one process by its number, which is replaced', async ({ api }) => {
    await api.supervisor.load('shop', { name: 'web', ...SLEEP, numprocesses: 2 });
    expect(await answered(api, 'DELETE', '/processes/1?wait=true')).toEqual([200, OK]);
    expect(await api.supervisor.pids(WEB)).toEqual([2, 3]);
    expect(await answered(api, 'DELETE', '/processes/1')).toEqual(failed(404, 'not_found', 'no process 1 is running'));
  });

  test.for(['GET', 'HEAD', 'DELETE'] as const)('is not there: %s', async (method, { api }) => {
    for (const name of ['nobody', 'shop:', 'a.b:c', '1', '999999999999999']) {
      const { status } = await api.ask(method, `/processes/${name}`);
      expect([name, status]).toEqual([name, 404]);
    }
  });

  test('means a process by a number, never a job of that name', async ({ api }) => {
    await api.supervisor.load('default', { name: '1', ...SLEEP, start: false });
    expect(await answered(api, 'POST', '/processes/1/_stop')).toEqual(failed(404, 'not_found', 'no process 1 is running'));
    expect(await answered(api, 'GET', '/processes/default:1')).toEqual([200, { ...PLAIN, name: 'default:1', cmd: 'sleep 1000' }]);
    expect(await answered(api, 'POST', '/processes/default:1/_start')).toEqual([200, OK]);
    expect(await answered(api, 'GET', '/processes/1')).toEqual([200, { ...PLAIN, name: 'default:1', cmd: 'sleep 1000' }]);
    expect(await answered(api, 'POST', '/processes/1/_start')).toEqual(
      failed(400, 'bad_value', 'expected a template\'s name, got process 1; a template of that name is "default:1"'),
    );
    expect((await answered(api, 'GET', '/status/1'))[0]).toBe(200);
  });
});

describe('/status/NAME', () => {
  test('tells what runs, and what is wanted under both of its names', async ({ api }) => {
    await api.supervisor.load('shop', { name: 'web', ...SLEEP, numprocesses: 2 });
    expect(await answered(api, 'GET', '/status/shop:web')).toEqual([200, { active: true, running: 2, max_processes: 2, numprocesses: 2 }]);
    await api.supervisor.stop(WEB);
    expect(await answered(api, 'GET', '/status/shop:web')).toEqual([200, { active: false, running: 0, max_processes: 0, numprocesses: 0 }]);
    expect(await answered(api, 'GET', '/status/nobody')).toEqual(failed(404, 'not_found'));
  });
});

describe('the paths of 0.4', () => {
  test('know their methods', async ({ api }) => {
    for (const [method, path, allow] of [
      ['PUT', '/processes', 'GET, POST, HEAD, OPTIONS'],
      ['POST', '/processes/web', 'GET, PUT, DELETE, HEAD, OPTIONS'],
      ['GET', '/processes/web/_start', 'POST, OPTIONS'],
      ['POST', '/processes/web/_pids', 'GET, HEAD, OPTIONS'],
      ['DELETE', '/status/web', 'GET, HEAD, OPTIONS'],
      ['POST', '/groups', 'GET, HEAD, OPTIONS'],
      ['PUT', '/groups/shop', 'GET, DELETE, HEAD, OPTIONS'],
      ['GET', '/groups/shop/_stop', 'POST, OPTIONS'],
    ] as const) {
      const [refused, options] = [await api.ask(method, path), await api.ask('OPTIONS', path)];
      expect([path, refused.status, refused.headers['allow']]).toEqual([path, 405, allow]);
      expect([path, options.status, options.headers['allow'], options.text]).toEqual([path, 204, allow, '']);
    }
  });

  test('know no other action', async ({ api }) => {
    await api.supervisor.load('default', { name: 'web', ...SLEEP });
    for (const method of ['POST', 'GET', 'PUT']) {
      for (const path of ['/processes/web/_bogus', '/processes/web/_start/1', '/processes/1/_', '/groups/shop/_add', '/processes/nobody/_bogus']) {
        expect(await answered(api, method, path)).toEqual(failed(404, 'resource_not_found', expect.stringContaining('expected _start')));
      }
      expect(await answered(api, method, '/processes/web/_signal')).toEqual(failed(400, 'no_signal_number'));
      expect(await answered(api, method, '/processes/web/_signal/')).toEqual(failed(400, 'no_signal_number'));
    }
  });

  test('are exact', async ({ api }) => {
    for (const path of ['/processes/', '/processes/web/', '/status', '/status/', '/groups/', '/processes/web/start']) {
      expect([path, (await api.ask('GET', path)).status]).toEqual([path, 404]);
    }
  });

  test('are for pages that may ask', async () => {
    const api = await openApi({ allowedOrigins: ['https://panel.example'] });
    const asked = (origin: string) => api.ask('GET', '/processes', { headers: { origin } });
    const [allowed, refused] = [await asked('https://panel.example'), await asked('https://else.example')];
    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([200, 'https://panel.example']);
    expect(refused.status).toBe(403);
  });
});

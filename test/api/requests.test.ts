import { connect } from 'node:net';
import { describe, expect } from 'vitest';
import { becomes } from '../support/processes.ts';
import { openApi, type TestApi, test } from '../support/test-api.ts';

/** What comes back when something is sent that no client would. */
function send(api: TestApi, text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(api.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.end(text);
  });
}

describe('a path', () => {
  test.for([
    '/nothing',
    '/jobs/',
    '/jobs//web',
    '/jobs/test/',
    '/jobs/test/web/',
    '/jobs/test/web/nothing',
    '/sessions/',
    '/sessions/test/state/',
    '/ping/',
    '/PING',
    '/Jobs',
    '//',
    '//evil.example/x',
    '/1/',
    '/1/stats/',
    '/1/nothing',
    '/streams/x/out',
    '/streams/1/',
    '/x1',
    '/-1',
    '/openapi_json',
    `/${'long'.repeat(3000)}`,
  ])('%s leads nowhere', async (path, { api }) => {
    await api.load('web', 'sleep 100');
    for (const method of ['GET', 'POST', 'DELETE', 'PATCH', 'PROPFIND', 'OPTIONS']) {
      const { status, json, text } = await api.ask(method, path, method === 'POST' ? { body: '{}' } : {});
      expect([method, status]).toEqual([method, 404]);
      expect(json).toMatchObject({ error: 404, errno: 404, reason: 'not_found', message: expect.stringContaining('/openapi.json') as string });
      expect(text.length).toBeLessThan(500);
    }
    expect((await api.ask('HEAD', path)).status).toBe(404);
    expect(api.warnings).toEqual([]);
  });

  test.for(['/1x', '/1.5', '/1/2', '/0x1', '/1%20'])('%s is no process’s number', async (path, { api }) => {
    const { status, json } = await api.ask('GET', path);
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: 'bad_value', errno: 400, reason: expect.stringContaining("expected a process's number") as string });
  });

  test.for(['/%', '/%zz', '/jobs/%ff', '/jobs/%e0%80/web'])('%s cannot be read, which is said as everything else is', async (path, { api }) => {
    const { status, json, headers } = await api.ask('GET', path);
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: 400, errno: 400, reason: 'bad_request', message: expect.any(String) as string });
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'x-gaffer-seq': '0' });
  });

  test.for([
    ['DELETE', '/jobs', 'GET, HEAD, OPTIONS'],
    ['GET', '/jobs/a/b/commit', 'POST, OPTIONS'],
    ['HEAD', '/jobs/a/b/commit', 'POST, OPTIONS'],
    ['POST', '/1', 'GET, DELETE, HEAD, OPTIONS'],
    ['PATCH', '/jobs/a/b', 'GET, PUT, DELETE, HEAD, OPTIONS'],
    ['PROPFIND', '/jobs/a/b', 'GET, PUT, DELETE, HEAD, OPTIONS'],
    ['TRACE', '/ping', 'GET, HEAD, OPTIONS'],
    ['PUT', '/openapi.json?x=1', 'GET, HEAD, OPTIONS'],
  ] as const)('that does not know %s %s says what it knows', async ([method, path, allow], { api }) => {
    const { status, json, headers } = await api.ask(method, path);
    expect(status).toBe(405);
    expect(headers['allow']).toBe(allow);
    expect(json).toEqual(
      method === 'HEAD' ? undefined : { error: 405, errno: 405, reason: 'Method Not Allowed', message: `this path knows ${allow}` },
    );
  });

  test('answers OPTIONS with the methods that it knows, whether there is something or not', async ({ api }) => {
    const { status, text, headers } = await api.ask('OPTIONS', '/jobs/nobody/nothing');
    expect({ status, text, allow: headers['allow'] }).toEqual({ status: 204, text: '', allow: 'GET, PUT, DELETE, HEAD, OPTIONS' });
  });

  test('may be a whole address', async ({ api }) => {
    const answer = await send(api, 'GET http://localhost/ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\n\r\nOK$/);
  });

  test('may be asked for without a host, as HTTP/1.0 has it', async ({ api }) => {
    expect(await send(api, 'GET /ping HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\n\r\nOK$/);
  });
});

describe('HEAD', () => {
  test('answers what GET does, without its body', async ({ api }) => {
    await api.load('web', 'sleep 100');
    for (const path of [
      '/',
      '/ping',
      '/version',
      '/pids',
      '/jobs',
      '/sessions',
      '/sessions/test/state',
      '/jobs/test',
      '/jobs/test/web',
      '/jobs/test/web/state',
      '/jobs/test/web/pids',
      '/jobs/test/web/numprocesses',
      '/jobs/test/web/tail',
      '/1',
      '/1/tail',
      '/log',
      '/openapi.json',
      '/jobs/test/nothing',
      '/99',
      '/nothing',
    ]) {
      const [got, head] = [await api.ask('GET', path), await api.ask('HEAD', path)];
      const { date: _, ...headers } = got.headers;
      expect(head.bytes).toHaveLength(0);
      expect(head.status).toBe(got.status);
      expect(head.headers).toMatchObject(headers);
    }
  });

  test.for(['/events', '/log?follow=true', '/streams/1/out'])('of %s ends at once', async (path, { api }) => {
    await api.load('web', 'sleep 100');
    const { status, text } = await api.ask('HEAD', path);
    expect({ status, text }).toEqual({ status: 200, text: '' });
  });
});

describe('an answer', () => {
  test('is not sent twice to who has it', async ({ api }) => {
    const { headers } = await api.ask('GET', '/jobs');
    const etag = headers['etag'] ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{40}"$/);
    for (const method of ['GET', 'HEAD']) {
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, `"other" , W/${etag}`, '*']) {
        const again = await api.ask(method, '/jobs', { headers: { 'if-none-match': known } });
        expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', etag]);
        expect(again.headers['content-length']).toBeUndefined();
      }
    }
    for (const known of ['"other"', etag.slice(1, -1), '']) {
      expect((await api.ask('GET', '/jobs', { headers: { 'if-none-match': known } })).status).toBe(200);
    }
    await api.load('web', 'sleep 100');
    expect((await api.ask('GET', '/jobs', { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  test('that tells of a failure has no such name, nor has that of a request that changes something', async ({ api }) => {
    const none = { 'if-none-match': '*' };
    expect((await api.ask('GET', '/jobs/nobody', { headers: none })).status).toBe(404);
    expect((await api.ask('POST', '/jobs/test', { headers: none, body: { name: 'web', cmd: 'sleep 100' } })).status).toBe(200);
  });

  test('is noted', async ({ api }) => {
    await api.ask('GET', '/jobs?x=1');
    await api.ask('POST', '/nothing');
    await api.ask('GET', '/%zz');
    expect(await becomes(() => api.access.length === 3, 10_000)).toBe(true);
    expect(api.access).toMatchObject([
      { method: 'GET', url: '/jobs?x=1', status: 200, address: '127.0.0.1', ms: expect.any(Number) as number },
      { method: 'POST', url: '/nothing', status: 404 },
      { method: 'GET', url: '/%zz', status: 400 },
    ]);
  });

  test('that nobody waits for any more is noted as such', async () => {
    const api = await openApi({ ready: new Promise<void>(() => undefined) });
    // that a request has been read is told by nothing: on a busy machine it takes its time
    for (let pauseMs = 50; api.access.length === 0 && pauseMs < 5000; pauseMs *= 2) {
      const asked = api.ask('GET', '/ping').catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      api.cutConnections();
      await asked;
      await becomes(() => api.access.length > 0, pauseMs);
    }
    expect(api.access).toMatchObject([{ method: 'GET', url: '/ping', status: 499, address: '127.0.0.1' }]);
  });

  test('waits until the node is ready', async () => {
    let ready = (): void => undefined;
    const api = await openApi({ ready: new Promise<void>((resolve) => (ready = resolve)) });
    const answered: string[] = [];
    const asked = api.ask('GET', '/ping').then(({ text }) => answered.push(text));
    expect((await api.ask('GET', '/ping', { headers: { host: 'evil.example' } })).status).toBe(403);
    expect(answered).toEqual([]);
    ready();
    await asked;
    expect(answered).toEqual(['OK']);
  });
});

describe('a JSON body', () => {
  const web = '{"name":"web","cmd":"sleep 100"}';

  test.for([
    undefined,
    '',
    'application/json',
    'application/json, application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'no type at all',
    '///',
  ])('is read as such, whatever its type is said to be: %s', async (type, { api }) => {
    const { status, json } = await api.ask('POST', '/jobs/test', { body: web, ...(type !== undefined && { headers: { 'content-type': type } }) });
    expect([status, json]).toEqual([200, { ok: true }]);
  });

  test('may come in pieces of unknown length', async ({ api }) => {
    expect((await api.ask('POST', '/jobs/test', { body: web, headers: { 'transfer-encoding': 'chunked' } })).status).toBe(200);
  });

  test('may begin with a byte order mark and have any letters in it', async ({ api }) => {
    expect((await api.ask('POST', '/jobs/test', { body: `\ufeff{"name":"wéb 🐟","cmd":"sleep 100"}` })).status).toBe(200);
    expect((await api.ask('GET', '/jobs')).json).toEqual({ jobs: ['test.wéb 🐟'] });
  });

  test.for<[string, string | Buffer, string]>([
    ['nothing', '', 'expected a JSON body, got none'],
    ['blanks', ' \n', 'expected a JSON body, got none'],
    ['no JSON', '{', 'expected a JSON body: '],
    ['two of them', '{} {}', 'expected a JSON body: '],
    ['a form', 'name=web&cmd=x', 'expected a JSON body: '],
    ['bytes that are not UTF-8', Buffer.from('{"name":"w\xffb","cmd":"x"}', 'latin1'), 'in UTF-8'],
    ['null', 'null', 'expected an object with the members of a job'],
    ['a list', '[]', 'expected an object with the members of a job'],
    ['a number', '1', 'expected an object with the members of a job'],
    ['a text', '"web"', 'expected an object with the members of a job'],
    ['true', 'true', 'expected an object with the members of a job'],
    ['a prototype', '{"name":"web","cmd":"x","__proto__":{"shell":true}}', '__proto__'],
    ['one further inside', '{"name":"web","cmd":"x","env":{"__proto__":"x"}}', '__proto__'],
    ['a member that all objects have', '{"name":"web","cmd":"x","constructor":1}', 'constructor: no such job setting'],
    ['great depth', `{"name":"web","cmd":"x","group":${'['.repeat(21)}${']'.repeat(21)}}`, 'at most 20 levels'],
    ['endless depth', '['.repeat(500_000), 'at most 20 levels'],
    ['an unknown member', '{"name":"web","cmd":"x","numproceses":2}', 'numproceses: no such job setting'],
    ['a wrong type', '{"name":"web","cmd":"x","numprocesses":"2"}', 'numprocesses: expected a whole number from 0, got "2"'],
    ['a number beyond all', '{"name":"web","cmd":"x","graceful_timeout":1e999}', 'graceful_timeout: expected'],
    [
      'several problems',
      '{"shell":1,"x":2}',
      'name: expected, but missing; cmd: expected, but missing; shell: expected true or false, got 1; x: no such',
    ],
    ['words that never end', '{"name":"web","cmd":"a \\"b"}', 'cmd: expected a closing "'],
    ['handles', '{"name":"web","cmd":"x","custom_channels":[3]}', 'custom_channels: no such job setting over the network'],
    ['very many problems', JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`x${i}`, 1]))), '; and 4992 more'],
  ])('that is %s is refused with the reason', async ([, body, reason], { api }) => {
    for (const [method, path] of [
      ['POST', '/jobs/test'],
      ['PUT', '/jobs/test/web'],
    ] as const) {
      const { status, json, text } = await api.ask(method, path, { body });
      const { error, errno, reason: told } = json as { error: string; errno: number; reason: string };
      expect({ status, error, errno }).toEqual({ status: 400, error: 'bad_request', errno: 400 });
      if (method === 'POST') {
        expect(told).toContain(reason);
      }
      expect(text.length).toBeLessThan(1500);
    }
    expect(await api.supervisor.jobs()).toEqual([]);
    expect(api.warnings).toEqual([]);
  });

  test.for([true, false])('of more than a megabyte is refused, its length being told before: %s', async (isTold, { api }) => {
    const body = JSON.stringify({ name: 'web', cmd: 'x'.repeat(1024 * 1024) });
    const headers = isTold ? {} : { 'transfer-encoding': 'chunked' };
    const { status, json } = await api.ask('POST', '/jobs/test', { body, headers });
    expect(status).toBe(413);
    expect(json).toMatchObject({ error: 413, errno: 413, reason: 'Payload Too Large' });
  });

  test('of nearly a megabyte is read', async ({ api }) => {
    const body = JSON.stringify({ name: 'web', cmd: 'x', start: false, env: { LONG: 'x'.repeat(1024 * 1024 - 100) } });
    expect((await api.ask('POST', '/jobs/test', { body })).status).toBe(200);
  });

  test('that breaks off does no harm', async ({ api }) => {
    await send(api, 'POST /jobs/test HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"name":"web","cm');
    expect(await api.supervisor.jobs()).toEqual([]);
    expect(api.warnings).toEqual([]);
  });
});

describe('a parameter behind the ?', () => {
  test.for([
    ['GET', '/log?lines=many', 'lines: expected a whole number from 0, got "many"'],
    ['GET', '/log?lines=-1', 'lines: expected a whole number from 0, got "-1"'],
    ['GET', '/log?lines=', 'lines: expected a whole number from 0, got ""'],
    ['GET', '/log?pid=web', 'pid: expected a whole number from 0, got "web"'],
    ['GET', '/log?follow=yes', 'follow: expected true or false, got "yes"'],
    ['GET', '/log?job=a.', 'expected a job name like "web" or "shop.web", got "a."'],
    ['DELETE', '/1?wait=1', 'wait: expected true or false, got "1"'],
    ['DELETE', '/1?replace=no', 'replace: expected true or false, got "no"'],
    ['GET', '/1/tail?lines=1e3', 'lines: expected a whole number from 0, got "1e3"'],
  ] as const)('that is wrong is not passed over: %s %s', async ([method, path, reason], { api }) => {
    await api.load('web', 'sleep 100');
    const { status, json } = await api.ask(method, path);
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: 'bad_request', errno: 400, reason });
    expect(await api.supervisor.pids()).toEqual([1]);
  });

  test('counts as it comes last, and does not disturb where it means nothing', async ({ api }) => {
    await api.load('web', 'sleep 100');
    expect((await api.ask('GET', '/log?lines=7&lines=1')).text.split('\n')).toHaveLength(2);
    expect((await api.ask('GET', '/ping?_=123&__proto__=1&x')).text).toBe('OK');
  });
});

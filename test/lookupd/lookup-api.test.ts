import { METHODS } from 'node:http';
import { describe, expect, test } from 'vitest';
import { LookupRig } from '../support/lookup-rig.ts';
import { identity } from '../support/node-client.ts';
import { RawClient } from '../support/raw-client.ts';

const SOURCE_A = { name: 'a', pids: [1, 2], node_info: identity('a') };
const SOURCE_B = { name: 'b', pids: [], node_info: identity('b') };
const WEB = { name: 'shop.web', sources: [SOURCE_A, SOURCE_B] };
const PHP = { name: 'blog.php', sources: [{ ...SOURCE_B, pids: [7] }] };

/** Two nodes that share a job, and a connection that has not said who it is. */
async function site(): Promise<LookupRig> {
  const rig = await LookupRig.open();
  const [a, b] = [await rig.node(), await rig.node()];
  await a.register('a', { 'shop.web': [2, 1] });
  await b.register('b', { 'shop.web': [], 'blog.php': [7] });
  await rig.node();
  return rig;
}

const PATHS = ['/', '/ping', '/version', '/nodes', '/sessions', '/sessions/a', '/jobs', '/findJob?name=shop.web', '/findSession?sessionid=shop'];

describe('the API of a lookupd', () => {
  test('answers every question', async () => {
    const rig = await site();
    const shop = { sessionid: 'shop', jobs: { 'shop.web': [SOURCE_A, SOURCE_B] } };
    const blog = { sessionid: 'blog', jobs: { 'blog.php': PHP.sources } };
    const answers: Record<string, unknown> = {
      '/': { welcome: 'gaffer-lookupd', version: '1.2.3' },
      '/version': { version: '1.2.3' },
      '/nodes': { nodes: [identity('a'), identity('b'), { name: null, origin: null, version: null }] },
      '/sessions': { nb_sessions: 2, sessions: [blog, shop] },
      '/sessions/a': { nb_sessions: 1, sessions: [{ sessionid: 'shop', jobs: { 'shop.web': [SOURCE_A] } }] },
      '/sessions/no.such': { nb_sessions: 0, sessions: [] },
      '/jobs': { nb_jobs: 2, jobs: [PHP, WEB] },
      '/findJob?name=shop.web': { sources: WEB.sources },
      '/findJob?name=shop%2Eweb': { sources: WEB.sources },
      '/findJob?name=no.such': { sources: [] },
      '/findJob?name=other&name=blog.php': { sources: PHP.sources },
      '/findSession?sessionid=shop': { nb_jobs: 1, jobs: [WEB] },
      '/findSession?sessionid=none': { nb_jobs: 0, jobs: [] },
    };
    for (const [path, answer] of Object.entries(answers)) {
      expect([path, await rig.get(path)]).toEqual([path, answer]);
    }
    const { status, text, headers } = await rig.ask('GET', '/ping');
    expect([status, text, headers['content-type']]).toEqual([200, 'OK', 'text/html; charset=UTF-8']);
  });

  test.for([
    ['/findJob', 'name', 'none'],
    ['/findJob?name=', 'name', 'an empty one'],
    ['/findJob?sessionid=shop', 'name', 'none'],
    ['/findSession', 'sessionid', 'none'],
  ] as const)('misses a parameter: %s', async ([path, name, got]) => {
    const { status, json } = await (await LookupRig.open()).ask('GET', path);
    const message = `expected ?${name}=…, got ${got}`;
    expect([status, json]).toEqual([400, { error: 400, errno: 400, reason: 'bad_request', message, code: 'bad_request' }]);
  });

  test.for(PATHS.map((path) => [path] as const))('knows GET, HEAD and OPTIONS at %s, and no other method', async ([path]) => {
    const rig = await site();
    const { bytes, headers } = await rig.ask('GET', path);
    const { etag } = headers;
    expect(etag).toMatch(/^"[0-9a-f]{40}"$/);
    expect(await rig.ask('HEAD', path)).toMatchObject({ status: 200, text: '', headers: { etag, 'content-length': String(bytes.length) } });
    expect(await rig.ask('GET', path, { headers: { 'if-none-match': etag ?? '' } })).toMatchObject({ status: 304, text: '' });
    expect(await rig.ask('OPTIONS', path)).toMatchObject({ status: 204, text: '', headers: { allow: 'GET, HEAD, OPTIONS' } });
    for (const method of METHODS.filter((one) => !['GET', 'HEAD', 'OPTIONS', 'CONNECT'].includes(one))) {
      const {
        status,
        json,
        headers: refused,
      } = await rig.ask(method, path, method === 'POST' ? { body: '{', headers: { 'content-type': 'a/b' } } : {});
      const body = { error: 405, errno: 405, reason: 'Method Not Allowed', message: 'this path knows GET, HEAD, OPTIONS' };
      expect([method, status, json, refused.allow]).toEqual([method, 405, body, 'GET, HEAD, OPTIONS']);
    }
  });

  test.for([['/nodes/'], ['//nodes'], ['/Nodes'], ['/nodes/a'], ['/sessions/a/b'], ['/sessions/'], ['/nope?x=1'], ['/keys'], ['/wsx']] as const)(
    'says that there is nothing at %s',
    async ([path]) => {
      const rig = await LookupRig.open();
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const { status, json } = await rig.ask(method, path, {
          ...(method === 'POST' && { body: '{', headers: { 'content-type': 'application/json' } }),
        });
        const message = expect.stringMatching(/^there is nothing at \/[^?]*; there are \/, \/ping, .*\/findSession, and WebSockets at/) as unknown;
        expect([status, json]).toEqual([404, { error: 404, errno: 404, reason: 'not_found', message }]);
      }
    },
  );

  test('says that there is a WebSocket where nodes connect', async () => {
    const { status, json } = await (await LookupRig.open()).ask('GET', '/ws');
    expect(status).toBe(400);
    expect(json).toMatchObject({ reason: 'bad_request', message: 'expected a WebSocket: a GET with "Upgrade: websocket"' });
  });

  test.for([['/%zz'], ['/sessions/%zz']] as const)('refuses a path that is not written right, in the form of all errors: %s', async ([path]) => {
    const rig = await LookupRig.open({ allowedOrigins: ['https://admin.example'] });
    const { status, json, headers } = await rig.ask('GET', path, { headers: { origin: 'https://admin.example' } });
    expect([status, json]).toMatchObject([400, { error: 400, errno: 400, reason: 'bad_request' }]);
    expect(headers['access-control-allow-origin']).toBe('https://admin.example');
  });

  test('answers what is no HTTP at all', async () => {
    const rig = await LookupRig.open();
    const raw = await RawClient.open({ port: rig.port });
    raw.send('garbage\r\n\r\n');
    expect(await raw.json()).toMatchObject({ error: 400, errno: 400, reason: 'bad_request' });
  });

  test('reads nothing of what is sent to it', async () => {
    const rig = await LookupRig.open();
    const raw = await RawClient.open({ port: rig.port });
    raw.ask('POST /nodes HTTP/1.1', ['Host: localhost', 'Content-Length: 100000000']);
    expect(await raw.status()).toBe(405);
  });

  test('takes note of its answers', async () => {
    const entries: string[] = [];
    const rig = await LookupRig.open({ onAnswer: ({ method, url, status }) => entries.push(`${method} ${url} ${status}`) });
    await rig.get('/nodes');
    await rig.get('/nope');
    const node = await rig.node();
    node.socket.close();
    await node.closing();
    await expect.poll(() => entries).toEqual(['GET /nodes 200', 'GET /nope 404', 'GET /ws 101']);
  });
});

describe('a page in a browser', () => {
  const CORS = ['access-control-allow-origin', 'access-control-allow-methods', 'access-control-max-age', 'access-control-allow-credentials'];

  test.for([
    ['of another site', { origin: 'http://evil.example' }],
    ['without an origin', { origin: 'null' }],
    ['that has no other name for this machine', { host: 'evil.example' }],
    ['of another site, with a picture or a script', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ] as const)('%s gets nothing, wherever it asks', async ([, headers]) => {
    const rig = await LookupRig.open();
    for (const path of [...PATHS, '/nope', '/lookup', '/lookup/info', '/lookup/0/s/xhr']) {
      const { status, json, headers: answered } = await rig.ask(path.endsWith('xhr') ? 'POST' : 'GET', path, { headers });
      expect([path, status, json]).toMatchObject([path, 403, { error: 403, errno: 403, reason: 'forbidden' }]);
      expect(CORS.filter((name) => name in answered)).toEqual([]);
    }
    if (!('sec-fetch-site' in headers)) {
      await expect(rig.node(headers)).rejects.toThrow('403');
      await expect(rig.watch(headers)).rejects.toThrow('403');
    }
  });

  test('that is allowed is answered, and may read the answers and the errors', async () => {
    const rig = await LookupRig.open({ allowedOrigins: ['https://admin.example'], allowedHosts: ['lookup.example'] });
    const headers = { origin: 'https://admin.example', host: 'lookup.example:5010' };
    for (const [method, path, status] of [
      ['GET', '/nodes', 200],
      ['OPTIONS', '/nodes', 204],
      ['GET', '/nope', 404],
      ['POST', '/nodes', 405],
      ['GET', '/findJob', 400],
    ] as const) {
      const answer = await rig.ask(method, path, { headers });
      expect([path, answer.status, answer.headers]).toMatchObject([
        path,
        status,
        {
          'access-control-allow-origin': 'https://admin.example',
          'access-control-allow-methods': 'POST, GET, PUT, DELETE, OPTIONS',
          'access-control-max-age': '86400',
          'access-control-allow-credentials': 'true',
          vary: 'Origin',
        },
      ]);
    }
    const watcher = await rig.watch(headers);
    await rig.node();
    await watcher.find(({ event }) => event === 'add_node');
  });
});

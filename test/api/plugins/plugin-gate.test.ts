import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { PluginQuestion } from '../../../src/api/plugins/plugin-book.ts';
import { GafferError } from '../../../src/errors.ts';
import type { Route } from '../../../src/plugin/route-path.ts';
import { fakePlugins } from '../../support/fake-plugins.ts';
import { openApi, type TestApi } from '../../support/test-api.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Rig {
  readonly api: TestApi;
  /** What the plugin was asked. */
  readonly asked: (PluginQuestion & { readonly name: string; readonly route: string })[];
}

interface RigOptions {
  readonly routes?: readonly (readonly [method: Route['method'], path: string])[];
  readonly answer?: {
    readonly status?: number;
    readonly headers?: readonly (readonly [string, string])[];
    readonly body?: AsyncIterable<Uint8Array>;
  };
}

/** An API with a plugin `x` that notes what it is asked. */
async function openRig({
  routes = [
    ['POST', '/*'],
    ['GET', '/*'],
  ],
  answer = {},
}: RigOptions = {}): Promise<Rig> {
  const asked: Rig['asked'] = [];
  const plugins = fakePlugins({
    has: (name) => name === 'x' || name === 'down',
    isDown: (name) => name === 'down',
    routesOf: (name) => (name === 'x' ? routes.map(([method, path]) => ({ method, path, need: 'key' })) : []),
    ask: (name, { method, path }, question) => {
      asked.push({ ...question, name, route: `${method} ${path}` });
      return Promise.resolve({ status: 200, headers: [], body: pieces(), ...answer });
    },
  });
  return { api: await openApi({ plugins }), asked };
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    yield encode(text);
    await Promise.resolve();
  }
}

describe('what is asked of a plugin', () => {
  it.each([
    ['GET', '/_plugin/y/', 404, 'there is no plugin "y"; GET /plugins tells which there are'],
    ['GET', '/_plugin/..%2fx/', 404, 'there is no plugin "../x"; GET /plugins tells which there are'],
    ['GET', '/_plugin/__proto__/', 404, 'there is no plugin "__proto__"; GET /plugins tells which there are'],
    ['GET', '/_plugin/x', 404, 'there is nothing at /_plugin/x; with a slash at its end it is a plugin'],
    ['GET', '/_plugin/down/', 503, 'the plugin "down" does not run; GET /plugins tells more'],
    ['POST', '/_plugin/x/other', 404, 'the plugin "x" has nothing at /other'],
    ['OPTIONS', '/_plugin/x/other', 404, 'the plugin "x" has nothing at /other'],
    ['DELETE', '/_plugin/x/plain', 405, 'this path knows POST, OPTIONS'],
    ['GET', '/_plugin/x/plain', 405, 'this path knows POST, OPTIONS'],
    ['POST', '/_plugin/x/%ff', 400, 'bad_request'],
  ])('and is not there: %s %s', async (method, path, status, message) => {
    const { api, asked } = await openRig({ routes: [['POST', '/plain']] });
    const answer = await api.ask(method, path);
    expect([answer.status, Object.values(answer.json as object).includes(message), asked]).toEqual([status, true, []]);
    expect(answer.headers.allow).toBe(status === 405 ? 'POST, OPTIONS' : undefined);
  });

  it('by OPTIONS is answered with what there is', async () => {
    const { api, asked } = await openRig({
      routes: [
        ['GET', '/a'],
        ['PUT', '/:x'],
      ],
    });
    const allowed = async (path: string): Promise<unknown> => (await api.ask('OPTIONS', path)).headers.allow?.split(', ').toSorted();
    expect([await allowed('/_plugin/x/a'), await allowed('/_plugin/x/b'), asked]).toEqual([
      ['GET', 'HEAD', 'OPTIONS', 'PUT'],
      ['OPTIONS', 'PUT'],
      [],
    ]);
  });

  it.each([
    ['/_plugin/x/a/b?c=d%20e', 'a/b', '/_plugin/x/a/b?c=d%20e'],
    ['/_plugin/x/a%2Fb', 'a/b', '/_plugin/x/a%2Fb'],
    ['/_plugin/%78/%E2%82%AC', '€', '/_plugin/%78/%E2%82%AC'],
    ['/_plugin/x//a', '/a', '/_plugin/x//a'],
    ['/_plugin/x/', '', '/_plugin/x/'],
    ['/_plugin/x/a?b?c', 'a', '/_plugin/x/a?b?c'],
    ['/_plugin/x/a;b', 'a;b', '/_plugin/x/a;b'],
    ['/_plugin/x/a\\b', 'a\\b', '/_plugin/x/a/b'],
    ['/_plugin/x/%00', '\0', '/_plugin/x/%00'],
    ['http://localhost/_plugin/x/a', 'a', '/_plugin/x/a'],
  ])('has its path: %s', async (path, rest, url) => {
    const { api, asked } = await openRig();
    expect((await api.ask('GET', path, { headers: { host: 'localhost:1' } })).status).toBe(200);
    expect(asked[0]).toMatchObject({ name: 'x', params: { '*': rest }, url: `http://localhost:1${url}` });
  });

  it.each(['user@localhost', 'user:word@localhost', 'localhost:99999', 'local host', ''])(
    'can be made a request of, whatever its host is called: "%s"',
    async (host) => {
      const plugins = fakePlugins({
        routesOf: () => [{ method: 'GET', path: '/', need: 'key' }],
        ask: (_n, _r, { url }) => (new Request(url), Promise.resolve({ status: 204, headers: [], body: pieces() })),
      });
      const api = await openApi({ plugins, allowedHosts: '*' });
      expect((await api.ask('GET', '/_plugin/x/', { headers: { host } })).status).toBe(204);
    },
  );
});

describe('the body of a request for a plugin', () => {
  const MIB = 1024 * 1024;

  it.each([
    ['none', undefined, {}, undefined],
    ['an empty one', '', {}, 0],
    ['one of a megabyte', Buffer.alloc(MIB, 1), {}, MIB],
    ['JSON that is none', '{', { 'content-type': 'application/json' }, 1],
    ['one in pieces', 'abc', { 'transfer-encoding': 'chunked' }, 3],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 3],
    ['packed', Buffer.from([31, 139]), { 'content-encoding': 'gzip', 'content-type': 'x' }, 2],
  ])('is passed on as it is: %s', async (_, body, headers, length) => {
    const { api, asked } = await openRig();
    expect((await api.ask('POST', '/_plugin/x/', { ...(body !== undefined && { body }), headers })).status).toBe(200);
    expect(asked[0]?.body?.length ?? (length === 0 ? 0 : undefined)).toBe(length);
    const sent = new Map(asked[0]?.headers);
    expect(headers).toEqual(Object.fromEntries(Object.keys(headers).map((name) => [name, sent.get(name)])));
  });

  it.each([{}, { 'transfer-encoding': 'chunked' }])('is refused when it is larger: %j', async (headers) => {
    const { api, asked } = await openRig();
    expect([(await api.ask('POST', '/_plugin/x/', { body: Buffer.alloc(MIB + 1), headers })).status, asked]).toEqual([413, []]);
  });

  it('is not shared with anything else', async () => {
    const { api, asked } = await openRig();
    await api.ask('POST', '/_plugin/x/', { body: 'abc' });
    expect(asked[0]?.body?.buffer.byteLength).toBe(3);
  });
});

describe('the answer of a plugin', () => {
  it('goes out with its headers, but for those that are gafferd’s or of the connection', async () => {
    const own: readonly (readonly [string, string])[] = [
      ['x-own', 'a, b'],
      ['set-cookie', 'a=1; Path=/'],
      ['set-cookie', 'b=2'],
      ['content-type', 'text/x'],
      ['etag', '"1"'],
    ];
    const not: readonly (readonly [string, string])[] = [
      ...([
        ['connection', 'x-hop'],
        ['keep-alive', 'x'],
        ['transfer-encoding', 'gzip'],
        ['content-length', '99'],
        ['upgrade', 'x'],
        ['trailer', 'x'],
      ] as const),
      ...([
        ['date', 'never'],
        ['x-gaffer-seq', '99'],
        ['x-gaffer-run', 'x'],
        ['te', 'x'],
        ['proxy-authenticate', 'x'],
      ] as const),
    ];
    const { api } = await openRig({ answer: { status: 418, headers: [...own, ...not], body: pieces('a', '', 'b') } });
    const { status, headers, text } = await api.ask('GET', '/_plugin/x/');
    expect([status, text]).toEqual([418, 'ab']);
    expect(headers).toMatchObject({ 'x-own': 'a, b', 'set-cookie': ['a=1; Path=/', 'b=2'], 'content-type': 'text/x', etag: '"1"' });
    for (const [name, value] of not) {
      expect(headers[name], name).not.toBe(value);
    }
  });

  it.each([204, 205, 304])('has no body with status %d, nor with HEAD', async (status) => {
    const { api } = await openRig({ answer: { status, body: pieces('never') } });
    expect(await api.ask('GET', '/_plugin/x/')).toMatchObject({ status, text: '' });
    const { api: other } = await openRig({ answer: { body: pieces('never') } });
    expect(await other.ask('HEAD', '/_plugin/x/')).toMatchObject({ status: 200, text: '' });
  });

  it('is taken as fast as it is read, and ended when its reader has gone', async () => {
    let [count, isOver] = [0, false];
    const body = (async function* () {
      try {
        for (;;) {
          count += 1;
          yield new Uint8Array(64 * 1024);
          await new Promise(setImmediate);
        }
      } finally {
        isOver = true;
      }
    })();
    const { api, asked } = await openRig({ answer: { body } });
    const socket = connect(api.port, '127.0.0.1');
    socket.pause();
    socket.write('GET /_plugin/x/ HTTP/1.1\r\nHost: localhost\r\n\r\n');
    let [before, same] = [-1, 0];
    while (same < 20) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      same = before === count && count > 0 ? same + 1 : 0;
      before = count;
    }
    expect(count * 64).toBeLessThan(40_000); // kilobytes: what the system takes for a connection
    const aborted = new Promise((resolve) => asked[0]?.signal.addEventListener('abort', resolve));
    socket.destroy();
    await aborted;
    await expect.poll(() => isOver).toBe(true);
  });

  it('is not asked for when its reader has gone before', async () => {
    let release: () => void = () => undefined;
    let isAsked = false;
    const plugins = fakePlugins({
      routesOf: () => [{ method: 'POST', path: '/', need: 'key' }],
      ask: (_name, _route, { signal }) => {
        isAsked = true;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new GafferError('plugin_unavailable', 'x'))));
      },
    });
    const ready = new Promise<void>((resolve) => {
      release = resolve;
    });
    const api = await openApi({ plugins, ready });
    const asked = request({ port: api.port, method: 'POST', path: '/_plugin/x/' }).on('error', () => undefined);
    asked.end();
    await expect.poll(() => asked.writableFinished).toBe(true);
    await new Promise((resolve) => {
      asked.once('close', resolve);
      asked.destroy();
    });
    await expect.poll(() => api.access.length).toBe(1);
    release();
    expect((await api.ask('GET', '/ping')).status).toBe(200);
    expect(isAsked).toBe(false);
  });

  it.each([
    ['plugin_failed', 500],
    ['plugin_unavailable', 503],
    ['plugin_silent', 504],
    ['job_exists', 409],
    ['job_not_found', 404],
  ] as const)('that does not come is told of: %s', async (code, status) => {
    const plugins = fakePlugins({
      routesOf: () => [{ method: 'GET', path: '/', need: 'key' }],
      ask: () => Promise.reject(new GafferError(code, 'why')),
    });
    const api = await openApi({ plugins });
    expect(await api.ask('GET', '/_plugin/x/')).toMatchObject({ status, json: { reason: 'why', errno: status } });
    expect(api.warnings).toEqual([]);
  });

  it('to a wish for a WebSocket is that there is none', async () => {
    const { api, asked } = await openRig();
    const socket = connect(api.port, '127.0.0.1');
    socket.write(
      'GET /_plugin/x/ HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const text = await new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(String(bytes))));
    socket.destroy();
    expect([text.split(' ')[1], asked]).toEqual(['404', []]);
  });
});

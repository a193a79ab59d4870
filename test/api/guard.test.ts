import { describe, expect, it } from 'vitest';
import { refusal } from '../../src/api/guard.ts';
import { openApi } from '../support/test-api.ts';

const NOTHING_ALLOWED = { allowedHosts: [], allowedOrigins: [] };

describe('a host name', () => {
  it.each([
    ['localhost'],
    ['localhost:5000'],
    ['LocalHost:5000'],
    ['localhost.'],
    ['localhost.:5000'],
    ['shop.localhost'],
    ['127.0.0.1'],
    ['127.0.0.1:5000'],
    ['127.255.3.4:1'],
    ['[::1]'],
    ['[::1]:5000'],
    ['192.168.7.9:5000'],
    ['node.example'],
    ['NODE.example.:99'],
    [undefined],
  ])('%s is answered to', (host) => {
    const request = { host, origin: undefined, localAddress: '192.168.7.9' };
    expect(refusal(request, { ...NOTHING_ALLOWED, allowedHosts: ['Node.Example'] })).toBeUndefined();
  });

  it.each([
    ['evil.example'],
    ['evil.example:5000'],
    ['localhost.evil.example'],
    ['127.0.0.1.evil.example'],
    ['notlocalhost'],
    ['127.0.0.1:5000@evil.example'],
    ['localhost:5000:evil'],
    ['localhost/evil'],
    ['0.0.0.0:5000'],
    ['[::]'],
    ['[::1'],
    ['192.168.7.10'],
    [''],
    [':5000'],
  ])('%s is not', (host) => {
    const request = { host, origin: undefined, localAddress: '192.168.7.9' };
    expect(refusal(request, NOTHING_ALLOWED)).toContain(`the node does not answer to the name "${host}"`);
  });

  it('may be the address that was connected to, however it is written', () => {
    expect(refusal({ host: '10.0.0.1:80', origin: undefined, localAddress: '::ffff:10.0.0.1' }, NOTHING_ALLOWED)).toBeUndefined();
    expect(refusal({ host: '[FE80::1]:80', origin: undefined, localAddress: 'fe80::1' }, NOTHING_ALLOWED)).toBeUndefined();
  });

  it('may be any where no page comes: over a unix socket', () => {
    expect(refusal({ host: 'evil.example', origin: 'http://evil.example', localAddress: undefined }, NOTHING_ALLOWED)).toBeUndefined();
  });
});

describe('an origin', () => {
  const allowed = ['https://admin.example', 'http://Other.example:81/'];

  it.each([
    [undefined, []],
    ['http://localhost:5000', []],
    ['https://localhost:5000', []],
    ['https://admin.example', allowed],
    ['http://other.example:81', allowed],
    ['https://anybody.example', '*'],
    ['null', '*'],
  ] as const)('%s may call where %j are allowed', (origin, allowedOrigins) => {
    expect(refusal({ host: 'LOCALHOST:5000', origin, localAddress: '127.0.0.1' }, { allowedHosts: [], allowedOrigins })).toBeUndefined();
  });

  it.each([
    ['http://localhost:3000', []],
    ['http://localhost', []],
    ['http://127.0.0.1:5000', []],
    ['null', []],
    ['', []],
    ['null', allowed],
    ['http://admin.example', allowed],
    ['https://admin.example.evil.example', allowed],
    ['https://evil.example/https://admin.example', allowed],
  ] as const)('%s may not where %j are', (origin, allowedOrigins) => {
    expect(refusal({ host: 'localhost:5000', origin, localAddress: '127.0.0.1' }, { allowedHosts: [], allowedOrigins })).toContain(
      `pages of ${origin} may not call this node`,
    );
  });
});

describe('a page of another site, of which browsers tell no origin', () => {
  const request = { host: 'localhost:5000', origin: undefined, localAddress: '127.0.0.1', isOtherSite: true };

  it.each([
    ['https://admin.example/page?x', ['https://admin.example']],
    ['https://admin.example/', ['https://Admin.example/']],
    [undefined, '*'],
    ['http://evil.example/', '*'],
  ] as const)('at %s may have a script or a frame of this node where %j are allowed', (referer, allowedOrigins) => {
    expect(refusal({ ...request, referer }, { allowedHosts: [], allowedOrigins })).toBeUndefined();
  });

  it.each([
    [undefined, []],
    [undefined, ['https://admin.example']],
    ['', ['']],
    ['nonsense', ['https://admin.example']],
    ['http://admin.example/', ['https://admin.example']],
    ['https://evil.example/https://admin.example/', ['https://admin.example']],
    ['https://admin.example@evil.example/', ['https://admin.example']],
    ['data:text/html,x', ['null']],
    ['http://localhost:5000/', []],
  ] as const)('at %s may not where %j are', (referer, allowedOrigins) => {
    const refused = refusal({ ...request, referer }, { allowedHosts: [], allowedOrigins });
    expect(refused).toBe('pages of other sites may not call this node; allow them with --allowed-origin');
  });
});

describe('a node without keys', () => {
  it('does nothing for a foreign page, and gives it nothing to read', async () => {
    const api = await openApi();
    await api.load('web', 'sleep 100');
    for (const headers of [{ origin: 'http://evil.example' }, { origin: 'null' }, { host: 'evil.example' }]) {
      for (const [method, path] of [
        ['DELETE', '/jobs/test/web'],
        ['POST', '/jobs/test/web/state'],
        ['GET', '/jobs'],
        ['OPTIONS', '/jobs'],
        ['GET', '/nothing'],
        ['PUT', '/jobs'],
      ] as const) {
        const { status, headers: answered, json } = await api.ask(method, path, { headers, ...(method === 'POST' && { body: '0' }) });
        expect(status).toBe(403);
        expect(json).toMatchObject({ error: 403, errno: 403, reason: 'forbidden', message: expect.stringContaining('allow') as string });
        expect(Object.keys(answered).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
    expect(await api.supervisor.pids()).toEqual([1]);
  });

  it('lets pages read that were allowed by name, and says so in a preflight', async () => {
    const api = await openApi({ allowedOrigins: ['https://admin.example'] });
    const cors = {
      'access-control-allow-origin': 'https://admin.example',
      'access-control-allow-methods': 'POST, GET, PUT, DELETE, OPTIONS',
      'access-control-max-age': '86400',
      'access-control-allow-headers': 'X-Requested-With, X-HTTP-Method-Override, Content-Type, Accept, Authorization, X-Api-Key',
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    };
    const origin = 'https://admin.example';
    for (const [method, path, status] of [
      ['GET', '/jobs', 200],
      ['HEAD', '/jobs', 200],
      ['OPTIONS', '/jobs/a/b', 204],
      ['GET', '/jobs/a/b', 404],
      ['GET', '/nothing', 404],
      ['PUT', '/jobs', 405],
      ['GET', '/%zz', 400],
      ['GET', '/log', 200],
    ] as const) {
      const answer = await api.ask(method, path, { headers: { origin } });
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject(cors);
    }
    const feed = await api.ask('HEAD', '/events', { headers: { origin } });
    expect(feed.headers).toMatchObject(cors);
    const { headers } = await api.ask('GET', '/jobs');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each([
    [undefined, '*'],
    ['null', '*'],
    ['http://any.example', 'http://any.example'],
  ])('that is open to all pages says to one of %s that %s may read', async (origin, allowed) => {
    const api = await openApi({ allowedOrigins: '*' });
    const { status, headers } = await api.ask('GET', '/ping', origin === undefined ? {} : { headers: { origin } });
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe(allowed);
  });
});

import { describe, expect, it } from 'vitest';
import { refusal } from '../../../src/api/guard.ts';
import { RawClient } from '../../support/raw-client.ts';
import { openAccounts } from '../../support/test-accounts.ts';
import { openApi, type TestApi } from '../../support/test-api.ts';

const EVIL = 'http://evil.example';
const JOB = JSON.stringify({ name: 'evil', cmd: 'sleep 100' });

/** What browsers send for a page of another origin, whatever that page does. */
const ATTACKS: readonly { readonly name: string; readonly line: string; readonly headers: readonly string[]; readonly body?: string }[] = [
  { name: 'fetch, simple', line: 'POST /jobs/x', headers: [`Origin: ${EVIL}`, 'Content-Type: text/plain'], body: JOB },
  { name: 'fetch, no-cors', line: 'POST /jobs/x', headers: [`Origin: ${EVIL}`, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'], body: JOB },
  { name: 'a preflight', line: 'OPTIONS /jobs/x', headers: [`Origin: ${EVIL}`, 'Access-Control-Request-Method: POST'] },
  { name: 'a sandboxed frame', line: 'POST /jobs/x', headers: ['Origin: null'], body: JOB },
  {
    name: 'a form, urlencoded',
    line: 'POST /jobs/x',
    headers: [`Origin: ${EVIL}`, 'Content-Type: application/x-www-form-urlencoded'],
    body: '{"name":"evil","cmd":"sleep 100","a":"=b"}',
  },
  { name: 'a form, text', line: 'POST /jobs/x', headers: [`Origin: ${EVIL}`, 'Content-Type: text/plain', 'Sec-Fetch-Mode: navigate'], body: JOB },
  { name: 'a form, multipart', line: 'POST /jobs/x', headers: [`Origin: ${EVIL}`, 'Content-Type: multipart/form-data; boundary=x'], body: JOB },
  { name: 'a beacon', line: 'POST /jobs/x', headers: [`Origin: ${EVIL}`, 'Sec-Fetch-Site: cross-site'], body: JOB },
  { name: 'an image', line: 'GET /jobs', headers: ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image'] },
  { name: 'a script', line: 'GET /jobs', headers: ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: script'] },
  { name: 'a frame', line: 'GET /jobs', headers: ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'] },
  { name: 'an event source', line: 'GET /events?feed=eventsource', headers: [`Origin: ${EVIL}`, 'Accept: text/event-stream'] },
  { name: 'another port of this machine', line: 'DELETE /1', headers: ['Origin: http://localhost:3000', 'Sec-Fetch-Site: same-site'] },
  { name: 'SockJS, info', line: 'GET /channel/info', headers: [`Origin: ${EVIL}`] },
  { name: 'SockJS, xhr', line: 'POST /channel/0/a/xhr', headers: [`Origin: ${EVIL}`] },
  { name: 'SockJS, streaming', line: 'POST /channel/0/a/xhr_streaming', headers: [`Origin: ${EVIL}`] },
  { name: 'SockJS, jsonp', line: 'GET /channel/0/a/jsonp?c=f', headers: ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'] },
  { name: 'SockJS, htmlfile', line: 'GET /channel/0/a/htmlfile?c=f', headers: ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Dest: iframe'] },
  { name: 'SockJS, a form', line: 'POST /channel/0/a/jsonp_send', headers: [`Origin: ${EVIL}`], body: 'd=%5B%5D' },
  { name: 'a method that is hidden', line: 'POST /jobs/test/web', headers: [`Origin: ${EVIL}`, 'X-HTTP-Method-Override: DELETE'] },
];

async function ask(api: TestApi, { line, headers, body = '' }: { line: string; headers: readonly string[]; body?: string }): Promise<RawClient> {
  const client = await RawClient.open({ port: api.port });
  const own = headers.some((header) => header.startsWith('Host:')) ? [] : ['Host: localhost'];
  client.ask(`${line} HTTP/1.1`, [...own, ...headers, `Content-Length: ${body.length}`], body);
  return client;
}

describe('a page of another origin, at a node without keys', () => {
  it.each(ATTACKS)('does nothing and reads nothing by $name', async (attack) => {
    const api = await openApi();
    await api.load('web', 'sleep 100');
    const client = await ask(api, attack);
    expect(await client.status()).toBe(403);
    expect(client.log.text.toLowerCase()).not.toContain('access-control-allow');
    expect(await api.supervisor.jobs()).toEqual([{ session: 'test', job: 'web' }]);
    expect(await api.supervisor.pids()).toEqual([1]);
  });

  it.each(['/channel/websocket', '/channel/0/a/websocket', '/1/channel', '/1/channel/out?mode=1', '/wstreams/1'])(
    'gets no WebSocket at %s',
    async (path) => {
      const api = await openApi();
      await api.load('web', 'sleep 100');
      for (const origin of [EVIL, 'null', 'http://localhost:1', 'file://', 'http://localhost.evil.example']) {
        const client = await RawClient.open({ port: api.port });
        client.upgrade(path, ['Host: localhost', `Origin: ${origin}`]);
        expect([origin, await client.status()]).toEqual([origin, 403]);
      }
    },
  );
});

describe('a page of another origin, at a node with keys', () => {
  it('may try, and gets as far as its own key', async () => {
    const { accounts, admin } = openAccounts();
    const api = await openApi({ accounts, allowedHosts: '*', allowedOrigins: '*' });
    await api.load('web', 'sleep 100');
    for (const { name, ...attack } of ATTACKS.filter(({ line }) => !/OPTIONS|SockJS|channel/.test(line))) {
      const client = await ask(api, attack);
      expect([name, await client.status()]).toEqual([name, attack.line.includes('/jobs/test/web') ? 405 : 401]);
    }
    expect(await api.supervisor.pids()).toEqual([1]);
    const own = await api.ask('GET', '/jobs', { headers: { origin: EVIL, 'x-api-key': admin } });
    expect([own.status, own.headers['access-control-allow-origin']]).toEqual([200, EVIL]);
  });

  it('cannot read the key that comes of a password which the browser knows', async () => {
    const { accounts, key } = openAccounts();
    await accounts.users.create('ada', { password: 'correct horse battery', type: 1, key: key({ read: ['*'] }), extra: {} });
    const api = await openApi({ accounts, allowedHosts: '*', allowedOrigins: '*' });
    const authorization = `Basic ${Buffer.from('ada:correct horse battery').toString('base64')}`;
    for (const [method, path] of [
      ['GET', '/auth'],
      ['GET', '/auth?x'],
      ['HEAD', '/auth'],
      ['OPTIONS', '/auth'],
    ] as const) {
      const { headers } = await api.ask(method, path, { headers: { origin: EVIL, authorization } });
      expect([method, path, headers['access-control-allow-credentials']]).toEqual([method, path, undefined]);
    }
    const wrong = await api.ask('GET', '/auth', { headers: { origin: EVIL } });
    expect([wrong.status, wrong.headers['www-authenticate'], wrong.headers['access-control-allow-credentials']]).toEqual([401, undefined, undefined]);
    for (const path of ['/jobs', '/keys', '/users', '/1', '/events']) {
      const { status } = await api.ask('GET', path, { headers: { origin: EVIL, authorization, cookie: 'JSESSIONID=x; key=x' } });
      expect([path, status]).toEqual([path, 401]);
    }
  });
});

describe('a name that points here without being ours', () => {
  it.each([
    ['GET /jobs', ['Host: evil.example']],
    ['GET /jobs', ['Host: evil.example:5000']],
    ['GET /jobs', ['Host: 127.0.0.1.evil.example']],
    ['GET /jobs', ['Host: 127.0.0.1@evil.example']],
    ['GET /jobs', ['Host: localhost:5000@evil.example']],
    ['GET /jobs', ['Host: [::1]evil.example']],
    ['GET /jobs', ['Host: [::1%25evil.example]']],
    ['GET /jobs', ['Host: evil.example', 'Host: localhost']],
    ['GET /jobs', ['Host: localhost, evil.example']],
    ['GET /jobs', ['Host: evil.example.']],
    ['GET /jobs', ['Host: 0']],
    ['GET /jobs', ['Host: 2130706433']],
    ['GET /jobs', ['Host: 0x7f.1']],
    ['GET /jobs', ['Host: evil.example', 'X-Forwarded-Host: localhost']],
    ['GET http://evil.example/jobs', ['Host: localhost']],
    ['GET HTTP://EVIL.example:5000/jobs', ['Host: localhost']],
    ['GET http://localhost@evil.example/jobs', ['Host: localhost']],
    ['GET http:evil.example/jobs', ['Host: localhost']],
    ['GET /channel/info', ['Host: evil.example']],
    ['OPTIONS /jobs', ['Host: evil.example']],
    ['GET /ping', ['Host: evil.example']],
    ['GET /openapi.json', ['Host: evil.example']],
  ])('is not answered to: %s with %j', async (line, headers) => {
    const api = await openApi();
    await api.load('web', 'sleep 100');
    const client = await ask(api, { line, headers });
    expect([403, 400]).toContain(await client.status());
    expect(client.log.text).not.toContain('test.web');
  });

  it.each(['http://localhost/jobs', 'http://LOCALHOST:5000/jobs', 'http://127.0.0.1/jobs'])('is not %s, in the first line', async (target) => {
    const api = await openApi();
    const client = await ask(api, { line: `GET ${target}`, headers: [] });
    expect(await client.status()).toBe(200);
  });

  it('may have a page open with the same name as its origin: that is the same name', () => {
    const request = { host: 'evil.example', origin: 'http://evil.example', localAddress: '127.0.0.1' };
    expect(refusal(request, { allowedHosts: [], allowedOrigins: [] })).toContain('does not answer to the name');
  });
});

import { describe, expect, it } from 'vitest';
import type { Route } from '../../../src/plugin/route-path.ts';
import { fakePlugins } from '../../support/fake-plugins.ts';
import { RecordedNode } from '../../support/recorded-node.ts';
import { openAccounts } from '../../support/test-accounts.ts';
import { openApi } from '../../support/test-api.ts';
import { MAY, makeKeys, STRANGERS, type Word } from '../access/key-kinds.ts';
import { refusedWith } from '../access/locked-rig.ts';

/** Routes with each need, a request for each, and what it needs in the words of the table of kinds. */
const ROWS: readonly (readonly [need: Route['need'], path: string, request: string, word: Word | 'key'])[] = [
  ['public', '/public', '/public', 'public'],
  ['key', '/key', '/key', 'key'],
  ['admin', '/admin', '/admin', 'admin'],
  ...(['read', 'write', 'manage'] as const).flatMap((right): (readonly [Route['need'], string, string, Word])[] => [
    [`${right} all`, `/${right}`, `/${right}`, `${right} all`],
    [`${right} session`, `/${right}/:session`, `/${right}/shop`, `${right} shop`],
    [`${right} session`, `/${right}/:session`, `/${right}/%73hop`, `${right} shop`],
    [`${right} job`, `/${right}/:session/:job`, `/${right}/shop/web`, `${right} web`],
    [`${right} job`, `/${right}/:session/:job`, `/${right}/s%68op/we%62`, `${right} web`],
    [`${right} process`, `/${right}/of/process/:pid`, `/${right}/of/process/1`, `${right} web`],
  ]),
];

const ROUTES: readonly Route[] = ROWS.flatMap(([need, path]) => (['GET', 'POST', 'DELETE'] as const).map((method) => ({ method, path, need })));

describe('a route of a plugin, where keys are asked for', () => {
  it('is answered to every kind of key that may what it needs, and nobody else gets the plugin to do anything', { timeout: 180_000 }, async () => {
    const { accounts } = openAccounts();
    const secrets = makeKeys(accounts);
    let asked = 0;
    const plugins = fakePlugins({
      routesOf: () => ROUTES,
      ask: (_name, route, { caller, headers }) => {
        asked += 1;
        expect(JSON.stringify(headers)).not.toContain('x-api-key');
        expect(caller.keyId === undefined || accounts.isValid(caller.keyId) || route.need === 'public').toBe(true);
        return Promise.resolve({ status: 200, headers: [], body: (async function* () {})() });
      },
    });
    const recorded = new RecordedNode();
    const api = await openApi({ accounts, plugins, allowedHosts: '*', allowedOrigins: '*' }, () => recorded.node);
    expect([...secrets.keys()]).toEqual(
      expect.arrayContaining([...Object.keys(STRANGERS), ...Object.keys(MAY).filter((kind) => !kind.includes('ada'))]),
    );
    let turn = 0;
    for (const [, , path, word] of ROWS) {
      for (const [kind, secret] of secrets) {
        turn += 1;
        const method = ['GET', 'HEAD', 'POST', 'DELETE'][turn % 4] ?? 'GET'; // there is an odd number of kinds: each has each sooner or later
        const refused = word === 'key' ? (STRANGERS as Readonly<Record<string, number>>)[kind] : refusedWith(kind, word);
        asked = 0;
        api.key = secret;
        const { status } = await api.ask(method, `/_plugin/x${path}`);
        expect({ kind, request: `${method} ${path}`, status, asked }).toEqual({
          ...{ kind, request: `${method} ${path}`, status: refused ?? 200, asked: refused === undefined ? 1 : 0 },
        });
      }
    }
  });

  it.each(['x', '01x', '1e0', '0x1', '%201', '-1', '1.0', '%31%20'])(
    'about a process is refused where "%s" is to be its pid, for the plugin may read another number there',
    async (pid) => {
      const { accounts, key } = openAccounts();
      const plugins = fakePlugins({ routesOf: () => [{ method: 'GET', path: '/:pid', need: 'read process' }] });
      const api = await openApi({ accounts, plugins }, () => new RecordedNode().node);
      api.key = key({ read: ['*'] });
      expect(await api.ask('GET', `/_plugin/x/${pid}`)).toMatchObject({ status: 404, json: { error: 'not_found' } });
    },
  );

  it('is read no body for, of who may not ask', async () => {
    const { accounts } = openAccounts();
    const plugins = fakePlugins({ routesOf: () => [{ method: 'POST', path: '/', need: 'key' }] });
    const api = await openApi({ accounts, plugins });
    const headers = { 'content-length': String(1e12), expect: '100-continue' };
    expect((await api.ask('POST', '/_plugin/x/', { headers })).status).toBe(401);
    expect((await api.ask('POST', '/_plugin/x/', { headers: { ...headers, 'x-api-key': 'wrong' } })).status).toBe(403);
  });
});

describe('a page of another origin', () => {
  const plugins = fakePlugins({
    routesOf: () => [{ method: 'POST', path: '/', need: 'public' }],
    ask: () => Promise.resolve({ status: 200, headers: [], body: (async function* () {})() }),
  });
  const FOREIGN = [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, { host: 'evil.example' }];

  it.each(FOREIGN)('reaches no route and no site of a node without keys: %j', async (headers) => {
    const api = await openApi({ plugins });
    for (const [method, path] of [
      ['POST', '/_plugin/x/'],
      ['GET', '/_plugin/x/index.html'],
      ['OPTIONS', '/_plugin/x/'],
      ['POST', '/_plugin/%78/'],
    ] as const) {
      expect((await api.ask(method, path, { headers })).status).toBe(403);
    }
    expect((await api.ask('POST', '/_plugin/x/', { headers: { origin: `http://127.0.0.1:${api.port}` } })).status).toBe(200);
  });

  it('may what it was allowed to, and is told so', async () => {
    const api = await openApi({ plugins, allowedOrigins: ['http://page.example'] });
    const answer = await api.ask('OPTIONS', '/_plugin/x/', { headers: { origin: 'http://page.example', 'access-control-request-method': 'POST' } });
    expect(answer).toMatchObject({ status: 204, headers: { allow: 'POST, OPTIONS', 'access-control-allow-origin': 'http://page.example' } });
  });
});

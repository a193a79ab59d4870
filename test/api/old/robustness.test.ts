import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { type TestApi, test } from '../../support/test-api.ts';

const MIB = 1024 * 1024;

/** Names as nobody would write them. */
const ODD = [
  'a b',
  'ü',
  '%',
  '%41',
  '+',
  '?',
  '#',
  'a.b',
  'a.b.c',
  'a:',
  ':',
  ':a',
  '-',
  '_start',
  '__proto__',
  'constructor',
  '\u{1F600}',
  '"',
  '\\',
  'a\nb',
  'a,b',
];

async function load(api: TestApi, name: string): Promise<number> {
  return (await api.ask('POST', '/processes', { body: { name, cmd: 'sleep 1000', start: false } })).status;
}

describe('the paths of 0.4', () => {
  test('find jobs by names that are encoded', async ({ api }) => {
    for (const name of ODD) {
      expect([name, await load(api, name)]).toEqual([name, 200]);
      const encoded = encodeURIComponent(name);
      const asked = async (method: string, path: string): Promise<unknown> => (await api.ask(method, path)).json;
      expect(await asked('GET', '/processes')).toEqual([name]);
      expect(await asked('GET', `/processes/${encoded}`)).toMatchObject({ name });
      expect(await asked('POST', `/processes/${encoded}/_add`)).toEqual({ ok: true, numprocesses: 2 });
      expect(await asked('GET', `/status/${encoded}`)).toMatchObject({ max_processes: 2 });
      expect(await asked('GET', `/stats/${encoded}`)).toMatchObject({ name });
      expect(await asked('DELETE', `/processes/${encoded}?wait=true`)).toEqual({ ok: true });
    }
    expect(api.warnings).toEqual([]);
  });

  test('tell jobs with dots and colons apart, whichever was there first', async ({ api }) => {
    const names = ['shop:web', 'shop.web', 'default:shop:web', 'shop:default:web', 'default:1', 'shop:1'];
    for (const name of [...names, ...names]) {
      const known = ((await api.ask('GET', '/processes')).json as readonly string[]).includes(name);
      expect([name, await load(api, name)]).toEqual([name, known ? 409 : 200]);
    }
    const listed = (await api.ask('GET', '/processes')).json as readonly string[];
    expect([...listed].sort()).toEqual([...names].sort());
    for (const name of listed) {
      expect((await api.ask('GET', `/processes/${name}`)).json).toMatchObject({ name });
      expect((await api.ask('DELETE', `/processes/${name}`)).json).toEqual({ ok: true });
    }
    expect((await api.ask('GET', '/processes')).json).toEqual([]);
  });

  test.for([
    ['too much', Buffer.alloc(MIB + 1, 0x20), 413],
    ['as much as may come, and no JSON', Buffer.alloc(MIB, 0x20), 400],
    ['other bytes', Buffer.from([0xff, 0xfe]), 400],
    ['what goes too deep', '['.repeat(10_000), 400],
    ['a prototype', '{"name": "web", "cmd": "x", "__proto__": {"start": false}}', 400],
    ['a member of every object', '{"name": "web", "cmd": "x", "constructor": 1}', 400],
    ['a name that no path takes', '{"name": "..", "cmd": "x"}', 400],
    ['a NUL', '{"name": "web", "cmd": "x\\u0000"}', 400],
  ] as const)('refuse %s', async ([, body, status], { api }) => {
    const answer = await api.ask('POST', '/processes', { body });
    expect([answer.status, answer.json]).toEqual([status, expect.objectContaining({ errno: status })]);
    expect(await api.supervisor.jobs()).toEqual([]);
    expect(api.warnings).toEqual([]);
  });

  test('read a body whatever it is said to be', async ({ api }) => {
    for (const [index, type] of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data', ''].entries()) {
      const body = { name: `web${index}`, cmd: 'sleep 1000', start: false };
      expect((await api.ask('POST', '/processes', { body, headers: { 'content-type': type } })).json).toEqual({ ok: true });
    }
  });

  test('answer any path and method with JSON, and never with a mistake of their own', async ({ api }) => {
    await load(api, 'shop:web');
    const part = fc.oneof(fc.constantFrom('shop:web', '1', '_start', '_add', '_signal', '.', '..', '%', '%2e', ''), fc.string());
    const path = fc.tuple(fc.constantFrom('processes', 'status', 'groups', 'stats'), fc.array(part, { maxLength: 3 }));
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(method, path, async (asked, [family, parts]) => {
        const { status, json } = await api.ask(asked, `/${[family, ...parts.map(encodeURIComponent)].join('/')}`, { body: '{}' });
        expect(status).toBeLessThan(500);
        expect(json === undefined).toBe(asked === 'HEAD' || status === 204);
      }),
      { numRuns: 200 },
    );
    expect(api.warnings).toEqual([]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeServer, nobody } from '../../support/fake-server.ts';
import { gafferHere } from '../../support/gaffer.ts';
import { LookupRig } from '../../support/lookup-rig.ts';
import type { ProgramResult } from '../../support/program.ts';
import { openAccounts } from '../../support/test-accounts.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command line; in texts `A` and `B` stand for the lookupds. */
async function gaffer(line: string, places: Readonly<Record<string, string>> = {}, env: NodeJS.ProcessEnv = {}): Promise<ProgramResult> {
  const words = line.split(' ').map((word) => word.replaceAll(/\b[AB]\b/g, (name) => places[name] ?? name));
  return await gafferHere(words, { cwd: folder, env: { GAFFER_CONFIG: join(folder, 'gaffer.ini'), ...env } });
}

function urlOf({ port }: LookupRig): string {
  return `http://127.0.0.1:${port}`;
}

/** A lookupd that knows two nodes. */
async function openShop(): Promise<LookupRig> {
  const rig = await LookupRig.open();
  await (await rig.node()).register('one', { 'shop.web': [1, 2], 'shop.worker': [3] });
  await (await rig.node()).register('two', { 'shop.web': [7], 'blog.web': [] });
  return rig;
}

const JOBS_OF_SHOP = `=== shop.web
http://one:5000 - name: one, protocol: 0.1
http://two:5000 - name: two, protocol: 0.1

=== shop.worker
http://one:5000 - name: one, protocol: 0.1

`;

const JOBS_OF_BLOG = '=== blog.web\nhttp://two:5000 - name: two, protocol: 0.1\n\n';

describe('gaffer lookup:* prints as the original does', () => {
  it.each([
    ['lookup:nodes', '2 node(s) found\n\nhttp://one:5000 - one (protocol: 0.1)\nhttp://two:5000 - two (protocol: 0.1)\n'],
    ['lookup:jobs', `3 job(s) found\n\n${JOBS_OF_BLOG}${JOBS_OF_SHOP}`],
    ['lookup:session shop', `2 job(s) found\n\n${JOBS_OF_SHOP}`],
    [
      'lookup:sessions',
      `2 session(s) found\n\n*** session: blog\n\n${JOBS_OF_BLOG}*** session: shop\n\n${JOBS_OF_SHOP}`.replaceAll(/^=== /gm, '=== job: '),
    ],
    ['lookup:sessions two', /^2 session\(s\) found\n\n\*\*\* session: blog\n\n(?:(?!name: one)[^])*$/],
    [
      'lookup:job shop.web',
      '=== one (Protocol: 0.1)\nOrigin: http://one:5000\nPids: 1,2\n\n=== two (Protocol: 0.1)\nOrigin: http://two:5000\nPids: 7\n\n',
    ],
    ['lookup:job shop/worker', '=== one (Protocol: 0.1)\nOrigin: http://one:5000\nPids: 3\n\n'],
    ['lookup:job blog.web', '=== two (Protocol: 0.1)\nOrigin: http://two:5000\nPids: \n\n'],
  ])('%s', async (line, expected) => {
    const { code, stdout, stderr } = await gaffer(`${line} -L A`, { A: urlOf(await openShop()) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it("also where a lookupd knows nothing, or a connection that is nobody's yet", async () => {
    const rig = await LookupRig.open();
    expect((await gaffer('lookup:jobs -L A', { A: urlOf(rig) })).stdout).toBe('0 job(s) found\n\n');
    await rig.node();
    expect((await gaffer('lookup:nodes -L A', { A: urlOf(rig) })).stdout).toBe('1 node(s) found\n\n? - ? (protocol: ?)\n');
  });

  it('as JSON it is what the lookupd answers', async () => {
    const rig = await openShop();
    const lines = { nodes: '/nodes', jobs: '/jobs', sessions: '/sessions', 'job shop.web': '/findJob?name=shop.web' };
    for (const [line, path] of Object.entries({ ...lines, 'session shop': '/findSession?sessionid=shop', 'sessions one': '/sessions/one' })) {
      const { stdout } = await gaffer(`lookup:${line} --json -L A`, { A: urlOf(rig) });
      expect(JSON.parse(stdout), line).toEqual(await rig.get(path));
    }
  });

  it('with colours where they are wanted, and never with what a node had the name make of the terminal', async () => {
    const rig = await LookupRig.open();
    await (await rig.node()).register('one', { 'shop.\u202eweb': [1] });
    const { stdout } = await gaffer('lookup:jobs --color -L A', { A: urlOf(rig) });
    expect(stdout).toMatch(/^1 job\(s\) found\n\n\u001b\[1m\u001b\[32m=== shop\.\\u202eweb\u001b\[39m\u001b\[22m\n/);
    expect((await gaffer('lookup:jobs --no-color -L A', { A: urlOf(rig) })).stdout).not.toContain('\u001b');
  });
});

describe('what is not there', () => {
  it.each([
    ['lookup:job shop.wbe', 'no job found\n', `no node has a job 'shop.wbe'; did you mean "shop.web"?`],
    ['lookup:job web', 'no job found\n', `no node has a job 'default.web'; did you mean one of "blog.web", "shop.web"?`],
    ['lookup:job worker', 'no job found\n', `no node has a job 'default.worker'; did you mean "shop.worker"?`],
    ['lookup:job else', 'no job found\n', "no node has a job 'default.else'"],
    ['lookup:job shop.wbe --json', '{"sources":[]}\n', `no node has a job 'shop.wbe'; did you mean "shop.web"?`],
    ['lookup:session shpo', '0 job(s) found\n\n', `no node has a session 'shpo'; did you mean "shop"?`],
    ['lookup:sessions tow', '0 session(s) found\n\n', `there is no node 'tow'; did you mean "two"?`],
  ])('%s ends with 1, and says what was meant', async (line, stdout, message) => {
    expect(await gaffer(`${line} -L A`, { A: urlOf(await openShop()) })).toMatchObject({ code: 1, stdout, stderr: `gaffer: ${message}\n` });
  });

  it('a node without sessions is no failure', async () => {
    const rig = await LookupRig.open();
    await (await rig.node()).register('one');
    expect(await gaffer('lookup:sessions one -L A', { A: urlOf(rig) })).toMatchObject({ code: 0, stdout: '0 session(s) found\n\n', stderr: '' });
  });
});

describe('several lookupds', () => {
  it('are asked as one, by -L again, in a list or by GAFFER_LOOKUPD, and who is away is named', async () => {
    const [a, away] = [await openShop(), await nobody()];
    const places = { A: urlOf(a), B: away };
    const expected = {
      code: 0,
      stdout: expect.stringMatching(/^2 node/) as string,
      stderr: `gaffer: no lookupd answers at ${away}: start gaffer_lookupd, or name another lookupd with -L; what it knows is missing here\n`,
    };
    expect(await gaffer('lookup:nodes -L A -L B', places)).toMatchObject(expected);
    expect(await gaffer('lookup:nodes --lookupd-address A,B', places)).toMatchObject(expected);
    expect(await gaffer('lookup:nodes', {}, { GAFFER_LOOKUPD: `${urlOf(a)}, ${away}` })).toMatchObject(expected);
    expect(await gaffer('lookup:nodes -L A', places, { GAFFER_LOOKUPD: away })).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse((await gaffer('lookup:nodes -L A -L B --json', places)).stdout)).toMatchObject({ missing: [{ lookupd: away }] });
  });

  it('are no nodes: who names one is told so', async () => {
    const node = await fakeServer((request, response) => {
      const [status, body] = request.url === '/' ? [200, '{"welcome": "gaffer"}'] : [404, '{"error": 404}'];
      response.writeHead(status, { 'content-type': 'application/json', 'x-gaffer-seq': '1' }).end(body);
    });
    const message = `${node} is not a lookupd: it is a gafferd; name the right one with -L`;
    expect(await gaffer('lookup:nodes -L B', { B: node })).toMatchObject({ code: 2, stdout: '', stderr: `gaffer: ${message}\n` });
  });

  it('end the command with 1 when none of them can be asked', async () => {
    const away = await nobody();
    expect(await gaffer('lookup:jobs -L B -L http://127.0.0.1:1', { B: away })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^gaffer: no lookupd answers at .*\ngaffer: no lookupd answers at http:\/\/127\.0\.0\.1:1: .*\n$/) as string,
    });
  });
});

describe('gaffer apps', () => {
  it.each([
    ['apps -L A', 'blog\nshop\n'],
    ['apps -L A --json', '{"apps":["blog","shop"]}\n'],
    ['apps -L A --node one', 'shop\n'],
    ['apps -L A --node *', 'blog\nshop\n'],
  ])('%s lists those of the nodes that the lookupd knows', async (line, stdout) => {
    expect(await gaffer(line, { A: urlOf(await openShop()) })).toMatchObject({ code: 0, stdout, stderr: '' });
  });

  it('knows what a lookupd knows', async () => {
    const places = { A: urlOf(await openShop()), B: await nobody() };
    expect(await gaffer('apps -L A -L B', places)).toMatchObject({
      code: 0,
      stdout: 'blog\nshop\n',
      stderr: expect.stringMatching(/^gaffer: no lookupd answers at .*; what it knows is missing here\n$/) as string,
    });
    expect(await gaffer('apps -L A --node oen', places)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--node: expected one of the nodes that are known (one, two), got "oen"; did you mean "one"?') as string,
    });
    expect(await gaffer('apps -L A', { A: urlOf(await LookupRig.open()) })).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

describe('a command line that is wrong', () => {
  it.each<[line: string, message: string]>([
    ['lookup:nodes -L ,', '--lookup: expected a lookupd like "http://127.0.0.1:5010", got ","'],
    ['lookup -L ftp://x', 'expected an endpoint like "http://127.0.0.1:5010", "https://host:5010" or "unix:///run/gaffer.sock", got "ftp://x"'],
    ['lookup --count 0', '--count: expected a number from 1, got "0"'],
    ['events --count 0', '--count: expected a number from 1, got "0"'],
    ['lookup:jobs --timeout 0', '--timeout: expected more than 0 seconds, got "0"'],
    ['apps --timeout 0', '--timeout: expected more than 0 seconds, got "0"'],
    ...['lookup:jobs', 'stop', 'apps', 'ps', 'scale web=2', 'kill web HUP'].map((line): [string, string] => [
      `${line} --lookup=`,
      '--lookup: expected a lookupd like "http://127.0.0.1:5010", got ""',
    ]),
  ])('%s is refused', async (line, message) => {
    expect(await gaffer(line)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) as string });
  });
});

describe('a key', () => {
  it('is shown to a lookupd by --lookup-key or its section in the configuration, and that of nodes never is', async () => {
    const { accounts, key } = openAccounts();
    const secret = key({ read: ['*'] });
    const rig = await LookupRig.open({ accounts, allowedHosts: '*', allowedOrigins: '*' });
    const place = { A: urlOf(rig) };
    const unauthorized = /^gaffer: Unauthorized access\. You need an API key: gaffer_lookupd --create-key '\*\+r' makes one, --lookup-key /;
    expect(await gaffer('lookup:nodes -L A', place, { GAFFER_API_KEY: secret })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(unauthorized) as string,
    });
    expect(await gaffer(`lookup:nodes -L A --lookup-key ${secret}`, place)).toMatchObject({ code: 0 });
    expect(await gaffer('lookup:nodes -L A', place, { GAFFER_LOOKUP_KEY: secret })).toMatchObject({ code: 0 });
    writeFileSync(join(folder, 'gaffer.ini'), `[node "${place.A}"]\nkey = ${secret}\n`, { mode: 0o600 });
    expect(await gaffer('lookup:nodes -L A', place)).toMatchObject({ code: 0, stderr: '' });
  });
});

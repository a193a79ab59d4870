import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { answerTo } from '../../../src/cli/completion/complete.ts';
import { completed } from '../../../src/cli/gaffer/completed.ts';
import { COMMANDS, RULES } from '../../../src/cli/gaffer/main.ts';
import { fakeServer, nobody, talkingServer } from '../../support/fake-server.ts';
import { openLockedApi } from '../../support/test-accounts.ts';
import { openApi, type TestApi } from '../../support/test-api.ts';

const PROGRAMS = completed({ commands: COMMANDS, ...RULES });
const PATIENCE_MS = 200;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  vi.stubEnv('GAFFER_CONFIG', join(folder, 'gaffer.ini'));
  vi.stubEnv('XDG_RUNTIME_DIR', folder);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** What is offered for the last word of a line. */
async function offered(line: string, env: Readonly<Record<string, string>> = {}, patienceMs = 5000): Promise<string> {
  const [program = '', ...words] = line.split(' ');
  const place = ['--root', folder];
  const argv = ['fish', program, words[0] ?? '', ...place, ...words.slice(1)];
  const answer = await answerTo(argv, PROGRAMS, { env: { GAFFER_CONFIG: join(folder, 'gaffer.ini'), ...env }, cwd: folder, patienceMs });
  const texts = answer
    .split('\n')
    .slice(1, -1)
    .map((told) => told.split('\t', 1)[0]);
  return texts.join(' ');
}

function procfile(...lines: readonly string[]): void {
  writeFileSync(join(folder, 'Procfile'), lines.map((line) => `${line}\n`).join(''));
}

function endpointOf({ port }: TestApi): string {
  return `http://127.0.0.1:${port}`;
}

async function load(api: TestApi, session: string, name: string, more: object = {}): Promise<void> {
  await api.supervisor.load(session, { name, cmd: 'sleep 1000', os_env: true, ...more });
}

it('commands without any options are completed as others are', async () => {
  const surroundings = { env: {}, cwd: folder, patienceMs: PATIENCE_MS };
  expect(await answerTo(['fish', 'gaffer', 'completion', ''], PROGRAMS, surroundings)).toBe('nothing\nbash\nzsh\nfish\n');
  expect(await answerTo(['fish', 'gaffer', 'help', 'unlo'], PROGRAMS, surroundings)).toMatch(/^unload\t/m);
});

describe('names from a node', () => {
  it('are asked for where the line says, or the variable', async () => {
    const [api, other] = [await openApi(), await openApi()];
    await load(api, 'shop', 'web', { numprocesses: 2 });
    await load(other, 'shop', 'mail');
    expect(await offered(`gaffer restart -g ${endpointOf(api)} --app shop `)).toBe('web web.1 web.2 shop 1 2');
    expect(await offered('gaffer restart ', { GAFFER_ENDPOINT: endpointOf(other), GAFFER_APP: 'shop' })).toBe('mail shop 1');
    expect(await offered(`gaffer restart -g ${endpointOf(api)} web `, { GAFFER_ENDPOINT: endpointOf(other), GAFFER_APP: 'shop' })).not.toContain(
      'mail',
    );
  });

  it('tell the streams of the process that is named', async () => {
    const api = await openApi();
    await load(api, 'shop', 'web', { redirect_output: ['out', 'err'], custom_streams: ['control'] });
    const env = { GAFFER_ENDPOINT: endpointOf(api), GAFFER_APP: 'shop' };
    expect(await offered('gaffer recv web ', env)).toBe('out err control');
    expect(await offered('gaffer recv web.1 ', env)).toBe('out err control');
    expect(await offered('gaffer recv nobody ', env)).toBe('');
  });

  it('are those that the key may see', async () => {
    const { api, key, admin } = await openLockedApi();
    await load(api, 'shop', 'web');
    await load(api, 'shop', 'mail');
    await load(api, 'blog', 'php');
    const names = (secret: string): Promise<string> =>
      offered('gaffer unload ', { GAFFER_ENDPOINT: endpointOf(api), GAFFER_APP: 'shop', GAFFER_API_KEY: secret });
    expect(await names(admin)).toBe('web mail blog.php shop blog');
    expect(await names(key({ manage: ['shop'] }))).toBe('web mail shop');
    expect(await names(key({ read: ['blog'] }))).toBe('blog.php blog');
    expect(await names(key({ write: ['shop.mail'] }))).toBe('mail shop');
    expect(await names(key({}))).toBe('');
    expect(await names('no-such-key-at-all')).toBe('');
    expect(await names('')).toBe('');
  });

  it('are those of users and keys for whoever may list them', async () => {
    const { api, key, admin, accounts } = await openLockedApi();
    await accounts.users.create('ada', { password: 'correct horse', type: 0, key: accounts.keys.all[0]!.id, extra: {} });
    const env = (secret: string): Readonly<Record<string, string>> => ({ GAFFER_ENDPOINT: endpointOf(api), GAFFER_API_KEY: secret });
    const asked = async (line: string, secret: string): Promise<string> => {
      const argv = ['fish', ...line.split(' ')];
      return await answerTo(argv, PROGRAMS, { env: env(secret), cwd: folder, patienceMs: 5000 });
    };
    expect(await asked('gaffer user:del ', admin)).toBe('nothing\nada\ta person\n');
    expect(await asked('gaffer key:delete ', admin)).toMatch(/^nothing\nkey-\w+\tthe admin of this test\n$/);
    expect(await asked('gaffer user:del ', key({ manage: ['*'] }))).toBe('nothing\n');
    expect(await asked('gaffer key:delete ', key({ manage: ['*'] }))).toBe('nothing\n');
  });

  it('are none of a node that is something else', async () => {
    for (const endpoint of [await talkingServer('hello'), await fakeServer((_, answer) => void answer.end('{"jobs": 3}'))]) {
      expect(await offered('gaffer restart ', { GAFFER_ENDPOINT: endpoint, GAFFER_APP: 'shop' })).toBe('');
    }
    expect(await offered('gaffer restart ', { GAFFER_ENDPOINT: 'nonsense://', GAFFER_APP: 'shop' })).toBe('');
  });
});

describe('names from the Procfile', () => {
  it('are those of the one that is meant', async () => {
    procfile('web: node server.js', 'clock: node clock.js');
    writeFileSync(join(folder, 'other'), 'mail: x\n');
    expect(await offered('gaffer start ')).toBe('web clock');
    expect(await offered(`gaffer start -f ${join(folder, 'other')} `)).toBe('mail');
    expect(await offered('gaffer start -f other ')).toBe('mail');
    expect(await offered('gaffer start ', { GAFFER_PROCFILE: 'other' })).toBe('mail');
    expect(await offered('gaffer start -f missing ')).toBe('');
  });

  it('stand for jobs where no node answers', async () => {
    procfile('web: node server.js', 'clock: node clock.js');
    expect(await offered('gaffer restart ', { GAFFER_ENDPOINT: await nobody(), GAFFER_APP: 'shop' })).toBe('web clock shop');
    expect(await offered('gaffer scale ', { GAFFER_ENDPOINT: await nobody(), GAFFER_APP: 'shop' })).toBe('web= clock= all= shop');
  });

  it('stand for jobs where a node takes too long, and nothing is waited for', async () => {
    procfile('web: node server.js');
    const silent = await fakeServer(() => undefined);
    const begun = await fakeServer((_, answer) => void answer.writeHead(200, { 'content-type': 'application/json' }).write('{"jobs": ['));
    for (const endpoint of [silent, begun]) {
      const before = performance.now();
      expect(await offered('gaffer restart ', { GAFFER_ENDPOINT: endpoint, GAFFER_APP: 'shop' }, PATIENCE_MS)).toBe('web shop');
      expect(performance.now() - before).toBeLessThan(PATIENCE_MS + 10_000); // the usual time for an answer is 30 s
    }
  });

  it.each([
    ['is broken', () => procfile('web server', 'web: a', 'web: b', '::')],
    ['is empty', () => procfile()],
    ['is not there', () => undefined],
    ['is bytes', () => writeFileSync(join(folder, 'Procfile'), Buffer.from([0xff, 0xfe, 0, 1, 2]))],
    ['is a pipe, which would be waited for', () => execFileSync('mkfifo', [join(folder, 'Procfile')])],
  ])('are as many as can be read where it %s', async (what, make) => {
    make();
    expect(await offered('gaffer start ')).toBe(what === 'is broken' ? 'web' : '');
  });
});

describe('the files of the user', () => {
  it('tell the nodes that are known', async () => {
    writeFileSync(join(folder, 'gaffer.ini'), '[node "https://box:5000"]\nkey = x\n[node "unix:///run/g.sock"]\n');
    expect(await offered('gaffer ps -g ')).toBe('https://box:5000 unix:///run/g.sock http://127.0.0.1:5000');
  });

  it.each([
    ['the configuration', 'gaffer.ini', []],
    ['a certificate', 'ca.pem', ['--cacert', 'ca.pem']],
  ])('keep nobody waiting where %s is a pipe', async (_, name, words) => {
    execFileSync('mkfifo', [join(folder, name)]);
    onTestFinished(() => rmSync(join(folder, name), { force: true }));
    procfile('web: x');
    const api = await openApi();
    const line = ['gaffer restart', '-g', endpointOf(api), '--app', 'shop', ...words, ''].join(' ');
    expect(await offered(line)).toBe('web shop');
    expect(await offered('gaffer ps -g ')).toBe('http://127.0.0.1:5000');
  });
});

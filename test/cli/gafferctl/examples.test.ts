import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { parsePermissionWords } from '../../../src/access/permission-words.ts';
import { ADMIN } from '../../../src/access/permissions.ts';
import type { PluginBook } from '../../../src/api/plugins/plugin-book.ts';
import { COMMANDS } from '../../../src/cli/gafferctl/main.ts';
import { NodeAccounts } from '../../../src/daemon/accounts/accounts.ts';
import { Store } from '../../../src/daemon/store.ts';
import { FakeWebhooks } from '../../support/fake-webhooks.ts';
import { ctl, GAFFERCTL } from '../../support/gafferctl.ts';
import { Program } from '../../support/program.ts';
import { TestProject } from '../../support/project.ts';
import { TestApi } from '../../support/test-api.ts';

/** What has to be done before an example; everything else is there for all of them. */
const FIRST: Readonly<Record<string, () => Promise<unknown>>> = {
  'scale dummy -1': () => api.supervisor.scale({ session: 'default', job: 'dummy' }, { op: '+', n: 1 }),
  logout: () => ctl('login', '-u', 'ada', '--password', PASSWORD),
};

/** Examples that a shell has to run, and those that go on until something happens. */
const OUTSIDE = /[|>]|password$|dummy\.json|hook\.key|^watch|^help \w|completion/;

/** What is said besides, where nothing is wrong. */
const NOTES = /^gafferctl: (nobody can tell the key again|the key key-\w+ that the user had stays valid|GAFFER_API_KEY is set).*\n/gm;

const PASSWORD = 'correct horse battery';

const EXAMPLES = Object.entries(COMMANDS).flatMap(([name, type]) =>
  (type.examples as readonly string[]).map((example) => [name, example.replaceAll('<%= config.bin %> ', 'gafferctl ')] as const),
);

const PLUGINS = {
  list: () => [
    {
      name: 'exits',
      version: '1.0.0',
      description: 'Counts how often processes end',
      state: 'started',
      site: false,
      error: null,
      edited: false,
      mandatory: [],
      routes: [],
    },
  ],
} as unknown as PluginBook;

let project: TestProject;
let api: TestApi;
let store: Store;
let accounts: NodeAccounts;
let webhook: string;
let key: string;

beforeAll(async () => {
  project = new TestProject();
  store = Store.open(join(project.root, 'state'), { onProblem: (message) => expect.fail(message) });
  accounts = new NodeAccounts(store.accounts);
  accounts.require(true);
  const webhooks = new FakeWebhooks();
  webhook = webhooks.add({ event: 'job.shop', url: 'https://hooks.example/copy' });
  vi.spyOn(webhooks, 'remove').mockImplementation((id) => void webhooks.find(id));
  api = await TestApi.open({ accounts, webhooks, plugins: PLUGINS });
  const admin = accounts.keys.create({ permissions: ADMIN, label: 'the admin' });
  vi.stubEnv('GAFFER_ENDPOINT', `http://127.0.0.1:${api.port}`);
  vi.stubEnv('GAFFER_API_KEY', admin.secret);
  vi.stubEnv('GAFFER_CONFIG', join(project.root, 'gaffer.ini'));
  project.write('dummy.json', '{"name": "fromfile", "cmd": "sleep 1000"}');
  project.write('password', PASSWORD);
  project.write('hook.key', PASSWORD);
  chmodSync(join(project.root, 'password'), 0o600);
  project.write('.zfunc/other');
  project.write('.config/fish/completions/other');
});

beforeEach(async () => {
  const job = { cmd: 'exec sleep 1000', shell: true, os_env: true, redirect_output: ['out', 'err'] };
  await Promise.all([
    api.supervisor.load('default', { name: 'dummy', ...job }),
    api.supervisor.load('default', { name: 'reader', cmd: 'cat', os_env: true, redirect_input: true }),
    api.supervisor.load('shop', { name: 'web', ...job }),
  ]);
  key = accounts.keys.create({ permissions: parsePermissionWords(['shop+m']) }).info.id;
});

afterEach(async () => {
  for (const session of await api.supervisor.sessions()) {
    await api.supervisor.unloadSession(session);
  }
  for (const { name } of accounts.users.all) {
    accounts.users.delete(name);
  }
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
  store.close();
  await project.close();
});

describe('an example in the help of gafferctl works as it is printed', () => {
  test.each(EXAMPLES)('%s: %s', async (_, example) => {
    // ids are made by the node; pid 1 is that of the first process that there was
    const line = example
      .replaceAll('key-5f3c9a01b2d4', key)
      .replaceAll('5f3c9a01', webhook)
      .replace(/^(gafferctl (?:kill|process:info)) 1\b/, `$1 ${await pidOfDummy()}`);
    const words = line.replace(/^gafferctl /, '');
    if (/\b(ada|users|logout)\b/.test(words)) {
      await accounts.users.create('ada', { password: PASSWORD, type: 0, key, extra: {} }); // hashing takes its time
    }
    await FIRST[words]?.();
    const { code, stdout, stderr } = OUTSIDE.test(words) ? await runOutside(line) : await ctl(...wordsOf(words));
    expect({ line, code, stderr: stderr.replaceAll(NOTES, '') }).toEqual({ line, code: 0, stderr: '' });
    if (!/^(process|job):tail|[>]/.test(words)) {
      expect(stdout).not.toBe('');
    }
    if (words.includes('--json')) {
      expect(() =>
        stdout
          .trimEnd()
          .split('\n')
          .map((text) => JSON.parse(text) as unknown),
      ).not.toThrow();
    }
  });

  test('and there is one for every command', () => {
    expect(Object.keys(COMMANDS).filter((name) => !EXAMPLES.some(([command]) => command === name))).toEqual([]);
    expect(EXAMPLES.filter(([name, example]) => !example.includes(`gafferctl ${name}`))).toEqual([]);
  });
});

async function pidOfDummy(): Promise<number> {
  return (await api.supervisor.pids({ session: 'default', job: 'dummy' }))[0] ?? 0;
}

/** The words of a simple command line; those in quotes are one. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

/** Runs a line by a shell, while things happen that can be watched. */
async function runOutside(line: string): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const { GAFFER_ENDPOINT, GAFFER_API_KEY } = process.env;
  const env = project.env({
    GAFFER_ENDPOINT,
    GAFFER_API_KEY,
    GAFFER_CONFIG: join(project.root, 'gaffer.ini'),
    HOME: project.root,
    SHELL: '/bin/bash',
  });
  if (line.startsWith('gafferctl watch')) {
    const watch = new Program(wordsOf(line.replace('gafferctl ', '')), { program: GAFFERCTL, cwd: project.root, env });
    const happen = async (): Promise<boolean> => {
      await Promise.all(
        [
          { session: 'default', job: 'dummy' },
          { session: 'shop', job: 'web' },
        ].map((job) => api.supervisor.restart(job)),
      );
      return watch.hasEnded;
    };
    await expect.poll(happen, { timeout: 20_000 }).toBe(true);
    return await watch.result();
  }
  return await new Promise((resolve) => {
    const script = `gafferctl() { "${process.execPath}" "${GAFFERCTL}" "$@"; }\n${line}`;
    execFile('sh', ['-c', script], { cwd: project.root, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

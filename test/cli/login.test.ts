import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { test as commandTest } from '../support/commands.ts';
import { type LockedNode, PASSWORD, test } from '../support/locked-node.ts';

const LOGIN = ['login', '-u', 'root', '--password-file', '-'];

/** What the user's configuration says, with `KEY` for secrets. */
function config({ config: path }: LockedNode): string {
  return readFileSync(path, 'utf8').replaceAll(/[0-9a-f]{32}/g, 'KEY');
}

function write(node: LockedNode, text: string, mode = 0o600): void {
  mkdirSync(dirname(node.config), { recursive: true });
  writeFileSync(node.config, text);
  chmodSync(node.config, mode);
}

describe('gaffer login', () => {
  test('keeps a key that is used from then on, until gaffer logout', async ({ node }) => {
    expect(await node.run(['apps'])).toMatchObject({
      code: 1,
      stderr: 'gaffer: Unauthorized access. You need an API key: gaffer login gets one, --api-key or GAFFER_API_KEY names one\n',
    });
    expect(await node.run(LOGIN, { input: `${PASSWORD}\n` })).toMatchObject({ code: 0, stdout: "User 'root' authenticated.\n", stderr: '' });
    expect(config(node)).toBe(`[node "${node.endpoint}"]\nkey = KEY\n`);
    expect([statSync(node.config).mode & 0o777, statSync(dirname(node.config)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(await node.run(['apps'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const [, login] = await node.accounts.keys();
    expect(login).toMatchObject({ label: 'login of root' });
    expect(await node.run(['logout', '--json'])).toMatchObject({
      code: 0,
      stdout: `${JSON.stringify({ endpoint: node.endpoint, was_logged_in: true, key_deleted: true })}\n`,
      stderr: '',
    });
    expect(await node.accounts.keys()).toHaveLength(1);
    expect((await node.run(['apps'])).code).toBe(1);
    expect(await node.run(['logout'])).toMatchObject({ code: 0, stdout: `Not logged in at ${node.endpoint}.\n`, stderr: '' });
  });

  test.for([
    ['of its own', []],
    ['of GAFFER_API_KEY', ['env']],
  ] as const)('refuses a wrong password in one line, whatever key there is: %s', async ([, where], { node }) => {
    const env = where.length > 0 ? { GAFFER_API_KEY: node.admin } : {};
    expect(await node.run(LOGIN, { input: 'wrong password\n', env })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'gaffer: unauthorized: username or password is wrong\n',
    });
    expect(await node.run(['login', '-u', 'nobody', '--password-file', '-'], { input: PASSWORD })).toMatchObject({
      code: 1,
      stderr: 'gaffer: unauthorized: username or password is wrong\n',
    });
    expect(() => config(node)).toThrow('ENOENT');
  });

  test('warns of a password that others can see, and of a key that goes before that of the login', async ({ node }) => {
    const { code, stdout, stderr } = await node.run(['login', '--username', 'root', '-p', PASSWORD, '--json'], { key: node.admin });
    const [, login] = await node.accounts.keys();
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${JSON.stringify({ endpoint: node.endpoint, username: 'root', key: login?.id })}\n` });
    expect(stderr).toBe(
      'gaffer: everybody on this machine could read the password in the list of processes: use --password-file, or type it\n' +
        'gaffer: GAFFER_API_KEY is set, and goes before the key of this login\n',
    );
  });

  test('asks for what is missing, and shows nothing of the password', async ({ node }) => {
    const terminal = node.terminal(['login']);
    await terminal.output.until('username: ');
    terminal.type('root\r');
    await terminal.output.until('password: ');
    terminal.type(`${PASSWORD}\r`);
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.text).toBe("username: root\npassword: \nUser 'root' authenticated.\n");
    expect((await node.run(['apps'])).code).toBe(0);
  });

  test.for([
    [['login'], 'gaffer: expected --username NAME, for nobody is asked here\n'],
    [['login', '-u', 'root'], 'gaffer: expected a password in one line from stdin, got none\n'],
    [['login', '-u', 'a:b', '-p', 'x'], 'gaffer: expected the name of a user, without ":", got "a:b"\n'],
    [['login', '-u', 'root', '--password-file', 'nowhere'], /^gaffer: cannot read the password from nowhere: ENOENT/],
    [['login', 'root'], 'gaffer: unexpected argument "root" (gaffer login --help tells more)\n'],
  ] as const)('%j says what is missing', async ([args, stderr], { node }) => {
    const result = await node.run(args);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(stderr);
  });

  test('has to wait after many wrong passwords', async ({ node }) => {
    const login = async (): Promise<string> => (await node.run(LOGIN, { input: 'wrong password' })).stderr;
    await Promise.all(Array.from({ length: 10 }, () => node.accounts.login('root', 'wrong password').catch(() => undefined)));
    expect(await login()).toMatch(/^gaffer: too many .*\n$/);
  });

  test('keeps no key on the node that it can not keep here', async ({ node }) => {
    node.project.write('file', '');
    const env = { GAFFER_CONFIG: join(node.project.root, 'file', 'gaffer.ini') };
    const { code, stderr } = await node.run(LOGIN, { input: PASSWORD, env });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^gaffer: cannot (?:read|write) .*file\/gaffer\.ini: ENOTDIR.*\n$/);
    expect(await node.accounts.keys()).toHaveLength(1);
  });

  test('leaves a link to the file a link', async ({ node }) => {
    const real = join(node.project.root, 'dotfiles.ini');
    writeFileSync(real, '# mine\n', { mode: 0o644 });
    mkdirSync(dirname(node.config));
    symlinkSync(real, node.config);
    expect((await node.run(LOGIN, { input: PASSWORD })).code).toBe(0);
    expect(readFileSync(real, 'utf8')).toMatch(/^# mine\n\[node "http.*"\]\nkey = \w{32}\n$/);
    expect(statSync(real).mode & 0o777).toBe(0o600);
  });
});

describe('gaffer login at a node that asks for no keys', () => {
  commandTest('says so before a password is typed', async ({ rig }) => {
    const { code, stderr } = await rig.run(['login', '-u', 'root']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^gaffer: this node asks nobody for a key, and has no users; .*--require-key.*\n$/) as string,
    });
  });
});

describe('gaffer logout', () => {
  test('forgets the key of a node that is away, and says that it stays valid there', async ({ node }) => {
    const endpoint = 'http://127.0.0.1:1';
    write(node, `[node "${endpoint}"]\nkey = abcdabcdabcdabcd\n`);
    const { code, stdout, stderr } = await node.run(['logout', '-g', endpoint]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `Logged out of ${endpoint}.\n` });
    expect(stderr).toMatch(
      /^gaffer: no node answers at .*; the key is forgotten here, and stays valid there until it is deleted or the password changed\n$/,
    );
    expect(config(node)).toBe(`[node "${endpoint}"]\n`);
  });

  test('deletes no key that did not come from a login', async ({ node }) => {
    write(node, `[node "${node.endpoint}"]\nkey = ${node.admin}\n`);
    const [admin] = await node.accounts.keys();
    expect(await node.run(['logout'])).toMatchObject({
      code: 0,
      stdout: `Logged out of ${node.endpoint}.\n`,
      stderr: `gaffer: the key ${admin?.id} did not come from a login, and stays valid: gaffer key:delete ${admin?.id} deletes it\n`,
    });
    expect(await node.accounts.keys()).toHaveLength(1);
  });

  test('forgets a key that was deleted already', async ({ node }) => {
    write(node, `[node "${node.endpoint}"]\nkey = abcdabcdabcdabcd\n`);
    expect(await node.run(['logout'])).toMatchObject({ code: 0, stdout: `Logged out of ${node.endpoint}.\n`, stderr: '' });
  });
});

describe('which key is sent', () => {
  test('is --api-key, else GAFFER_API_KEY, else that of the node in the configuration', async ({ node }) => {
    const [one, two, three] = [await node.key('one+r'), await node.key('two+r'), await node.key('three+r')];
    write(node, `[node "http://127.0.0.1:1"]\nkey = ${node.admin}\n[node "${node.endpoint}"]\nkey = ${three.secret}\n`);
    const shown = async (args: readonly string[], key?: string): Promise<unknown> =>
      (JSON.parse((await node.run(['key', '--json', ...args], { key })).stdout) as { key: string }).key;
    expect(await shown(['--api-key', one.secret], two.secret)).toBe(one.id);
    expect(await shown([], two.secret)).toBe(two.id);
    expect(await shown([])).toBe(three.id);
    expect(await shown([], '')).toBe(three.id);
    const elsewhere = node.endpoint.replace('127.0.0.1', 'localhost');
    expect(await node.run(['apps', '-g', elsewhere])).toMatchObject({ code: 1, stderr: expect.stringContaining('You need an API key') as string });
  });

  test('is not that of the configuration for the gaffer start of this folder', async ({ node }) => {
    node.project.write('Procfile', 'web: sleep 1000');
    const started = node.project.spawn(['start']);
    await started.stdout.until('spawn');
    write(node, 'broken\n');
    expect(await node.project.run(['ps'], { env: { GAFFER_CONFIG: node.config } })).toMatchObject({ code: 0, stderr: '' });
    await started.end('SIGINT');
  });

  test('is warned of where others can read it, and not where nobody can', async ({ node }) => {
    write(node, `[node "${node.endpoint}"]\nkey = ${node.admin}\n`, 0o640);
    expect(await node.run(['apps'])).toMatchObject({
      code: 0,
      stderr: `gaffer: ${node.config} has keys in it, and can be read by others: chmod 600 ${node.config}\n`,
    });
    chmodSync(node.config, 0o600);
    expect(await node.run(['apps'])).toMatchObject({ code: 0, stderr: '' });
  });

  test.for([
    ['broken\n', ':1: expected "[section]"|:1: expected "key = value"'],
    ['[node "x"]\nkey = %\n', ':2: \\[node "x"\\] key: expected "%%"'],
  ] as const)('a configuration that can not be read is one line (%j)', async ([text, message], { node }) => {
    write(node, text);
    const { code, stderr } = await node.run(['apps']);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^gaffer: ${node.config}(?:${message}).*\n$`));
    expect((await node.run(['apps'], { key: node.admin })).code).toBe(0);
  });

  test.for([
    ['--api-key', 'ä'],
    ['--api-key', 'a b'],
  ] as const)('what can not be one is not told (%s %s)', async ([option, key], { node }) => {
    expect(await node.run(['apps', option, key])).toMatchObject({
      code: 2,
      stderr: 'gaffer: --api-key: expected ASCII characters without blanks, got others\n',
    });
  });
});

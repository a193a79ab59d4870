import { describe, expect } from 'vitest';
import { type LockedNode, PASSWORD, test } from '../support/locked-node.ts';

const ADD = ['user:add', 'ada', '--password-file', '-'];
const KEY_ID = /key-[0-9a-f]{12}/;

/** Runs gaffer as the admin. */
async function run(node: LockedNode, args: readonly string[], input?: string) {
  const { code, stdout, stderr } = await node.run(args, { key: node.admin, ...(input !== undefined && { input }) });
  return { code, stdout, stderr };
}

/** What was printed, with `ID` for the ids of keys and `SECRET` for their secrets. */
function plain(text: string): string {
  return text.replaceAll(/key-[0-9a-f]{12}/g, 'ID').replaceAll(/\b[0-9a-f]{32}\b/g, 'SECRET');
}

describe('gaffer user:add', () => {
  test('makes a user, with a key for what it may do', async ({ node }) => {
    const { code, stdout, stderr } = await run(node, [...ADD, '--permission', 'shop+m', '--permission', 'blog+r'], 'a long password');
    expect({ code, stdout: plain(stdout), stderr: plain(stderr) }).toEqual({
      code: 0,
      stdout: "Username: ada\nType: app\nAPI Key: a new one for shop+m blog+r\nUser 'ada' created\nAPI Key: SECRET\n",
      stderr: 'gaffer: nobody can tell the key again; it is called ID\n',
    });
    const [secret] = /[0-9a-f]{32}/.exec(stdout) ?? [];
    expect(plain((await node.run(['key'], { key: secret })).stdout)).toBe(
      "Key 'ID' found.\nLabel: key of ada\nPermisssions:\n  admin: False\n  create_key: False\n  create_user: False\n  manage: shop\n  read: blog\n  write:\n",
    );
    expect(await node.run(['login', '-u', 'ada', '--password-file', '-'], { input: 'a long password' })).toMatchObject({ code: 0 });
  });

  test('makes none twice, and leaves no key behind', async ({ node }) => {
    await run(node, ADD, 'a long password');
    expect(await run(node, [...ADD, '--permission', 'shop+m'], 'a long password')).toMatchObject({
      code: 1,
      stderr: "gaffer: User 'ada' alerady exists\n",
    });
    expect(await node.accounts.keys()).toHaveLength(1);
  });

  test('as JSON', async ({ node }) => {
    const { stdout } = await run(node, [...ADD, '-t', 'user', '--permission', '+a', '--json'], 'a long password');
    const { key, api_key, ...rest } = JSON.parse(stdout) as Record<string, string>;
    expect(rest).toEqual({ username: 'ada', user_type: 0 });
    expect([key, api_key]).toEqual([expect.stringMatching(KEY_ID), expect.stringMatching(/^[0-9a-f]{32}$/)]);
  });

  test('asks on a terminal for what is missing, and before it is done', async ({ node }) => {
    const terminal = node.terminal(['user', 'add', '--permission', 'shop+r'], { key: node.admin });
    await terminal.output.until('username: ');
    terminal.type('bea\r');
    await terminal.output.until('password: ');
    terminal.type('short\r');
    await terminal.output.until('try again'); // what is typed between two questions is not shown either
    terminal.type('long enough now\r');
    await terminal.output.until('confirm password: ');
    terminal.type('long enough now\r');
    await terminal.output.until('Create the user [y]|n: ');
    terminal.type('what\r');
    await terminal.output.until('please enter y or n.');
    terminal.type('\r');
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.text).not.toContain('long enough');
    expect((await node.accounts.user('bea')).type).toBe(1);
  });

  test('does nothing when it is not wanted', async ({ node }) => {
    const terminal = node.terminal(['user:add', 'bea', '-p', 'a long password', '--permission', 'shop+r'], { key: node.admin });
    await terminal.output.until('Create the user [y]|n: ');
    terminal.type('n\r');
    expect((await terminal.exit).code).toBe(1);
    expect([(await node.accounts.users()).length, (await node.accounts.keys()).length]).toEqual([1, 1]);
  });

  test.for([
    [['user:add', '--no-input'], /^gaffer: expected the name of the user, for nobody is asked here\n$/],
    [['user:add', 'ada'], /^gaffer: expected a password in one line from stdin, got none\n$/],
    [['user:add', 'ada', '--permission', 'shop'], /^gaffer: expected \+a .*; got "shop"\n$/],
    [['user:add', 'ada', '--permission', '+a', '-k', 'x'], /^gaffer: --permission and --key exclude each other/],
    [['user:add', 'ada', '-t', 'boss'], /^gaffer: --type: expected user, app, 0 or 1, got "boss"/],
    [['user:add', 'ada', '-k', 'short', '-p', 'a long password'], /\ngaffer: key: expected 16 to 256 characters, got 5\n$/],
    [
      ['user:add', 'ada', '-k', 'key-000000000000', '-p', 'a long password'],
      /\ngaffer: there is no such key; gaffer keys lists them by their ids\n$/,
    ],
  ] as const)('%j says what is wrong', async ([args, stderr], { node }) => {
    const result = await run(node, args);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(stderr);
    expect(await node.accounts.users()).toHaveLength(1);
  });
});

describe('the other commands about users', () => {
  test('show them', async ({ node }) => {
    await run(node, ADD, 'a long password');
    expect(plain((await run(node, ['users'])).stdout)).toBe('root  user  ID\nada   app   no key\n');
    expect(plain((await run(node, ['users', '--json'])).stdout)).toBe(
      '{"users":[{"username":"root","user_type":0,"key":"ID"},{"username":"ada","user_type":1,"key":null}]}\n',
    );
    expect(plain((await run(node, ['user', 'root'])).stdout)).toBe("User 'root' found\nAPI Key: ID\n");
    expect((await run(node, ['user', 'ada'])).stdout).toBe("User 'ada' found\nAPI Key: none\n");
    expect((await run(node, ['user', 'ada', '--json'])).stdout).toBe('{"username":"ada","user_type":1,"key":null}\n');
  });

  test('change the password and the key', async ({ node }) => {
    await run(node, [...ADD, '--permission', 'shop+r'], 'a long password');
    expect(await run(node, ['user:setpassword', 'ada', '--password-file', '-'], 'another password')).toEqual({
      code: 0,
      stdout: "ada's password changed\n",
      stderr: '',
    });
    await node.accounts.login('ada', 'another password');
    const { id } = await node.key('blog+r');
    expect(await run(node, ['user:setkey', 'ada', '-k', id])).toEqual({ code: 0, stdout: "ada's key changed\n", stderr: '' });
    expect((await node.accounts.user('ada')).keyId).toBe(id);
    const terminal = node.terminal(['user:setkey', 'ada'], { key: node.admin });
    await terminal.output.until('key (an id, or a secret): ');
    terminal.type('a-secret-of-my-own\r');
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.text).not.toContain('my-own');
    expect((await node.run(['key', '--json'], { key: 'a-secret-of-my-own' })).stdout).toContain('"read":["blog"]');
  });

  test('let everybody change the own password', async ({ node }) => {
    await run(node, [...ADD, '--permission', 'shop+r'], 'a long password');
    await node.run(['login', '-u', 'ada', '--password-file', '-'], { input: 'a long password' });
    expect(await node.run(['user:setpassword', 'ada', '--password-file', '-'], { input: 'another password' })).toMatchObject({ code: 0 });
    expect(await node.run(['key'])).toMatchObject({ code: 0 });
    expect((await node.run(['user:setpassword', 'root', '--password-file', '-'], { input: PASSWORD })).code).toBe(1);
  });

  test('delete them, and say which key stays', async ({ node }) => {
    await run(node, [...ADD, '--permission', 'shop+r'], 'a long password');
    const { keyId = '' } = await node.accounts.user('ada');
    expect(await run(node, ['user:del', 'ada'])).toEqual({
      code: 0,
      stdout: "User 'ada' deleted\n",
      stderr: `gaffer: the key ${keyId} that the user had stays valid: gaffer key:delete ${keyId} deletes it\n`,
    });
    expect(await run(node, ['key:delete', keyId])).toMatchObject({ code: 0, stderr: '' });
  });

  test.for([
    ['user', 'nobody'],
    ['user:del', 'nobody'],
    ['user:setpassword', 'nobody'],
    ['user:setkey', 'nobody', '-k', 'key-000000000000'],
  ])('of one that there is not: %s', async (args, { node }) => {
    expect(await run(node, args)).toEqual({ code: 1, stdout: '', stderr: "gaffer: User 'nobody' not found\n" });
  });
});

import { describe, expect } from 'vitest';
import { test as commandTest } from '../support/commands.ts';
import { type LockedNode, test } from '../support/locked-node.ts';

/** Runs gaffer as the admin. */
async function run(node: LockedNode, args: readonly string[]) {
  const { code, stdout, stderr } = await node.run(args, { key: node.admin });
  return { code, stdout, stderr };
}

const RIGHTS = 'Permisssions:\n  admin: False\n  create_key: False\n  create_user: False\n  manage: shop\n  read: *,blog.web\n  write:\n';

describe('gaffer key:create', () => {
  test('shows what the key will allow, and tells its secret once', async ({ node }) => {
    const { code, stdout, stderr } = await run(node, ['key:create', 'shop+m', '*+r', 'blog.web+r', '--label', 'deploys']);
    const [, id = ''] = /'(key-[0-9a-f]{12})'/.exec(stdout) ?? [];
    const [secret = ''] = /[0-9a-f]{32}/.exec(stdout) ?? [];
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `Label: deploys\n${RIGHTS}The key '${id}' has been created.\nAPI Key: ${secret}\n`,
      stderr: `gaffer: nobody can tell the key again: keep it now. It is sent by --api-key or GAFFER_API_KEY, and called ${id}\n`,
    });
    expect(await run(node, ['key', id])).toEqual({ code: 0, stdout: `Key '${id}' found.\nLabel: deploys\n${RIGHTS}`, stderr: '' });
    expect(await node.run(['key'], { key: secret })).toMatchObject({ stdout: `Key '${id}' found.\nLabel: deploys\n${RIGHTS}` });
    expect((await run(node, ['keys'])).stdout).toMatch(new RegExp(`^key-\\w+  \\+a  admin key\n${id}  shop\\+m \\+r blog\\.web\\+r  deploys\n$`));
    expect((await run(node, ['keys', '--json'])).stdout).not.toContain(secret);
  });

  test('as JSON is that alone', async ({ node }) => {
    const { stdout } = await run(node, ['key', 'create', '+a', '+k', '--json']);
    const { key, api_key, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
    const none = { manage: [], write: [], read: [] };
    expect(rest).toEqual({ permissions: { admin: true, create_key: true, create_user: false, ...none }, label: null, parent: null });
    const info = await node.accounts.key(String(api_key));
    expect(info.id).toBe(key);
    expect((await run(node, ['key', info.id])).stdout).toContain(
      '  admin: True\n  create_key: True\n  create_user: True\n  manage: *\n  read: *\n  write: *\n',
    );
  });

  test('asks on a terminal, and makes none when it is not wanted', async ({ node }) => {
    for (const [answer, count] of [
      ['n', 1],
      ['', 2],
    ] as const) {
      const terminal = node.terminal(['key:create', 'shop+r'], { key: node.admin });
      await terminal.output.until('Create the key [y]|n: ');
      terminal.type(`${answer}\r`);
      expect((await terminal.exit).code).toBe(answer === 'n' ? 1 : 0);
      expect(await node.accounts.keys()).toHaveLength(count);
    }
    const quiet = node.terminal(['key:create', 'shop+r', '--no-input'], { key: node.admin });
    expect((await quiet.exit).code).toBe(0);
    expect(quiet.text).not.toContain('[y]');
  });

  test.for([
    [['key:create'], 2, /^gaffer: expected permissions: .*; got none\n$/],
    [['key:create', 'shop'], 2, /^gaffer: expected \+a .*; got "shop"\n$/],
    [['key:create', 'shop+r', '--parent', 'key-000000000000'], 1, /^gaffer: Key 'key-000000000000' not found\n$/],
    [['key:create', 'shop+r', '--label', 'a\nb'], 1, /^gaffer: .*label: expected .*\n$/],
  ] as const)('%j says what is wrong', async ([args, code, stderr], { node }) => {
    const result = await run(node, args);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(stderr);
    expect(await node.accounts.keys()).toHaveLength(1);
  });
});

describe('gaffer key:delete', () => {
  test('deletes a key and those that were made from it, and names them', async ({ node }) => {
    const { id } = await node.key('shop+m');
    const made = await run(node, ['key:create', 'shop+r', '--parent', id, '--json']);
    const { key: sub } = JSON.parse(made.stdout) as { key: string };
    expect((await run(node, ['key', sub])).stdout).toContain(`Parent: ${id}\n`);
    expect((await run(node, ['keys', '--parent', id])).stdout).toBe(`${sub}  shop+r\n`);
    expect(await run(node, ['key:create', 'blog+r', '--parent', id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("can't do more") as string,
    });
    expect(await run(node, ['key:delete', id])).toEqual({
      code: 0,
      stdout: `The key '${id}' has been deleted.\n`,
      stderr: `gaffer: with it went those that were made from it: ${sub}\n`,
    });
    for (const command of ['key', 'key:delete']) {
      expect(await run(node, [command, id])).toEqual({ code: 1, stdout: '', stderr: `gaffer: Key '${id}' not found\n` });
    }
  });

  test('does not tell a secret that is none', async ({ node }) => {
    expect((await run(node, ['key:delete', '0123456789abcdef0123456789abcdef'])).stderr).toBe("gaffer: Key '0123...' not found\n");
  });
});

describe('commands about keys and users at a node that asks for none', () => {
  commandTest.for(['users', 'keys', 'key', 'user ada', 'key:create +a', 'key:delete key-000000000000', 'user:del ada'])(
    'say so: %s',
    async (command, { rig }) => {
      const { code, stderr } = await rig.run(command.split(' '));
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^gaffer: this node asks nobody for a key, and has no users; .*\n$/) as string,
      });
    },
  );
});

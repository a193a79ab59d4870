import { describe, expect } from 'vitest';
import { type LockedNode, test } from '../support/locked-node.ts';
import { Proxy } from '../support/proxy.ts';

async function load(node: LockedNode): Promise<void> {
  const cmd = 'while :; do echo tick; sleep 0.05; done';
  node.project.write('jobs.json', JSON.stringify({ name: 'web', cmd, shell: true, os_env: true, redirect_output: ['out'], redirect_input: true }));
  expect(await node.run(['load', 'jobs.json'], { key: node.admin })).toMatchObject({ code: 0 });
}

const GONE =
  "gaffer: Forbidden access. API key permissions aren't enough (expected a key of this node, got one that it does not know); --api-key names another key, gaffer login gets one\n";

describe('a command that goes on, with a key that only reads', () => {
  test.for([
    [['logs', '-f', '-n', '1'], ['shop+r'], 'tick'],
    [['logs', '-f', 'web.1'], ['shop.web+r'], 'tick'],
    [['recv', 'web.1'], ['shop.web+r'], 'tick'],
    [['attach', 'web.1', '--no-stdin'], ['shop.web+r'], 'tick'],
    [['ps', '--watch'], ['shop+r'], 'web.1'],
    [['events', '-n', '1', '--app', 'shop'], ['shop+r'], 'spawn'],
  ] as const)('%j shows what it is to show, and ends in one line when the key is deleted', async ([args, words, text], { node }) => {
    await load(node);
    const { id, secret } = await node.key(...words);
    const gaffer = node.spawn(args, { key: secret });
    await gaffer.stdout.until(text);
    await node.accounts.deleteKey(id);
    const { code, stderr } = await gaffer.result();
    expect({ code, stderr: stderr.replace(/^gaffer: attached .*\n/, '') }).toEqual({ code: 1, stderr: GONE });
  });

  test('learns how the process has ended', async ({ node }) => {
    const end = { name: 'once', cmd: 'read -r go; echo bye; exit 3', shell: true, os_env: true, redirect_output: ['out'], redirect_input: true };
    node.project.write('jobs.json', JSON.stringify({ ...end, on_exit: 'ignore' }));
    await node.run(['load', 'jobs.json'], { key: node.admin });
    const { secret } = await node.key('shop.once+w');
    const proxy = await Proxy.open(Number(new URL(node.endpoint).port));
    const gaffer = node.spawn(['attach', 'once', '--no-stdin'], { key: secret, env: { GAFFER_ENDPOINT: proxy.url } });
    await expect.poll(() => proxy.paths.some((path) => path.startsWith('/streams'))).toBe(true);
    expect(await node.run(['send', 'once', 'go'], { key: secret })).toMatchObject({ code: 0, stderr: '' });
    expect(await gaffer.result()).toMatchObject({ code: 3, stdout: 'bye\n' });
  });

  test('hears only what it may', async ({ node }) => {
    await load(node);
    const { secret } = await node.key('shop+r');
    const gaffer = node.spawn(['events', '--app', 'shop', '--json'], { key: secret });
    await expect
      .poll(
        async () => {
          await node.run(['load', '-', '--app', 'blog'], { key: node.admin, input: '{"name": "other", "cmd": "sleep 1000"}' });
          await node.run(['restart', 'web'], { key: node.admin });
          return gaffer.stdout.text;
        },
        { timeout: 20_000 },
      )
      .toContain('"event":"exit"');
    const { code, stdout } = await gaffer.end('SIGINT');
    expect(code).toBe(130);
    expect(stdout).not.toContain('blog');
  });
});

describe('a key that only reads', () => {
  test('does not get what is typed to a process; that is said', async ({ node }) => {
    await load(node);
    const { id, secret } = await node.key('shop+r');
    const gaffer = node.spawn(['attach', 'web.1'], { key: secret, input: 'hello\n' });
    await gaffer.stderr.until(
      `"hello\\n" was not sent: Forbidden access. API key permissions aren't enough (expected a key that may write the job of that process; ${id} may not)`,
    );
    await gaffer.stdout.until('tick');
    expect((await gaffer.end('SIGINT')).code).toBe(130);
  });
});

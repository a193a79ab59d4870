import { describe, expect, test, vi } from 'vitest';
import { parsePermissionWords } from '../../src/access/permission-words.ts';
import { KeyWatch } from '../../src/lookupd/key-watch.ts';
import { LookupRig } from '../support/lookup-rig.ts';
import { identity } from '../support/node-client.ts';
import { SockJsSession } from '../support/sockjs-session.ts';
import { openAccounts, type TestAccounts } from '../support/test-accounts.ts';

/** A lookupd that asks for keys, and keys as `--create-key` makes them. */
async function locked(): Promise<TestAccounts & { readonly rig: LookupRig; readonly keyOf: (...words: readonly string[]) => string }> {
  const own = openAccounts();
  const rig = await LookupRig.open({ accounts: own.accounts, allowedHosts: '*', allowedOrigins: '*' });
  return { ...own, rig, keyOf: (...words) => own.key(parsePermissionWords(words)) };
}

const header = (key: string): { readonly 'x-api-key': string } => ({ 'x-api-key': key });

const READ = ['/nodes', '/sessions', '/sessions/a', '/jobs', '/findJob?name=a.b', '/findSession?sessionid=a'];

describe('a lookupd that asks for keys', () => {
  test.for([
    ['no key', undefined, 401],
    ['a key that nobody has', 'nobody', 403],
    ["a node's key", 'a+m', 403],
    ["a reader's key", '*+r', 200],
    ['a key for both', '+a', 200],
  ] as const)('answers questions to %s with its status', async ([, word, expected]) => {
    const { rig, keyOf } = await locked();
    const key = word === 'nobody' || word === undefined ? word : keyOf(word);
    for (const path of READ) {
      const bearer = await rig.ask('GET', path, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });
      const { status } = await rig.ask('GET', path, { headers: key === undefined ? {} : header(key) });
      expect([path, status, bearer.status]).toEqual([path, expected, expected]);
    }
    for (const path of ['/', '/ping', '/version']) {
      expect((await rig.ask('GET', path, { headers: key === undefined ? {} : header(key) })).status).toBe(200);
    }
    expect((await rig.ask('OPTIONS', '/nodes', { headers: { origin: 'https://anywhere.example' } })).status).toBe(204);
  });

  test.for([
    ['a', ['a+m'], 'a', true],
    ['another name', ['a+m'], 'b', false],
    ['a name that begins like it', ['a+m'], 'a.example.org', false],
    ['a name that its own begins with', ['a.example.org+m'], 'a', false],
    ['its whole name', ['a.example.org+m'], 'a.example.org', true],
    ['one of its names', ['a+m', 'b+m'], 'b', true],
    ['any name, with a key for all nodes', ['*+m'], 'b.example.org', true],
    ['any name, with a key for everything', ['+a'], 'b', true],
    ["a name, with a reader's key", ['*+r'], 'a', false],
    ['the name that stands for all', ['a+m'], '*', false],
  ] as const)('lets a node say that it is %s, or not', async ([, words, name, isTaken]) => {
    const { rig, keyOf } = await locked();
    const node = await rig.node(header(keyOf(...words)));
    const answer = await node.tell('IDENTIFY', identity(name));
    if (isTaken) {
      expect(answer).toEqual({ ok: true, msgid: 'm1' });
    } else {
      const message = expect.stringMatching(`^expected a key that may manage ${name === '*' ? '\\*' : name}; key-\\w+ may not$`) as unknown;
      expect(answer).toEqual({ errno: 403, reason: 'forbidden', msgid: 'm1', message });
      expect(await node.tell('REGISTER_JOB', { job_name: 'shop.web' })).toMatchObject({ errno: 404 });
    }
    expect(rig.store.topology.nodes.map((one) => one.name)).toEqual(isTaken ? [name] : []);
  });

  test('does not let a node take the place of another one', async () => {
    const { rig, keyOf } = await locked();
    const node = await rig.node(header(keyOf('a+m')));
    await node.register('a', { 'shop.web': [1] }, { generation: 1 });
    const thief = await rig.node(header(keyOf('b+m')));
    expect(await thief.tell('IDENTIFY', { ...identity('a'), generation: 99 })).toMatchObject({ errno: 403 });
    expect(await node.tell('PING')).toMatchObject({ ok: true });
  });

  test.for([
    [undefined, '401'],
    ['nobody', '403'],
  ] as const)('opens no connection for a node with the key %s', async ([key, status]) => {
    const { rig } = await locked();
    await expect(rig.node(key === undefined ? {} : header(key))).rejects.toThrow(status);
    expect(rig.store.topology.nodes).toEqual([]);
  });

  test('tells what happens to readers alone, who show their key with the request or first of all', async () => {
    const { rig, keyOf } = await locked();
    const [reader, nodeKey] = [keyOf('*+r'), keyOf('a+m')];
    const [early, late, silent, wrong, node] = [
      await rig.watch(header(reader)),
      await rig.watch(),
      await rig.watch(),
      await rig.watch(),
      await rig.watch(header(nodeKey)),
    ];
    late.say(`AUTH:${reader}`);
    wrong.say(`AUTH:${nodeKey}`);
    expect([await wrong.closing(), await node.closing()]).toEqual([1008, 1008]);
    const refusal = { event: 'gaffer:error', data: { error: 403, errno: 403, reason: 'forbidden', code: 'forbidden' } };
    expect([wrong.messages, node.messages]).toMatchObject([[refusal], [refusal]]);
    await rig.node(header(nodeKey));
    await Promise.all([early, late].map((one) => one.find(({ event }) => event === 'add_node')));
    expect(silent.messages).toEqual([]);
    await expect(rig.watch(header('nobody'))).rejects.toThrow('403');
  });

  test('asks for the key over SockJS as well', async () => {
    const { rig, keyOf } = await locked();
    const [session, stranger] = [new SockJsSession(rig, 'one', '/lookup'), new SockJsSession(rig, 'two', '/lookup')];
    await session.open();
    await stranger.open();
    await session.send(`AUTH:${keyOf('*+r')}`);
    await stranger.send('AUTH:nobody');
    await rig.node(header(keyOf('a+m')));
    expect(await session.poll()).toMatchObject([{ event: 'add_node' }]);
    expect(await stranger.poll()).toMatchObject([{ event: 'gaffer:error', data: { errno: 403 } }]);
    expect(await stranger.poll()).toBe('c[1008,"forbidden"]\n');
  });

  test('sends away whose key is deleted, and forgets what a node had told with it', async () => {
    const { rig, accounts, keyOf } = await locked();
    const [nodeKey, reader] = [keyOf('a+m'), keyOf('*+r')];
    const [node, watcher] = [await rig.node(header(nodeKey)), await rig.watch(header(reader))];
    const unknown = await rig.node(header(nodeKey));
    await node.register('a', { 'shop.web': [1] });
    await watcher.find(({ event }) => event === 'add_process');
    accounts.keys.delete(nodeKey);
    expect(rig.store.topology.nodes).toEqual([]);
    expect([await node.closing(), await unknown.closing()]).toEqual([
      [1008, 'the key is valid no more'],
      [1008, 'the key is valid no more'],
    ]);
    await watcher.find(({ event, name }) => event === 'remove_node' && name === null);
    accounts.keys.delete(reader);
    expect(await watcher.closing()).toBe(1008);
    expect((await rig.ask('GET', '/nodes', { headers: header(reader) })).status).toBe(403);
    expect(watcher.messages.filter(({ event }) => event === 'remove_node').map(({ name }) => name)).toEqual(['a', null]);
  });
});

describe('keys that somebody else changes', () => {
  test('are looked at time and again, and what keeps them from being read is said once', () => {
    vi.useFakeTimers();
    const said: string[] = [];
    const answers = [undefined, new Error('disk'), new Error('disk'), undefined, new Error('again')];
    const refresh = vi.fn(() => {
      const answer = answers.shift();
      if (answer !== undefined) {
        throw answer;
      }
    });
    const watch = new KeyWatch({ refresh }, (message) => said.push(message));
    vi.advanceTimersByTime(5000);
    expect([refresh.mock.calls.length, said]).toEqual([5, ['disk', 'again']]);
    watch.close();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});

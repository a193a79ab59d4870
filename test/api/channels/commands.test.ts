import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { GafferNode } from '../../../src/job/node.ts';
import { ChannelClient } from '../../support/channel-client.ts';
import { becomes } from '../../support/processes.ts';
import { openApi, TestApi, test } from '../../support/test-api.ts';

const ANY_TEXT = expect.any(String) as unknown;
const ANY_NUMBER = expect.any(Number) as unknown;

/** `Web` (process 1) reads lines, `a.b` (process 2) waits, `other.quiet` has no process. */
async function openAll(api: TestApi): Promise<ChannelClient> {
  await api.load('Web', 'cat', { redirect_input: true, redirect_output: ['out'], custom_streams: ['ctl'] });
  await api.load('a.b', 'sleep 100');
  await api.supervisor.load('other', { name: 'quiet', cmd: 'sleep 100', start: false });
  return await ChannelClient.connect(api.port);
}

describe('a command', () => {
  test.for<readonly [name: string, args: readonly unknown[], kwargs: object, result: object]>([
    ['load', [{ name: 'new', cmd: 'sleep 9' }], {}, { ok: true }],
    ['load', [], { config: { name: 'new', cmd: 'sleep 9' }, sessionid: 'test', start: false, env: { A: '1' } }, { ok: true }],
    ['update', [{ name: 'Web', cmd: 'cat', os_env: true }], { sessionid: 'test' }, { ok: true }],
    ['unload', ['test.Web'], {}, { ok: true }],
    ['unload', ['Web'], { sessionid: 'test' }, { ok: true }],
    ['unload', ['a.b'], { sessionid: 'test' }, { ok: true }],
    ['unload', [], { name: 'Web', sessionid: 'test' }, { ok: true }],
    ['reload', ['test.Web'], {}, { ok: true }],
    ['reload', ['Web'], { sessionid: 'test' }, { ok: true }],
    ['reload', ['a.b'], { sessionid: 'test' }, { ok: true }],
    ['reload', ['test.Web'], { sessionid: 'test' }, { ok: true }],
    ['start_job', ['other.quiet'], {}, { ok: true }],
    ['start_job', ['quiet'], { sessionid: 'other' }, { ok: true }],
    ['stop_job', ['test.Web'], {}, { ok: true }],
    ['stop_job', [], { name: 'test.Web' }, { ok: true }],
    ['stopall', ['test.Web'], {}, { ok: true }],
    ['stopall', ['other.quiet'], {}, { ok: true }],
    ['scale', ['test.Web', 2], {}, { numprocesses: 3 }],
    ['scale', ['test.Web', '+1'], {}, { numprocesses: 2 }],
    ['scale', ['test.Web', '=4'], {}, { numprocesses: 4 }],
    ['scale', ['test.Web', -7], {}, { numprocesses: 0 }],
    ['scale', [], { name: 'test.Web', scale: '=2' }, { numprocesses: 2 }],
    ['commit', ['test.a.b'], {}, { ok: true, pid: 3 }],
    ['commit', ['test.a.b', 2, { ONCE: '1' }], {}, { ok: true, pid: 3 }],
    ['commit', [], { name: 'test.a.b', graceful_timeout: 2, env: { ONCE: '1' } }, { ok: true, pid: 3 }],
    ['stop_process', [1], {}, { ok: true }],
    ['stop_process', [], { pid: 1 }, { ok: true }],
  ])('%s %j %j answers %j', async ([name, args, kwargs, result], { api }) => {
    const client = await openAll(api);
    onTestFinished(() => client.socket.terminate());
    expect(await client.command(name, args, kwargs)).toEqual({ id: ANY_TEXT, result });
    expect(api.warnings).toEqual([]);
  });
});

describe('a command that changes nothing:', () => {
  let api: TestApi;
  let client: ChannelClient;

  beforeAll(async () => {
    api = await TestApi.open();
    client = await openAll(api);
  });

  afterAll(async () => {
    client.socket.terminate();
    await api.close();
  });

  it.for<readonly [name: string, args: readonly unknown[], kwargs: object, result: object]>([
    ['sessions', [], {}, { sessions: ['test', 'other'] }],
    ['jobs', [], {}, { jobs: ['test.Web', 'test.a.b', 'other.quiet'] }],
    ['jobs', ['other'], {}, { sessionid: 'other', jobs: ['other.quiet'] }],
    ['jobs', [], { sessionid: 'other' }, { sessionid: 'other', jobs: ['other.quiet'] }],
    ['jobs', [null], {}, { jobs: ['test.Web', 'test.a.b', 'other.quiet'] }],
    ['pids', [], {}, { pids: [1, 2] }],
    ['pids', ['test.Web'], {}, { sessionid: 'test.Web', pids: [1] }],
    ['pids', [], { name: 'test.a.b' }, { sessionid: 'test.a.b', pids: [2] }],
    ['pids', ['Web'], { sessionid: 'test' }, { sessionid: 'Web', pids: [1] }],
    ['pids', ['other.quiet'], {}, { sessionid: 'other.quiet', pids: [] }],
    [
      'info',
      ['test.Web'],
      {},
      {
        info: {
          name: 'test.Web',
          state: 'started',
          active: true,
          running: 1,
          running_out: 0,
          max_processes: 1,
          processes: [1],
          config: expect.any(Object) as unknown,
        },
      },
    ],
    ['info', [], { name: 'other.quiet' }, { info: expect.objectContaining({ name: 'other.quiet', active: false }) as unknown }],
    [
      'stats',
      ['test.Web'],
      {},
      {
        stats: expect.objectContaining({
          name: 'test.Web',
          stats: [expect.objectContaining({ pid: 1, os_pid: ANY_NUMBER })],
          mem: ANY_NUMBER,
          max_cpu: ANY_NUMBER,
        }) as unknown,
      },
    ],
    ['killall', ['test.Web', 'CONT'], {}, { ok: true }],
    ['killall', ['test.Web', 18], {}, { ok: true }],
    ['killall', [], { name: 'test.Web', signal: 'sigcont' }, { ok: true }],
    ['process_info', [1], {}, { info: expect.objectContaining({ pid: 1, name: 'test.Web' }) as unknown }],
    ['process_info', ['1'], {}, { info: expect.objectContaining({ pid: 1 }) as unknown }],
    ['process_info', [], { pid: 2 }, { info: expect.objectContaining({ pid: 2, name: 'test.a.b' }) as unknown }],
    [
      'process_stats',
      [1],
      {},
      { stats: expect.objectContaining({ mem_info1: ANY_TEXT, mem_info2: ANY_TEXT, cpu: ANY_NUMBER, ctime: ANY_TEXT }) as unknown },
    ],
    ['kill', [1, 'CONT'], {}, { ok: true }],
    ['kill', ['1', '18'], {}, { ok: true }],
    ['kill', [], { pid: 1, signal: 'CONT' }, { ok: true }],
    ['send', [1, 'text\n'], {}, { ok: true }],
    ['send', [1, ['one\n', 'two\n']], {}, { ok: true }],
    ['send', [1, []], {}, { ok: true }],
    ['send', [1, 'x', 'ctl'], {}, { ok: true }],
    ['send', [], { pid: 1, data: 'x', stream: 'ctl' }, { ok: true }],
  ])('%s %j %j answers %j', async ([name, args, kwargs, result]) => {
    expect(await client.command(name, args, kwargs)).toEqual({ id: ANY_TEXT, result });
    expect(api.warnings).toEqual([]);
  });

  it.for<readonly [name: string, args: readonly unknown[], kwargs: object, errno: number, reason: string]>([
    ['dance', [], {}, 404, 'command_not_found'],
    ['__proto__', [], {}, 404, 'command_not_found'],
    ['constructor', [], {}, 404, 'command_not_found'],
    ['', [], {}, 404, 'command_not_found'],
    ['jobs', ['none'], {}, 404, 'not_found'],
    ['jobs', [5], {}, 400, 'bad_command'],
    ['pids', ['test.none'], {}, 404, 'not_found'],
    ['pids', [['x']], {}, 400, 'bad_command'],
    ['load', [], {}, 400, 'config_missing'],
    ['load', [null], {}, 400, 'config_missing'],
    ['load', ['Web'], {}, 400, 'config_missing'],
    ['load', [[]], {}, 400, 'config_missing'],
    ['load', [{}], {}, 400, 'invalid_config'],
    ['load', [{ name: 'x' }], {}, 400, 'invalid_config'],
    ['load', [{ cmd: 'x' }], {}, 400, 'invalid_config'],
    ['load', [{ name: 'x', cmd: 'y', numproceses: 3 }], {}, 400, 'invalid_config'],
    ['load', [{ name: 'x/y', cmd: 'y' }], {}, 400, 'invalid_config'],
    ['load', [{ name: 'x', cmd: 'y' }], { start: 'yes' }, 400, 'invalid_config'],
    ['load', [{ name: 'x', cmd: 'y' }], { env: ['A=1'] }, 400, 'invalid_config'],
    ['load', [{ name: 'x', cmd: 'y', env: 'A=1' }], { env: { B: '1' } }, 400, 'invalid_config'],
    ['load', [{ name: 'x', cmd: 'y' }], { sessionid: 'a/b' }, 400, 'bad_command'],
    ['load', [{ name: 'x', cmd: 'y' }], { sessionid: 7 }, 400, 'bad_command'],
    ['load', [{ name: 'Web', cmd: 'y' }], { sessionid: 'test' }, 409, 'process_conflict'],
    ['update', [], {}, 400, 'config_missing'],
    ['update', [{ cmd: 'x' }], { sessionid: 'test' }, 400, 'invalid_config'],
    ['update', [{ name: 'Web' }], { sessionid: 'test' }, 400, 'invalid_config'],
    ['update', [{ name: 'none', cmd: 'x' }], { sessionid: 'test' }, 404, 'not_found'],
    ['unload', [], {}, 400, 'bad_command'],
    ['unload', [7], {}, 400, 'bad_command'],
    ['unload', ['none'], {}, 404, 'not_found'],
    ['unload', ['test.none'], {}, 404, 'not_found'],
    ['unload', ['test.Web'], { sessionid: 'test' }, 404, 'not_found'],
    ['unload', ['web'], { sessionid: 'test' }, 404, 'not_found'],
    ['reload', ['test.none'], {}, 404, 'not_found'],
    ['reload', ['none'], { sessionid: 'test' }, 404, 'not_found'],
    ['start_job', ['test.none'], {}, 404, 'not_found'],
    ['start_job', [], {}, 400, 'bad_command'],
    ['stop_job', ['test.none'], {}, 404, 'not_found'],
    ['stopall', ['test.none'], {}, 404, 'not_found'],
    ['stopall', [], {}, 400, 'bad_command'],
    ['scale', ['test.Web'], {}, 400, 'bad_command'],
    ['scale', ['test.Web', 'many'], {}, 400, 'bad_value'],
    ['scale', ['test.Web', '=99999999'], {}, 400, 'bad_value'],
    ['scale', ['test.Web', {}], {}, 400, 'bad_value'],
    ['scale', ['test.none', 1], {}, 404, 'not_found'],
    ['info', ['test.none'], {}, 404, 'not_found'],
    ['info', [], {}, 400, 'bad_command'],
    ['stats', ['test.none'], {}, 404, 'not_found'],
    ['killall', ['test.Web'], {}, 400, 'bad_command'],
    ['killall', ['test.Web', 'DANCE'], {}, 400, 'bad_signal'],
    ['killall', ['test.none', 'HUP'], {}, 404, 'not_found'],
    ['commit', ['test.none'], {}, 404, 'not_found'],
    ['commit', ['test.Web', 'soon'], {}, 400, 'bad_command'],
    ['commit', ['test.Web', 1, ['A=1']], {}, 400, 'bad_command'],
    ['process_info', [], {}, 400, 'bad_command'],
    ['process_info', ['one'], {}, 400, 'bad_command'],
    ['process_info', [1.5], {}, 400, 'bad_command'],
    ['process_info', [99], {}, 404, 'not_found'],
    ['process_stats', [99], {}, 404, 'not_found'],
    ['stop_process', [99], {}, 404, 'not_found'],
    ['kill', [99, 'HUP'], {}, 404, 'not_found'],
    ['kill', [1], {}, 400, 'bad_command'],
    ['kill', [1, {}], {}, 400, 'bad_signal'],
    ['send', [1], {}, 400, 'bad_command'],
    ['send', [1, 5], {}, 400, 'bad_command'],
    ['send', [1, ['x', 5]], {}, 400, 'bad_command'],
    ['send', [1, 'x', 5], {}, 400, 'bad_command'],
    ['send', [99, 'x'], {}, 404, 'not_found'],
    ['send', [2, 'x'], {}, 404, 'stream_not_found'],
    ['send', [1, 'x', 'none'], {}, 404, 'stream_not_found'],
    ['send', [1, 'x', 'out'], {}, 403, 'EPERM'],
  ])('%s %j %j is refused with %i %s, and the channel stays open', async ([name, args, kwargs, errno, reason]) => {
    const answer = await client.command(name, args, kwargs);
    expect(answer).toEqual({ id: ANY_TEXT, error: { errno, reason, message: ANY_TEXT } });
    expect(client.messages.at(-1)).toMatchObject({ event: 'gaffer:command_error' });
    expect(await client.command('pids')).toMatchObject({ result: { pids: [1, 2] } });
    expect(api.warnings).toEqual([]);
  });
});

describe('a command', () => {
  test.for([['text'], [''], [0], [1.5], [true], [false], [[1, 'x', null]], [{ a: { b: 1 } }], ['ä\u2028"']])(
    'is answered with its identity, as it came: %j',
    async ([identity], { api }) => {
      const client = await ChannelClient.open(api.port);
      client.say({ event: 'CMD', data: { identity, name: 'sessions' } });
      expect(await client.find(() => true)).toEqual({ event: 'gaffer:command_success', data: { id: identity, result: { sessions: [] } } });
      client.say({ event: 'CMD', data: { identity, name: 'info' } });
      expect(await client.find(({ event }) => event === 'gaffer:command_error')).toMatchObject({ data: { id: identity } });
    },
  );

  test('does what it answers', async ({ api }) => {
    const client = await openAll(api);
    onTestFinished(() => client.socket.terminate());
    await client.command('load', [{ name: 'new', cmd: 'sleep 9', env: { A: '1', B: '1' } }], { start: false, env: { B: '2' } });
    expect(await client.command('info', ['default.new'])).toMatchObject({ result: { info: { running: 0, config: { env: { A: '1', B: '2' } } } } });
    await client.command('start_job', ['new']);
    expect(await client.command('info', ['new'])).toMatchObject({ result: { info: { running: 1 } } });
    await client.command('update', [{ name: 'new', cmd: 'sleep 9', numprocesses: 2 }]);
    expect(await client.command('info', ['new'])).toMatchObject({ result: { info: { max_processes: 2 } } });
    await client.command('unload', ['new']);
    expect(await client.command('jobs')).toMatchObject({ result: { jobs: ['test.Web', 'test.a.b', 'other.quiet'] } });
    await client.command('unload', ['a.b'], { sessionid: 'test' });
    await client.command('unload', ['other.quiet']);
    expect(await client.command('jobs')).toMatchObject({ result: { jobs: ['test.Web'] } });
  });

  test('that fails as nothing should is answered, and told to whoever runs the node', async () => {
    const broken = (node: GafferNode): GafferNode =>
      new Proxy(node, {
        get: (target, name) => {
          if (name === 'sessions') {
            return () => Promise.reject(new TypeError('a secret'));
          }
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    const api = await openApi({}, broken);
    const client = await ChannelClient.open(api.port);
    const answer = await client.command('sessions');
    expect(answer).toEqual({ id: ANY_TEXT, error: { errno: 500, reason: 'internal_error', message: ANY_TEXT } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(api.warnings).toEqual(['the command sessions failed: TypeError: a secret']);
    expect(await client.command('jobs')).toMatchObject({ result: { jobs: [] } });
  });
});

describe('commands', () => {
  test('are begun in their order, and one that takes its time holds up no other', async ({ api }) => {
    await api.load('stubborn', `sh -c 'trap "" TERM; while :; do echo ready; sleep 0.1; done'`, { graceful_timeout: 60 });
    const client = await ChannelClient.open(api.port);
    await client.subscribe('STREAM:1');
    await client.event('STREAM:1');
    await client.subscribe('EVENTS');
    const answers = await Promise.all([
      client.command('unload', ['test.stubborn']),
      client.command('jobs'),
      client.command('load', [{ name: 'next', cmd: 'sleep 9' }]),
    ]);
    expect(answers).toMatchObject([{ result: { ok: true } }, { result: { jobs: [] } }, { result: { ok: true } }]);
    expect(client.eventsOf('EVENTS').map(({ event }) => event)).not.toContain('exit');
    await api.supervisor.signalProcess(1, 'SIGKILL');
    await client.event('EVENTS', ({ event }) => event === 'exit');
  });

  test('by the hundred are all answered, in their order', async ({ api }) => {
    await api.load('web', 'sleep 100', { start: false });
    const client = await ChannelClient.open(api.port);
    for (let id = 0; id < 1000; id += 1) {
      client.say({ event: 'CMD', data: { identity: id, name: id % 2 === 0 ? 'jobs' : 'dance' } });
    }
    await client.find(({ data }) => (data as { id?: number } | undefined)?.id === 999);
    expect(client.messages.map(({ data }) => (data as { id: number }).id)).toEqual(Array.from({ length: 1000 }, (_, id) => id));
  });
});

/** The answers to sends that have come so far: `ok`, or why not. */
function sent(client: ChannelClient): readonly string[] {
  return client.messages
    .map(({ data }) => (data ?? {}) as { id?: unknown; error?: { reason: string } })
    .filter(({ id }) => typeof id === 'string' && id.startsWith('piece'))
    .map(({ error }) => error?.reason ?? 'ok');
}

/** Sends pieces without waiting for answers. */
function sendPieces(client: ChannelClient, pieces: readonly string[]): void {
  for (const [index, piece] of pieces.entries()) {
    client.say({ event: 'CMD', data: { identity: `piece ${index}`, name: 'send', args: [1, piece] } });
  }
}

describe('what is sent to a process', () => {
  test('arrives in its order, as it is', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true });
    const client = await ChannelClient.open(api.port);
    await client.subscribe('STREAM:1');
    const lines = Array.from({ length: 500 }, (_, index) => `${index} ä€😀\0\n`);
    await Promise.all(lines.map((line) => client.command('send', [1, line])));
    const output = (): string =>
      client
        .eventsOf('STREAM:1')
        .map(({ data }) => data)
        .join('');
    await becomes(() => output().length >= lines.join('').length, 10_000);
    expect(output()).toBe(lines.join(''));
  });

  test('waits for one that does not read, and holds up no other command for long', async ({ api }) => {
    await api.load('web', 'sleep 100', { redirect_input: true });
    const client = await ChannelClient.open(api.port);
    sendPieces(client, Array<string>(2000).fill('x'.repeat(4000)));
    expect(await client.command('jobs')).toMatchObject({ result: { jobs: ['test.web'] } });
    expect(new Set(sent(client))).toEqual(new Set(['ok', 'busy']));
    expect(sent(client).filter((answer) => answer === 'ok').length).toBeLessThan(200); // what fits into its pipe
    await client.command('unload', ['test.web']);
    await becomes(() => sent(client).length === 2000, 10_000);
    expect(new Set(sent(client))).toEqual(new Set(['ok', 'busy', 'EIO']));
  });

  test('holds its sender back while the process is slow, and all of it is written', async ({ api }) => {
    await api.load('web', `sh -c 'read go <&3; wc -c'`, { redirect_input: true, custom_streams: ['ctl'] });
    const client = await ChannelClient.open(api.port);
    await client.subscribe('STREAM:1');
    sendPieces(client, Array<string>(1000).fill('x'.repeat(4000)));
    await becomes(() => sent(client).length > 15, 10_000); // its pipe is full
    expect(sent(client).length).toBeLessThan(200);
    await (await api.supervisor.stream(1, 'ctl')).write('go\n');
    await becomes(() => sent(client).length === 1000, 10_000);
    expect(new Set(sent(client))).toEqual(new Set(['ok']));
    (await api.supervisor.stream(1, 'stdin')).end();
    expect(await client.event('STREAM:1')).toMatchObject({ data: '4000000\n' });
  });

  test('is refused where more waits than may', async ({ api }) => {
    await api.load('web', 'sleep 100', { redirect_input: true });
    const client = await ChannelClient.open(api.port);
    sendPieces(client, Array<string>(8).fill('x'.repeat(1_000_000)));
    await becomes(() => sent(client).includes('busy'), 10_000);
    expect(sent(client)).toContain('busy');
    expect(await client.command('kill', [1, 'KILL'])).toMatchObject({ result: { ok: true } });
  });
});

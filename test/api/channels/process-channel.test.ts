import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { JobConfig } from '../../../src/job/config.ts';
import { EventLog } from '../../support/event-log.ts';
import { FrameClient } from '../../support/frame-client.ts';
import { becomes } from '../../support/processes.ts';
import { clientFrame, RawClient } from '../../support/raw-client.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { openApi, type TestApi, test } from '../../support/test-api.ts';

const BOTH: Partial<JobConfig> = { redirect_input: true, redirect_output: ['out', 'err'] };
const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('a channel to a process', () => {
  test('tells what it writes, in frames with ids of their own', async ({ api }) => {
    await api.load('web', 'cat', BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    client.write('a', 'one');
    await client.output.until('one');
    client.write('b', 'two');
    await client.output.until('onetwo');
    expect(client.ids).toHaveLength(2);
    expect(new Set(client.ids).size).toBe(2);
    expect(await client.answer('a')).toEqual(['response', 'OK']);
    expect(await client.answer('b')).toEqual(['response', 'OK']);
  });

  test.for<readonly [string]>([
    ['/1/channel'],
    ['/1/channel?mode=3'],
    ['/1/channel?mode='],
    ['/1/channel?mode=1&x=2'],
    ['/1/channel/out'],
    ['/1/channel/%6fut?mode=1'],
  ])('%s reads the first output', async ([path], { api }) => {
    await api.load('web', `sh -c 'read x; echo err >&2; echo out'`, BOTH);
    const client = await FrameClient.open(api.port, path);
    await (await api.supervisor.stream(1, 'stdin')).write('\n');
    await client.closing;
    expect(client.output.text).toBe('out\n');
  });

  test('with mode 1 reads, and what is written there is refused', async ({ api }) => {
    await api.load('web', 'cat', BOTH);
    const client = await FrameClient.open(api.port, '/1/channel?mode=1');
    client.write('x', 'y');
    expect(await client.answer('x')).toEqual(['error', '{"error":"EPERM","errno":403}']);
    expect(client.output.text).toBe('');
  });

  test('with mode 1 needs no stdin, and with mode 2 no output', async ({ api }) => {
    await api.load('reads', 'cat', { redirect_output: ['out'] });
    await api.load('writes', 'cat', { redirect_input: true, redirect_output: [] });
    await FrameClient.open(api.port, '/1/channel?mode=1');
    const client = await FrameClient.open(api.port, '/2/channel?mode=2');
    client.write('x', 'y');
    expect(await client.answer('x')).toEqual(['response', 'OK']);
  });

  test('with mode 2 writes, and tells nothing of what is read', async ({ api }) => {
    await api.load('web', 'cat', BOTH);
    const reader = await FrameClient.open(api.port, '/1/channel?mode=1');
    const writer = await FrameClient.open(api.port, '/1/channel?mode=2');
    writer.write('x', 'y');
    await reader.output.until('y');
    expect(await writer.answer('x')).toEqual(['response', 'OK']);
    expect(writer.output.text).toBe('');
  });

  test('can name an output; what is written goes to stdin', async ({ api }) => {
    await api.load('web', `sh -c 'cat >&2'`, BOTH);
    const client = await FrameClient.open(api.port, '/1/channel/err');
    client.write('x', 'to err');
    await client.output.until('to err');
    expect(await client.answer('x')).toEqual(['response', 'OK']);
  });

  test('that names an output reads it without a stdin too; who writes is told', async ({ api }) => {
    await api.load('web', 'sh -c "echo out; exec sleep 100"', { redirect_output: ['out'] });
    const client = await FrameClient.open(api.port, '/1/channel/out');
    client.write('x', 'y');
    expect(await client.answer('x')).toEqual(['error', '{"error":"EPERM","errno":403}']);
  });

  test.for<readonly [string]>([['/1/channel/ctl'], ['/1/channel/ctl?mode=2']])('reads and writes a custom stream: %s', async ([path], { api }) => {
    await api.load('web', `sh -c 'while read x <&3; do echo "got $$x" >&3; done'`, { custom_streams: ['ctl'], redirect_output: ['out'] });
    const client = await FrameClient.open(api.port, path);
    client.write('x', 'ping\n');
    await client.output.until('got ping');
    expect(await client.answer('x')).toEqual(['response', 'OK']);
  });

  test('harms no byte, NUL neither', async ({ api }) => {
    await api.load('web', 'cat', BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    client.write('all', Buffer.concat([ALL_BYTES, Buffer.alloc(10), ALL_BYTES]));
    await becomes(() => client.output.bytes.length >= 522, 10_000);
    expect(client.output.bytes).toEqual(Buffer.concat([ALL_BYTES, Buffer.alloc(10), ALL_BYTES]));
  });

  test('passes 20 MB on in both directions at once', { timeout: 60_000 }, async ({ api }) => {
    await api.load('web', 'cat', BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    const bytes = randomBytes(20_000_000);
    for (let at = 0, id = 0; at < bytes.length; at += 500_000, id += 1) {
      client.write(String(id), bytes.subarray(at, at + 500_000));
    }
    await becomes(() => client.answers.length === 40, 40_000);
    expect(
      new Set(client.answers.map((answer) => (typeof answer === 'object' ? `${answer.type} ${Buffer.from(answer.body).toString()}` : answer))),
    ).toEqual(new Set(['response OK']));
    (await api.supervisor.stream(1, 'stdin')).end();
    await client.closing;
    expect(hashOf(client.output.bytes)).toBe(hashOf(bytes));
  });

  test('answers each piece when the process has taken it, and not before', async ({ api }) => {
    await api.load('web', 'sleep 100', BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    client.write('fits', 'x');
    expect(await client.answer('fits')).toEqual(['response', 'OK']);
    client.write('too-much', Buffer.alloc(250_000));
    client.write('behind', 'x');
    client.socket.send('no frame, so that it is answered at once');
    await client.answer('gaffer_error');
    expect(client.answers).toHaveLength(2);
    await api.supervisor.signalProcess(1, 'SIGKILL');
    expect(await client.answer('too-much')).toEqual(['error', '{"error":"EIO","errno":500}']);
    expect(await client.answer('behind')).toEqual(['error', '{"error":"EIO","errno":500}']);
  });

  test('keeps a client from sending while the process does not read, and nothing gathers', async ({ api }) => {
    await api.load('web', 'sleep 100', BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    for (let id = 0; id < 300; id += 1) {
      client.write(String(id), Buffer.alloc(100_000));
    }
    await becomes(() => client.socket.bufferedAmount === 0, 500);
    const stuck = client.socket.bufferedAmount;
    expect(stuck).toBeGreaterThan(10_000_000);
    expect(client.answers.every((answer) => typeof answer === 'object' && answer.type === 'response')).toBe(true);
    expect((await api.ask('GET', '/ping')).status).toBe(200);
  });

  test('takes what comes before it is open', async ({ api }) => {
    await api.load('web', 'cat', BOTH);
    const client = await RawClient.open({ port: api.port });
    client.upgrade('/1/channel');
    client.send(clientFrame(Buffer.from('V1 message a\0early'), { opcode: 2 }));
    client.send(clientFrame(Buffer.from('V1 message b\0, too'), { opcode: 2 }));
    await client.log.until(/V1 response b\0OK/);
    await client.log.until(/early[^]*, too/);
  });

  test('takes frames in texts as well', async ({ api }) => {
    await api.load('web', 'cat', BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    client.socket.send('V1 message x\0ä');
    expect(await client.answer('x')).toEqual(['response', 'OK']);
    await client.output.until('ä');
  });

  test.for([
    ['nothing', ''],
    ['no NUL', 'V1 message x hello'],
    ['another version', 'V2 message x\0hello'],
    ['an unknown type', 'V1 shout x\0hello'],
    ['no id', 'V1 message\0hello'],
    ['an empty id', 'V1 message \0hello'],
    ['an id of two words', 'V1 message a b\0hello'],
    ['a head that goes on and on', `V1 message ${'x'.repeat(5000)}\0hello`],
  ])('answers what is no frame, and goes on: %s', async ([, text], { api }) => {
    await api.load('web', 'cat', BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    client.socket.send(Buffer.from(text ?? ''));
    expect(await client.answer('gaffer_error')).toEqual(['error', '{"error":"EINVAL","errno":400}']);
    client.write('next', 'hello');
    expect(await client.answer('next')).toEqual(['response', 'OK']);
    await client.output.until('hello');
    expect(client.output.text).toBe('hello');
  });

  test('takes no notice of answers that it has not asked for', async ({ api }) => {
    await api.load('web', 'cat', BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    client.send({ type: 'response', id: 'a', body: Buffer.from('OK') });
    client.send({ type: 'error', id: 'b', body: Buffer.from('{}') });
    client.write('c', 'x');
    await client.answer('c');
    expect(client.answers).toHaveLength(1);
  });

  test('answers each of several clients only what it has asked', async ({ api }) => {
    await api.load('web', 'cat', BOTH);
    const clients = await Promise.all([1, 2, 3].map(() => FrameClient.open(api.port, '/1/channel')));
    for (const [index, client] of clients.entries()) {
      client.write(`id ${index}`.replace(' ', '-'), `${index}`);
    }
    for (const client of clients) {
      await becomes(() => client.output.text.length === 3, 10_000);
      await becomes(() => client.answers.length === 1, 10_000);
      expect([Array.from(client.output.text).sort().join(''), client.answers.length]).toEqual(['012', 1]);
    }
  });
});

describe('a channel that cannot be had', () => {
  async function open(api: TestApi): Promise<void> {
    await api.load('silent', 'sleep 100', { redirect_output: [] });
    await api.load('deaf', 'sleep 100', { redirect_output: ['out'], custom_streams: ['ctl'] });
    await api.load('mute', 'sleep 100', { redirect_output: [], redirect_input: true });
  }

  test.for([
    ['/99/channel', 'not_found', 404],
    ['/99/channel/out', 'not_found', 404],
    ['/1/channel', 'EPERM', 403],
    ['/1/channel?mode=1', 'EPERM', 403],
    ['/1/channel?mode=2', 'EPERM', 403],
    ['/2/channel', 'EPERM', 403],
    ['/2/channel?mode=2', 'EPERM', 403],
    ['/2/channel/out?mode=2', 'EPERM', 403],
    ['/3/channel', 'EPERM', 403],
    ['/3/channel?mode=1', 'EPERM', 403],
    ['/2/channel/none', 'ENOENT', 404],
    ['/2/channel/stdin', 'ENOENT', 404],
    ['/3/channel/stdin', 'ENOENT', 404],
    ['/2/channel/__proto__', 'ENOENT', 404],
    ['/2/channel/a/b', 'ENOENT', 404],
  ] as const)('%s is told %s (%i) and closed', async ([path, error, errno], { api }) => {
    await open(api);
    const client = await FrameClient.open(api.port, path);
    expect(await client.answer('gaffer_error')).toEqual(['error', JSON.stringify({ error, errno })]);
    expect(await client.closing).toMatchObject({ code: 1000 });
    expect(client.answers).toHaveLength(1);
  });

  test.for([
    ['/1/channel?mode=0', 400],
    ['/1/channel?mode=4', 400],
    ['/1/channel?mode=-1', 400],
    ['/1/channel?mode=read', 400],
    ['/1/channel/%zz', 400],
    ['/1/channel/', 404],
    ['/1/channels', 404],
    ['/x/channel', 404],
    ['/1/2/channel', 404],
    ['/-1/channel', 404],
  ] as const)('%s is answered with %i and JSON, and without a WebSocket', async ([path, status], { api }) => {
    const client = await RawClient.open({ port: api.port });
    client.upgrade(path);
    expect(await client.json()).toMatchObject({ errno: status, error: expect.anything() as unknown, reason: expect.any(String) as unknown });
    expect(await client.status()).toBe(status);
    await client.over;
  });

  test.for<readonly [string]>([['/1/channel'], ['/99/channel'], ['/1/channel/out'], ['/1/channel?mode=2'], ['/wstreams/1']])(
    'GET %s without a WebSocket is 400, and says what is expected',
    async ([path], { api }) => {
      const { status, json } = await api.ask('GET', path);
      expect([status, json]).toEqual([
        400,
        { error: 'bad_request', errno: 400, reason: 'expected a WebSocket here: a GET with "Upgrade: websocket"', code: 'bad_request' },
      ]);
      expect(await api.ask('HEAD', path)).toMatchObject({ status: 400, text: '' });
      expect(await api.ask('OPTIONS', path)).toMatchObject({ status: 204, headers: { allow: 'GET, HEAD, OPTIONS' } });
      expect(await api.ask('POST', path, { body: 'x' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } });
    },
  );
});

describe('the end of a process', () => {
  test('closes the channel, behind all that it wrote', async ({ api }) => {
    await api.load('web', `sh -c 'read x; head -c 3000000 /dev/zero; printf last'`, BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    client.write('go', '\n');
    expect(await client.closing).toEqual({ code: 1000, reason: 'the process has ended' });
    expect(client.output.bytes.length).toBe(3_000_004);
    expect(client.output.bytes.subarray(-4).toString()).toBe('last');
  });

  test('closes one that only writes, and one to a custom stream', async ({ api }) => {
    await api.load('web', 'sleep 100', { ...BOTH, custom_streams: ['ctl'] });
    const clients = await Promise.all(['?mode=1', '?mode=2', '', '/ctl', '/err'].map((path) => FrameClient.open(api.port, `/1/channel${path}`)));
    await api.supervisor.signalProcess(1, 'SIGKILL');
    for (const client of clients) {
      expect(await client.closing).toEqual({ code: 1000, reason: 'the process has ended' });
    }
  });

  test('closes it although somebody else holds the pipe, when that is quiet', async ({ api }) => {
    const exited = join(tempFolder(), 'exited');
    await api.load('web', `sh -c 'read x; setsid sh -c "while ! [ -e ${exited} ]; do sleep 0.01; done; echo late; exec sleep 1" & echo soon'`, BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    const own = new EventLog(api.supervisor);
    client.write('go', '\n');
    await own.next('exit');
    writeFileSync(exited, '');
    expect(await client.closing).toEqual({ code: 1000, reason: 'the process has ended' });
    expect(client.output.text).toBe('soon\nlate\n');
  });

  test('loses nothing for a slow reader', { timeout: 60_000 }, async ({ api }) => {
    await api.load('web', `sh -c 'read x; head -c 12000000 /dev/zero; printf last'`, BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    client.write('go', '\n');
    const timer = setInterval(() => {
      client.socket.resume();
      setTimeout(() => client.socket.pause(), 2);
    }, 40);
    const { code } = await client.closing;
    clearInterval(timer);
    expect([code, client.output.bytes.length]).toEqual([1000, 12_000_004]);
  });

  test('does not cut off one reader while another one holds the pipe', async ({ api }) => {
    await api.load('web', `sh -c 'read x; printf last'`, BOTH);
    const events = new EventLog(api.supervisor);
    const client = await FrameClient.open(api.port, '/1/channel');
    const release = (await api.supervisor.stream(1)).hold();
    client.write('go', '\n');
    await events.next('exit');
    await Promise.race([client.closing, new Promise((resolve) => setTimeout(resolve, 700))]); // that it stays open has no event
    release();
    expect(await client.closing).toEqual({ code: 1000, reason: 'the process has ended' });
    expect(client.output.text).toBe('last');
  });

  test('is told to a reader that has stopped reading in time with 1013', async ({ api }) => {
    await api.load('web', `sh -c 'read x; head -c 20000000 /dev/zero; exec sleep 100'`, BOTH);
    const client = await FrameClient.open(api.port, '/1/channel');
    client.write('go', '\n');
    client.socket.pause();
    const stream = await api.supervisor.stream(1);
    await becomes(() => stream.isHeld === true, 10_000);
    await becomes(() => stream.isHeld === false, 10_000);
    expect(stream.isHeld).toBe(false);
    client.socket.resume();
    expect(await client.closing).toMatchObject({ code: 1013 });
  });

  test('is noticed by one that was opened at that moment', async () => {
    let gone = (): void => undefined;
    const api = await openApi({}, (node) => {
      const stream: typeof node.stream = async (...args) => {
        const found = await node.stream(...args);
        await node.signalProcess(1, 'SIGKILL');
        await new Promise<void>((resolve) => {
          gone = resolve;
        });
        return found;
      };
      return new Proxy(node, {
        get: (target, name) => {
          const value: unknown = name === 'stream' ? stream : Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    });
    await api.load('web', `sh -c '(trap "" TERM; exec sleep 3) & exec sleep 100'`, { ...BOTH, numprocesses: 1, on_exit: 'ignore' });
    const events = new EventLog(api.supervisor);
    const client = await FrameClient.open(api.port, '/1/channel');
    await events.next('exit');
    gone();
    expect(await client.closing).toMatchObject({ code: 1000 });
  });
});

describe('a client that goes away', () => {
  test.for([['close'], ['terminate'], ['reset']] as const)(
    'leaves nobody behind who listens, nor a process that is held: %s',
    async ([how], { api }) => {
      await api.load('web', `sh -c 'while :; do head -c 100000 /dev/zero; sleep 0.01; done'`, BOTH);
      const client = await RawClient.open({ port: api.port });
      client.upgrade('/1/channel');
      await client.log.until('V1 message');
      if (how === 'close') {
        client.send(clientFrame('', { opcode: 8 }));
      } else if (how === 'terminate') {
        client.socket.end();
      } else {
        client.reset();
      }
      await client.over;
      const stream = await api.supervisor.stream(1);
      await becomes(() => stream.isHeld !== true, 10_000);
      expect(stream.isHeld).toBe(false);
    },
  );
});

describe("0.4's /wstreams", () => {
  test('passes bytes as they are, in both directions', async ({ api }) => {
    await api.load('web', 'cat', BOTH);
    const client = await FrameClient.open(api.port, '/wstreams/1');
    client.socket.send(ALL_BYTES);
    client.socket.send('text ä');
    await becomes(() => client.output.bytes.length >= 263, 10_000);
    expect(client.output.bytes).toEqual(Buffer.concat([ALL_BYTES, Buffer.from('text ä')]));
    expect(client.answers).toEqual([]);
  });

  test.for([
    ['/wstreams/99', { error: 'not_found', errno: 404 }],
    ['/wstreams/1', { error: 'forbidden_write', errno: 403 }],
    ['/wstreams/2', { error: 'forbidden_write', errno: 403 }],
    ['/wstreams/web', { error: 'bad_value', errno: 400 }],
    ['/wstreams/1.5', { error: 'bad_value', errno: 400 }],
  ] as const)('%s is told %o and closed', async ([path, error], { api }) => {
    await api.load('deaf', 'sleep 100', { redirect_output: ['out'] });
    await api.load('mute', 'sleep 100', { redirect_output: [], redirect_input: true });
    const client = await FrameClient.open(api.port, path);
    expect(await client.closing).toMatchObject({ code: 1000 });
    expect(client.answers.map((answer) => JSON.parse(answer as string) as unknown)).toEqual([error]);
  });

  test('is closed with the process', async ({ api }) => {
    await api.load('web', `sh -c 'read x; echo "got $$x"'`, BOTH);
    const client = await FrameClient.open(api.port, '/wstreams/1');
    client.socket.send('x\n');
    expect(await client.closing).toEqual({ code: 1000, reason: 'the process has ended' });
    expect(client.output.text).toBe('got x\n');
  });
});

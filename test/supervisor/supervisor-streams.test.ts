import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test as plainTest } from 'vitest';
import type { ProcessStream } from '../../src/job/node.ts';
import { settle } from '../support/fake-clock.ts';
import { OutputLog } from '../support/output-log.ts';
import { becomes, bytesWritten } from '../support/processes.ts';
import { program } from '../support/programs.ts';
import { named, TestNode, test } from '../support/test-node.ts';

function logOf(stream: ProcessStream): OutputLog {
  const log = new OutputLog();
  stream.onData((chunk) => log.add(Buffer.from(chunk)));
  return log;
}

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const MEGABYTE = 1024 * 1024;

describe('the output of a process', () => {
  test('comes apart where stdout and stderr have labels of their own', async ({ node }) => {
    const web = await node.loadScript('web', 'echo to out; echo to err >&2', { redirect_output: ['out', 'err'], on_exit: 'ignore' });
    expect(await node.everything(web, 'out')).toBe('to out\n');
    expect(await node.everything(web, 'err')).toBe('to err\n');
  });

  test('keeps its order where both have the same label', async ({ node }) => {
    const script = 'i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo o$i; echo e$i >&2; done';
    const web = await node.loadScript('web', script, { on_exit: 'ignore' });
    const lines = Array.from({ length: 200 }, (_, i) => `o${i + 1}\ne${i + 1}\n`);
    expect(await node.everything(web)).toBe(lines.join(''));
    expect(node.outputs).toHaveLength(1);
  });

  test('is stdout alone where there is one label, and stderr goes nowhere', async ({ node }) => {
    const web = await node.loadScript('web', 'echo to err >&2; echo to out', { redirect_output: ['out'], on_exit: 'ignore' });
    expect(await node.everything(web)).toBe('to out\n');
  });

  test('goes nowhere without labels, and the process does not notice', async ({ node }) => {
    const web = await node.loadScript('web', 'echo to out && echo to err >&2 && exit 5', { redirect_output: [], on_exit: 'ignore' });
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'code', code: 5 } });
    expect(node.outputs).toEqual([]);
    await expect(node.supervisor.stream(1)).rejects.toMatchObject({ code: 'process_not_found' });
    expect((await node.supervisor.jobInfo(web)).state).toBe('done');
  });

  test('is all there when the process writes much and ends', async ({ node }) => {
    const web = await node.load('web', program('burst.sh', 300), { on_exit: 'ignore', numprocesses: 5 });
    await node.events.count('exit', 5);
    const lines = Array.from({ length: 300 }, (_, i) => `line ${i + 1}\n`).join('');
    expect(await node.everything(web)).toBe(lines.repeat(5));
  });

  test('is all there when the last bytes have no newline and the process is killed', async ({ node }) => {
    const web = await node.loadScript('web', 'printf "no newline"; kill -9 $$', { on_exit: 'ignore' });
    expect(await node.everything(web)).toBe('no newline');
  });

  test('is told before the exit', async ({ node }) => {
    const seen: string[] = [];
    node.supervisor.onOutput(({ stream }) => {
      stream.onData((chunk) => seen.push(Buffer.from(chunk).toString()));
      stream.onEnd(() => seen.push('end'));
    });
    node.supervisor.onEvent(({ type }) => seen.push(type));
    await node.loadScript('web', 'echo last words', { on_exit: 'ignore' });
    await node.events.next('done');
    expect(seen).toEqual(['load', 'start', 'spawn', 'last words\n', 'end', 'exit', 'done']);
  });

  test('can be written to by its name', async ({ node }) => {
    const script = 'echo one > /dev/stdout; echo two > /dev/stderr; echo three | tee /dev/stderr > /dev/null; echo four > /proc/self/fd/1';
    const web = await node.loadScript('web', script, { on_exit: 'ignore' });
    expect(await node.everything(web)).toBe('one\ntwo\nthree\nfour\n');
  });

  test('is known by its end as long as the process runs', async ({ node }) => {
    const web = await node.loadScript('web', 'echo one; echo two >&2; exec sleep 100', { redirect_output: ['out', 'err'] });
    await node.log(web, 'err').until('two');
    expect(Buffer.from(await node.supervisor.tail(1)).toString()).toBe('one\n');
    expect(Buffer.from(await node.supervisor.tail(1, 'err')).toString()).toBe('two\n');
    await expect(node.supervisor.tail(1, 'other')).rejects.toMatchObject({
      code: 'stream_not_found',
      message: 'process 1 has no stream "other"; its streams: out, err',
    });
  });

  test('can be followed by several, each for itself', async ({ node }) => {
    const web = await node.load('web', 'cat', { redirect_input: true });
    const stdin = await node.supervisor.stream(1, 'stdin');
    const out = await node.supervisor.stream(1);
    const seen: string[] = [];
    const endFirst = out.onData((chunk) => seen.push(`first ${Buffer.from(chunk).toString()}`));
    out.onData((chunk) => seen.push(`second ${Buffer.from(chunk).toString()}`));
    await stdin.write('a');
    await node.log(web).until('a');
    endFirst();
    await stdin.write('b');
    await node.log(web).until('b');
    expect(seen).toEqual(['first a', 'second a', 'second b']);
  });

  test('cannot be written to from outside', async ({ node }) => {
    await node.load('web', 'sleep 100');
    const out = await node.supervisor.stream(1, 'out');
    await expect(out.write('x')).rejects.toMatchObject({ code: 'not_writable' });
    out.end();
  });
});

describe('a held output', () => {
  test('makes the process wait, and nothing is lost', async ({ node }) => {
    const lines = 100_000;
    const web = await node.load('web', `seq ${lines}`, { on_exit: 'ignore', start: false });
    let release = (): void => undefined;
    const stop = node.supervisor.onOutput(({ stream }) => {
      release = stream.hold();
    });
    await node.supervisor.start(web);
    stop();
    const { process } = await node.events.next('spawn');
    // as much as the pipe takes, and no more
    expect(await becomes(() => bytesWritten(process.osPid) >= 65_536, 10_000)).toBe(true);
    await settle();
    expect(node.log(web).bytes.length).toBe(0);
    expect(bytesWritten(process.osPid)).toBeLessThan(140_000);
    release();
    const expected = Array.from({ length: lines }, (_, i) => `${i + 1}\n`).join('');
    expect((await node.everything(web)) === expected).toBe(true);
  });

  test('is read on only when everybody has let go', async ({ node }) => {
    const web = await node.load('web', 'cat', { redirect_input: true });
    const out = await node.supervisor.stream(1);
    const [first, second] = [out.hold(), out.hold()];
    await (await node.supervisor.stream(1, 'stdin')).write('hello');
    first();
    first();
    await settle();
    expect(node.log(web).text).toBe('');
    second();
    await node.log(web).until('hello');
  });

  test('does not hold up the news of an exit', async ({ node }) => {
    const web = await node.loadScript('web', 'echo hello; exit 3', { on_exit: 'ignore', start: false });
    let release = (): void => undefined;
    node.supervisor.onOutput(({ stream }) => {
      release = stream.hold();
    });
    await node.supervisor.start(web);
    await node.events.next('exit');
    expect(node.log(web).text).toBe('');
    release();
    expect(await node.everything(web)).toBe('hello\n');
  });
});

describe('the input of a process', () => {
  test('takes what is written, until its end', async ({ node }) => {
    const web = await node.load('web', 'cat', { redirect_input: true, on_exit: 'ignore' });
    const stdin = await node.supervisor.stream(1, 'stdin');
    await stdin.write('text ');
    await stdin.write(Buffer.from('bytes'));
    stdin.end();
    expect(await node.everything(web)).toBe('text bytes');
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'code', code: 0 } });
    await expect(stdin.write('more')).rejects.toMatchObject({ code: 'write_failed' });
  });

  test('is empty where the job does not ask for one', async ({ node }) => {
    const web = await node.loadScript('web', 'cat; echo end', { on_exit: 'ignore' });
    expect(await node.everything(web)).toBe('end\n');
    await node.load('other', 'sleep 100');
    await expect(node.supervisor.stream(2, 'stdin')).rejects.toMatchObject({ code: 'stream_not_found' });
  });

  test('keeps a writer waiting while the process does not read', async ({ node }) => {
    await node.load('web', 'sleep 100', { redirect_input: true });
    const stdin = await node.supervisor.stream(1, 'stdin');
    let written = 0;
    const feed = async (): Promise<void> => {
      for (;;) {
        await stdin.write(Buffer.alloc(64 * 1024));
        written += 1;
      }
    };
    const fed = feed();
    await settle();
    await settle();
    expect(written).toBeLessThan(20);
    node.supervisor.killAll();
    await expect(fed).rejects.toMatchObject({ code: 'write_failed' });
  });

  test.for<[string, string]>([
    ['alone', 'exec sleep 100'],
    ['while what it has started holds the pipe', 'exec 5<&0; sleep 100 & exec sleep 100'],
  ])('that waits is refused when the process ends %s, without reading it', async ([, script], { node }) => {
    await node.loadScript('web', script, { redirect_input: true, on_exit: 'ignore' });
    const stdin = await node.supervisor.stream(1, 'stdin');
    const writes = Array.from({ length: 3 }, () => stdin.write(Buffer.alloc(MEGABYTE)));
    const results = Promise.allSettled(writes);
    await settle();
    await node.supervisor.signalProcess(1, 'SIGKILL');
    for (const result of await results) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'write_failed', message: expect.stringMatching(/^the process does/) as string },
      });
    }
  });

  test('takes 4 MB at most that wait for the process, from all who write', async ({ node }) => {
    const web = await node.loadScript('web', 'read go <&3; cat | wc -c', { redirect_input: true, custom_streams: ['ctl'], on_exit: 'ignore' });
    const stdin = await node.supervisor.stream(1, 'stdin');
    const ctl = await node.supervisor.stream(1, 'ctl');
    const results = Promise.allSettled(Array.from({ length: 10 }, () => stdin.write(Buffer.alloc(MEGABYTE))));
    await ctl.write('go\n');
    const taken = (await results).filter(({ status }) => status === 'fulfilled').length;
    expect(taken).toBe(4);
    expect((await results).at(-1)).toMatchObject({
      reason: { code: 'stream_busy', message: expect.stringMatching(/^the process does not read: \d+ bytes wait/) as string },
    });
    await stdin.write('again'); // there is room again
    stdin.end();
    expect(Number(await node.everything(web))).toBe(taken * MEGABYTE + 5);
  });

  test('that was closed takes nothing more, and what waits is still read', async ({ node }) => {
    const web = await node.loadScript('web', 'read go <&3; cat | wc -c', { redirect_input: true, custom_streams: ['ctl'], on_exit: 'ignore' });
    const stdin = await node.supervisor.stream(1, 'stdin');
    const ctl = await node.supervisor.stream(1, 'ctl');
    const first = stdin.write(Buffer.alloc(3 * MEGABYTE));
    stdin.end();
    await expect(stdin.write('more')).rejects.toMatchObject({ code: 'write_failed', message: expect.stringContaining('was closed') as string });
    await ctl.write('go\n');
    await first;
    expect(Number(await node.everything(web))).toBe(3 * MEGABYTE);
  });

  test('that nobody reads any more says so', async ({ node }) => {
    const web = await node.loadScript('web', 'exec <&-; echo closed; exec sleep 100', { redirect_input: true });
    await node.log(web).until('closed');
    const stdin = await node.supervisor.stream(1, 'stdin');
    await expect(stdin.write('x')).rejects.toMatchObject({
      code: 'write_failed',
      message: expect.stringMatching(/^the process does not read any more: /) as string,
    });
  });

  test('ends with the process, also for who still listens', async ({ node }) => {
    await node.loadScript('web', 'exit 0', { redirect_input: true, on_exit: 'ignore' });
    const stdin = await node.supervisor.stream(1, 'stdin');
    await new Promise<void>((resolve) => {
      stdin.onEnd(resolve);
    });
    await new Promise<void>((resolve) => {
      stdin.onEnd(resolve); // at once, when it is so already
    });
  });
});

describe('custom streams', () => {
  test('are file descriptors from 3 on, both ways', async ({ node }) => {
    await node.load('web', program('side-channel.mjs'), { custom_streams: ['ctl', 'data'] });
    const [ctl, data] = await Promise.all([node.supervisor.stream(1, 'ctl'), node.supervisor.stream(1, 'data')]);
    const [ctlLog, dataLog] = [logOf(ctl), logOf(data)];
    await Promise.all([ctl.write('hello'), data.write('world')]);
    await Promise.all([ctlLog.until('3: hello'), dataLog.until('4: world')]);
  });

  test('end for the process when their writing side is closed', async ({ node }) => {
    const web = await node.loadScript('web', 'cat <&3; echo end', { custom_streams: ['ctl'], on_exit: 'ignore' });
    const ctl = await node.supervisor.stream(1, 'ctl');
    await ctl.write('hello ');
    ctl.end();
    expect(await node.everything(web)).toBe('hello end\n');
  });

  test('are not mixed up with an output of the same name', async ({ node }) => {
    await node.loadScript('web', 'echo out; echo side >&3; exec sleep 100', { custom_streams: ['out'] });
    await node.log(named('web'), 'out').until('out');
    await node.log(named('web'), 'out-3').until('side');
    expect(node.outputs.map(({ label, log }) => [label, log.text])).toEqual([
      ['out', 'out\n'],
      ['out-3', 'side\n'],
    ]);
  });
});

describe('custom channels', () => {
  test('pass a file on, behind the custom streams', async ({ node }) => {
    const file = join(tempFolder(), 'file');
    const fd = openSync(file, 'w');
    await node.loadScript('web', 'echo to the file >&4; exec sleep 100', { custom_streams: ['ctl'], custom_channels: [fd] });
    expect(await becomes(() => readFileSync(file, 'utf8') === 'to the file\n', 10_000)).toBe(true);
    closeSync(fd);
    expect((await node.supervisor.jobInfo(named('web'))).config).not.toHaveProperty('custom_channels');
  });

  test('pass a connection on', async ({ node }) => {
    const server = createServer();
    const path = join(tempFolder(), 'socket');
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    const [accepted, client] = await new Promise<[Socket, Socket]>((resolve) => {
      const connection = connect(path);
      server.once('connection', (socket) => resolve([socket, connection]));
    });
    const log = new OutputLog();
    client.on('data', (chunk: Buffer) => log.add(chunk));
    await node.loadScript('web', 'echo to the client >&3; exec sleep 100', { custom_channels: [accepted] });
    await log.until('to the client');
    accepted.destroy();
    client.destroy();
    server.close();
  });

  test('that are none are told of as a process that could not be started', async ({ node }) => {
    await node.load('web', 'sleep 100', { custom_channels: [{} as never], on_exit: 'ignore' });
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'not_started' } });
    expect(node.running).toEqual([]);
  });
});

describe('where no pipes can be made', () => {
  plainTest('output comes all the same, with a label for each', async () => {
    const node = new TestNode({ folder: '/no/such/folder' });
    await node.loadScript('web', 'echo to out; echo to err >&2', { on_exit: 'ignore' });
    expect(await node.everything(named('web'), 'out')).toBe('to out\n');
    expect(await node.everything(named('web'), 'out-2')).toBe('to err\n');
    await node.close();
  });

  plainTest('a held output makes the process wait, and nothing is lost', async () => {
    const node = new TestNode({ folder: '/no/such/folder' });
    const web = await node.load('web', 'seq 100000', { start: false, on_exit: 'ignore', redirect_output: ['out'] });
    let release = (): void => undefined;
    node.supervisor.onOutput(({ stream }) => {
      release = stream.hold();
    });
    await node.supervisor.start(web);
    await settle();
    expect(node.log(web).bytes.length).toBe(0);
    release();
    const expected = Array.from({ length: 100_000 }, (_, i) => `${i + 1}\n`).join('');
    expect((await node.everything(web)) === expected).toBe(true);
    await node.close();
  });
});

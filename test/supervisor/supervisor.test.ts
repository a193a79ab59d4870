import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { describe, expect, test as plainTest } from 'vitest';
import { isRunning } from '../../src/supervisor/process-table.ts';
import { freePort } from '../support/free-port.ts';
import { becomes } from '../support/processes.ts';
import { program } from '../support/programs.ts';
import { named, SESSION, TestNode, test } from '../support/test-node.ts';
import { takeWarnings } from '../support/warnings.ts';

describe('a job', () => {
  test('is a real process that is told of and can be looked at', async ({ node }) => {
    const web = await node.load('web', 'sleep 100', { args: ['200'], env: { A: '1' }, redirect_input: true, custom_streams: ['side'] });
    const { process } = await node.events.next('spawn');
    expect(isRunning(process.osPid)).toBe(true);
    const info = await node.supervisor.processInfo(process.pid);
    expect(info).toMatchObject({
      pid: 1,
      name: 'test.web',
      cmd: 'sleep',
      args: ['100', '200'],
      os_pid: process.osPid,
      uid: null,
      gid: null,
      commited: false,
      redirect_output: ['out', 'out'],
      redirect_input: true,
      custom_streams: ['side'],
      active: true,
      slot: 1,
      restarts: 0,
    });
    expect(info.env).toMatchObject({ A: '1', PS: 'web.1', GAFFER_RUN_ID: node.supervisor.runId });
    expect(Math.abs(info.create_time - Date.now() / 1000)).toBeLessThan(60);
    expect(await node.supervisor.jobInfo(web)).toMatchObject({
      name: 'test.web',
      active: true,
      running: 1,
      running_out: 0,
      max_processes: 1,
      processes: [1],
      state: 'started',
    });
  });

  test('shows its configuration as it was given, without what is of no use to others', async ({ node }) => {
    const config = { name: 'web', cmd: 'sleep 100', numprocesses: 2 };
    await node.supervisor.load(SESSION, { ...config, start: true, custom_channels: [] });
    expect((await node.supervisor.jobInfo(named('web'))).config).toEqual(config);
  });

  test('that is wrong is not loaded', async ({ node }) => {
    await expect(node.supervisor.load(SESSION, { name: 'web' } as never)).rejects.toMatchObject({ code: 'invalid_config' });
    await expect(node.supervisor.load(SESSION, { name: 'web', cmd: 'x', graceful: 3 } as never)).rejects.toThrow(/^graceful: no such job setting/);
    expect(await node.supervisor.sessions()).toEqual([]);
  });

  test('gets its ports by slot, and keeps them over restarts', async ({ node }) => {
    const web = await node.loadScript('web', 'echo $PS $PORT; exec sleep 100', { port: 5000, numprocesses: 2 });
    await node.events.count('spawn', 2);
    await Promise.all(node.outputs.map(({ log }) => log.until('\n')));
    await node.supervisor.restart(web);
    await node.events.count('spawn', 4);
    await Promise.all(node.outputs.map(({ log }) => log.until('\n')));
    expect(node.outputs.map(({ log }) => log.text).sort()).toEqual(['web.1 5000\n', 'web.1 5000\n', 'web.2 5001\n', 'web.2 5001\n']);
  });

  test('is warned of when its port is taken', async ({ node }) => {
    const server = createServer();
    const port = await freePort(); // nobody else has one like it, nor the one below
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await node.load('web', 'sleep 100', { port: port - 1, numprocesses: 2 });
    await node.events.count('spawn', 2);
    expect(node.events.of('port_taken')).toEqual([expect.objectContaining({ name: 'test.web', slot: 2, port })]);
    server.close();
  });
});

describe('a signal', () => {
  test('reaches one process, or all of a job', async ({ node }) => {
    const web = await node.load('web', program('says-signals.mjs'), { numprocesses: 2 });
    await node.events.count('spawn', 2);
    await Promise.all(node.outputs.map(({ log }) => log.until('ready')));
    await node.supervisor.signalProcess(2, 'SIGHUP');
    const ofPid = (pid: number) => node.outputs.find((output) => output.pid === pid)!.log;
    await ofPid(2).until('SIGHUP');
    expect(ofPid(1).text).toBe('ready\n');
    await node.supervisor.signalJob(web, 'SIGUSR2');
    await Promise.all(node.outputs.map(({ log }) => log.until('SIGUSR2')));
    expect(node.events.of('kill').map((event) => [event.signal, event.process?.pid])).toEqual([
      ['SIGHUP', 2],
      ['SIGUSR2', undefined],
      ['SIGUSR2', 1],
      ['SIGUSR2', 2],
    ]);
  });

  test('that ends a process is told with its exit, and the process is replaced', async ({ node }) => {
    await node.load('web', 'sleep 100');
    await node.supervisor.signalProcess(1, 'SIGKILL');
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'signal', signal: 'SIGKILL' }, requested: false });
    await node.events.count('spawn', 2);
  });

  test('reaches nobody when there is nobody', async ({ node }) => {
    await expect(node.supervisor.signalProcess(1, 'SIGTERM')).rejects.toMatchObject({ code: 'process_not_found' });
    await expect(node.supervisor.signalJob(named('web'), 'SIGTERM')).rejects.toMatchObject({ code: 'job_not_found' });
  });
});

describe('a committed process', () => {
  test('runs beside the others with what it alone is given, and nobody replaces it', async ({ node }) => {
    const web = await node.loadScript('web', 'echo "got $A"; exec sleep 100', { env: { A: 'usual' } });
    await node.log(web).until('got usual');
    const pid = await node.supervisor.commit(web, { env: { A: 'own' } });
    await node.log(web).until('got own');
    expect(await node.supervisor.processInfo(pid)).toMatchObject({ commited: true, slot: 0 });
    expect(await node.supervisor.jobInfo(web)).toMatchObject({ running: 2, running_out: 1, processes: [1, pid] });
    expect(await node.supervisor.pids(web)).toEqual([1]);
    await node.supervisor.stopProcess(pid);
    expect(await node.events.next('exit')).toMatchObject({ requested: true, process: { committed: true } });
    await node.supervisor.restart(web);
    await node.log(web).until('got usual');
    expect(node.events.of('spawn').map((event) => event.process.slot)).toEqual([1, 0, 1]);
  });

  test('has a grace time of its own', async ({ node }) => {
    const web = await node.load('web', program('ignores-term.sh'), { start: false, graceful_timeout: 3600 });
    const pid = await node.supervisor.commit(web, { gracefulTimeoutMs: 1 });
    await node.log(web).until('ready');
    await node.supervisor.stopProcess(pid);
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'signal', signal: 'SIGKILL' }, requested: true });
  });

  test('that ends by itself is told of as any exit', async ({ node }) => {
    const web = await node.loadScript('web', 'exit 3', { start: false });
    await node.supervisor.commit(web);
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'code', code: 3 }, requested: false });
    expect(node.supervisor.isIdle).toBe(true);
  });
});

describe('statistics', () => {
  test('are plain numbers, and the same as the wire has them', async ({ node }) => {
    const web = await node.load('web', program('ignores-term.sh'));
    await node.log(web).until('ready');
    const stats = await node.supervisor.processStats(1);
    expect(stats.rss).toBeGreaterThan(0);
    expect(stats.vsz).toBeGreaterThan(stats.rss ?? 0);
    const seconds = stats.cpu_seconds ?? 60;
    expect(seconds).toBeLessThan(1);
    expect(stats).toMatchObject({ cpu: 0, ctime: `0:0${seconds.toFixed(2)}`, mem_info1: expect.stringMatching(/^\d+K$|^\d+M$/) as string });
    expect(stats.mem).toBeCloseTo(((stats.rss ?? 0) / totalmem()) * 100, 1);
  });

  test('count what a process has started too', async ({ node }) => {
    const web = await node.load('web', program('busy-child.sh'));
    await node.log(web).until('ready');
    await expect.poll(async () => (await node.supervisor.processStats(1)).cpu_seconds).toBeGreaterThanOrEqual(0.02);
    await expect.poll(async () => (await node.supervisor.processStats(1)).cpu).toBeGreaterThan(0); // the first look knows nothing of it
  });

  test('of a job sum up its processes, committed ones too', async ({ node }) => {
    const web = await node.load('web', program('ignores-term.sh'), { numprocesses: 2 });
    await node.supervisor.commit(web);
    await Promise.all(node.outputs.map(({ log }) => log.until('ready')));
    const stats = await node.supervisor.jobStats(web);
    expect(stats.name).toBe('test.web');
    expect(stats.stats.map(({ pid }) => pid)).toEqual([1, 2, 3]);
    expect(stats.stats.every(({ os_pid, rss }) => os_pid > 0 && (rss ?? 0) > 0)).toBe(true);
    expect(stats).toMatchObject({ cpu: 0, max_cpu: 0, min_cpu: 0 });
  });

  test('are not available for a job without a process', async ({ node }) => {
    const web = await node.load('web', 'sleep 100', { start: false });
    expect(await node.supervisor.jobStats(web)).toEqual({
      name: 'test.web',
      stats: [],
      mem: 'N/A',
      max_mem: 'N/A',
      min_mem: 'N/A',
      cpu: 'N/A',
      max_cpu: 'N/A',
      min_cpu: 'N/A',
    });
    await expect(node.supervisor.processStats(1)).rejects.toMatchObject({ code: 'process_not_found' });
  });

  test('of a process that waits for its start are those of nobody', async ({ node }) => {
    const loaded = node.load('web', 'sleep 100');
    const { stats } = await node.supervisor.jobStats(named('web'));
    expect(stats).toEqual([expect.objectContaining({ pid: 1, os_pid: 0, cpu: 'N/A', rss: null })]);
    await loaded;
  });
});

describe('many processes', () => {
  test('leave nothing behind when they are stopped in the middle of their start', async ({ node }) => {
    const loaded = node.load('web', 'sleep 100', { numprocesses: 100 });
    await node.events.count('spawn', 3);
    await node.supervisor.stop(named('web'));
    await loaded;
    expect(node.running).toEqual([]);
    expect(node.events.of('exit')).toHaveLength(node.events.of('spawn').length);
    expect(await node.supervisor.pids()).toEqual([]);
  });

  test('come up and go', async ({ node }) => {
    const web = await node.load('web', 'sleep 100', { numprocesses: 40 });
    expect(await node.supervisor.pids(web)).toHaveLength(40);
    expect(await node.supervisor.scale(web, { op: '=', n: 5 })).toBe(5);
    await node.events.count('exit', 35);
    expect(await node.supervisor.pids(web)).toEqual([36, 37, 38, 39, 40]);
  });

  test('that end at once are run again and again without losing a pipe or a process', async ({ node }) => {
    const web = await node.load('web', 'true', { flapping: false, redirect_output: ['out', 'err'], redirect_input: true, custom_streams: ['side'] });
    await node.events.count('exit', 200);
    await node.supervisor.stop(web);
    expect(await becomes(() => node.outputs.length >= 600, 10_000)).toBe(true);
    await Promise.all(node.outputs.map(({ end }) => end));
  });
});

describe('a supervisor', () => {
  test('tells what it does not know', async ({ node }) => {
    const { supervisor } = node;
    const unknown = { session: 'no', job: 'job' };
    const asks = [
      supervisor.unload(unknown),
      supervisor.reload(unknown),
      supervisor.update(unknown, { name: 'job', cmd: 'x' }),
      supervisor.start(unknown),
      supervisor.stop(unknown),
      supervisor.restart(unknown),
      supervisor.scale(unknown, { op: '+', n: 1 }),
      supervisor.commit(unknown),
      supervisor.jobInfo(unknown),
      supervisor.jobStats(unknown),
      supervisor.pids(unknown),
    ];
    for (const asked of asks) {
      await expect(asked).rejects.toMatchObject({ code: 'job_not_found', message: 'no job "no.job" is loaded' });
    }
    for (const asked of [
      supervisor.processInfo(7),
      supervisor.stopProcess(7),
      supervisor.tail(7),
      supervisor.stream(7),
      supervisor.pidOf(unknown, 1),
    ]) {
      await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/not_found$/) as string });
    }
  });

  test('leaves detached jobs alone when it is told to', async ({ node }) => {
    await node.load('web', 'sleep 100');
    const kept = await node.load('kept', 'sleep 100', { detach: true });
    await node.supervisor.stopAll({ keepDetached: true });
    expect((await node.supervisor.jobInfo(kept)).active).toBe(true);
    expect(node.running).toHaveLength(1);
  });

  test('stops one session and no other', async ({ node }) => {
    await node.load('web', 'sleep 100');
    await node.supervisor.load('other', { name: 'web', cmd: 'sleep 100', os_env: true });
    await node.supervisor.stopSession(SESSION);
    expect(node.running).toHaveLength(1);
  });

  test('kills everything at once: what it was stopping, what it was not, and what was committed to a stopped job', async ({ node }) => {
    const ignoring = program('ignores-term.sh');
    const stopped = await node.load('stopped', ignoring, { start: false, graceful_timeout: 3600 });
    await node.load('stopping', ignoring, { graceful_timeout: 3600 });
    await node.load('running', ignoring, { graceful_timeout: 3600 });
    await node.load('unloading', ignoring, { graceful_timeout: 3600 });
    await node.supervisor.commit(stopped);
    await Promise.all(node.outputs.map(({ log }) => log.until('ready')));
    void node.supervisor.stop(named('stopping'));
    const unloaded = node.supervisor.unload(named('unloading'));
    node.supervisor.killAll();
    await Promise.all([node.supervisor.stopAll(), unloaded]);
    expect(node.events.of('exit').map((event) => event.exit)).toEqual(Array.from({ length: 4 }, () => ({ kind: 'signal', signal: 'SIGKILL' })));
    expect(node.running).toEqual([]);
  });

  test('tells its record of each process group, and of its end', async ({ node: _ }) => {
    const record: string[] = [];
    const node = new TestNode({
      record: { add: (osPid, startTime) => record.push(`+${osPid} ${startTime}`), remove: (osPid) => record.push(`-${osPid}`) },
    });
    const web = await node.load('web', 'sleep 100');
    const { process } = await node.events.next('spawn');
    expect(record).toEqual([expect.stringMatching(new RegExp(`^\\+${process.osPid} \\d+$`))]);
    await node.supervisor.stop(web);
    expect(record.slice(1)).toEqual([`-${process.osPid}`]);
    await node.close();
  });

  plainTest('goes on without its record when that fails', async () => {
    const node = new TestNode({
      record: {
        add: () => {
          throw new Error('no space left');
        },
        remove: () => undefined,
      },
    });
    await node.load('web', 'true');
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'code', code: 0 } });
    await node.close();
    expect((await takeWarnings())[0]?.message).toBe('the record of processes failed: no space left');
  });
});

describe('a listener that fails', () => {
  test('is named in a warning, and neither the others nor the processes suffer', async ({ node }) => {
    const { supervisor } = node;
    const fail = (): never => {
      throw new Error('oh');
    };
    supervisor.onOutput(fail);
    supervisor.onIdle(fail);
    supervisor.onOutput(({ stream }) => {
      stream.onData(fail);
      stream.onEnd(fail);
    });
    const idle = new Promise<void>((resolve) => {
      supervisor.onIdle(resolve);
    });
    const first = await node.loadScript('first', 'echo hello', { on_exit: 'ignore' });
    const second = await node.loadScript('second', 'echo hello', { on_exit: 'ignore' });
    await idle;
    expect(await node.everything(first)).toBe('hello\n');
    expect(await node.everything(second)).toBe('hello\n');
    const warnings = (await takeWarnings()).map(({ message }) => message);
    expect(new Set(warnings)).toEqual(
      new Set([
        'a listener of outputs failed: oh',
        'a listener of idleness failed: oh',
        'a listener of a stream failed: oh',
        "a listener of a stream's end failed: oh",
      ]),
    );
  });
});

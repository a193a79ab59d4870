import { describe, expect, test as plainTest } from 'vitest';
import type { JobConfig } from '../../src/job/config.ts';
import type { JobName } from '../../src/job/name.ts';
import type { GafferNode, ProcessStream } from '../../src/job/node.ts';
import { EventLog } from '../support/event-log.ts';
import { OutputLog } from '../support/output-log.ts';
import { becomes } from '../support/processes.ts';
import { program } from '../support/programs.ts';

/** A node for one test, wherever it is. */
export interface OpenedNode {
  readonly node: GafferNode;
  /** Ends everything that runs on it, and lets go of it. */
  readonly close: () => Promise<void>;
}

const WEB: JobName = { session: 'shop', job: 'web' };
const CAT: JobConfig = { name: 'web', cmd: 'cat', os_env: true, redirect_output: ['out', 'err'], redirect_input: true };
const NOBODY: JobName = { session: 'shop', job: 'nobody' };

function logOf(stream: ProcessStream): OutputLog {
  const log = new OutputLog();
  stream.onData((chunk) => log.add(Buffer.from(chunk)));
  return log;
}

/** What every {@link GafferNode} does, in this process or far away. */
export function describeNode(where: string, open: () => Promise<OpenedNode>): void {
  const test = plainTest.extend<{ node: GafferNode; events: EventLog }>({
    node: async ({ task: _ }, use) => {
      const { node, close } = await open();
      await use(node);
      await close();
    },
    events: async ({ node }, use) => {
      await use(new EventLog(node));
    },
  });

  describe(where, () => {
    test('loads a job and starts it, and lists it', async ({ node, events }) => {
      await node.load('shop', { ...CAT, numprocesses: 2 });
      await events.count('spawn', 2);
      expect(events.types).toEqual(['load', 'start', 'spawn', 'spawn']);
      expect(await node.sessions()).toEqual(['shop']);
      expect(await node.jobs()).toEqual([WEB]);
      expect(await node.jobs('shop')).toEqual([WEB]);
      expect(await node.pids()).toEqual([1, 2]);
      expect(await node.pids(WEB)).toEqual([1, 2]);
      expect(await node.pidOf(WEB, 2)).toBe(2);
      expect(await node.jobInfo(WEB)).toEqual({
        name: 'shop.web',
        active: true,
        running: 2,
        running_out: 0,
        max_processes: 2,
        processes: [1, 2],
        config: { ...CAT, numprocesses: 2 },
        state: 'started',
      });
    });

    test('loads a job and does not start it when it is told so', async ({ node }) => {
      await node.load('shop', { ...CAT, start: false });
      expect(await node.jobInfo(WEB)).toMatchObject({ active: false, running: 0, processes: [], state: 'stopped', config: CAT });
      await node.start(WEB);
      expect(await node.jobInfo(WEB)).toMatchObject({ active: true, state: 'started' });
    });

    test('tells of a process what it is', async ({ node, events }) => {
      await node.load('shop', { ...CAT, args: ['-u'], env: { A: '1' } });
      const { process } = await events.next('spawn');
      const info = await node.processInfo(1);
      expect(info).toMatchObject({
        pid: 1,
        name: 'shop.web',
        cmd: 'cat',
        args: ['-u'],
        os_pid: process.osPid,
        commited: false,
        redirect_output: ['out', 'err'],
        redirect_input: true,
        custom_streams: [],
        active: true,
        slot: 1,
        restarts: 0,
      });
      expect(info.env).toMatchObject({ A: '1', PS: 'web.1' });
    });

    test('scales, and tells the number that is wanted', async ({ node, events }) => {
      await node.load('shop', CAT);
      expect(await node.scale(WEB, { op: '+', n: 2 })).toBe(3);
      await events.count('spawn', 3);
      expect(await node.scale(WEB, { op: '-', n: 5 })).toBe(0);
      await events.count('exit', 3);
      expect(await node.scale(WEB, { op: '=', n: 1 })).toBe(1);
      expect(events.of('update').map((event) => event.target)).toEqual([3, 0, 1]);
      expect(events.of('reap').map((event) => event.process.pid)).toEqual([1, 2, 3]);
      expect(await node.pids(WEB)).toEqual([4]);
    });

    test('stops a job and starts it again', async ({ node, events }) => {
      await node.load('shop', CAT);
      await node.stop(WEB);
      expect(await events.next('exit')).toMatchObject({ exit: { kind: 'signal', signal: 'SIGTERM' }, requested: true, process: { pid: 1 } });
      expect(await node.jobInfo(WEB)).toMatchObject({ active: false, state: 'stopped' });
      await node.start(WEB);
      expect(await node.pids(WEB)).toEqual([2]);
      expect(await node.processInfo(2)).toMatchObject({ slot: 1, restarts: 1 });
    });

    test.for(['restart', 'reload'] as const)('replaces every process with %s', async (operation, { node, events }) => {
      await node.load('shop', { ...CAT, numprocesses: 2 });
      await node[operation](WEB);
      await events.count('spawn', 4);
      expect(await node.pids(WEB)).toEqual([3, 4]);
      expect(events.of('exit').map((event) => event.requested)).toEqual([true, true]);
    });

    test('updates a job: another number alone restarts nothing, anything else does', async ({ node, events }) => {
      await node.load('shop', CAT);
      await node.update(WEB, { ...CAT, numprocesses: 2 });
      expect(await node.pids(WEB)).toEqual([1, 2]);
      await node.update(WEB, { ...CAT, numprocesses: 2, args: ['-u'] });
      await events.count('spawn', 4);
      expect(await node.pids(WEB)).toEqual([3, 4]);
      expect((await node.jobInfo(WEB)).config).toEqual({ ...CAT, numprocesses: 2, args: ['-u'] });
    });

    test('unloads a job, and its session with the last one', async ({ node, events }) => {
      await node.load('shop', CAT);
      await node.load('shop', { ...CAT, name: 'worker' });
      await node.unload(WEB);
      expect(events.types.filter((type) => type !== 'load' && type !== 'spawn' && type !== 'start')).toEqual([
        'unload',
        'stop',
        'stop_process',
        'exit',
      ]);
      expect(await node.jobs()).toEqual([{ session: 'shop', job: 'worker' }]);
      await node.unload({ session: 'shop', job: 'worker' });
      expect(await node.sessions()).toEqual([]);
      expect(await node.pids()).toEqual([]);
    });

    test('commits a process beside those that it supervises', async ({ node, events }) => {
      await node.load('shop', { ...CAT, start: false });
      const pid = await node.commit(WEB, { env: { A: '2' } });
      expect(await node.processInfo(pid)).toMatchObject({ commited: true, slot: 0 });
      expect((await node.processInfo(pid)).env).toMatchObject({ A: '2' });
      expect(await node.jobInfo(WEB)).toMatchObject({ active: true, running: 1, running_out: 1, processes: [pid] });
      expect(await node.pids(WEB)).toEqual([]);
      await node.stopProcess(pid);
      expect(await events.next('exit')).toMatchObject({ process: { committed: true }, requested: true });
    });

    test('replaces a process that it is told to stop', async ({ node, events }) => {
      await node.load('shop', CAT);
      await node.stopProcess(1);
      await events.count('spawn', 2);
      expect(events.types.slice(-3)).toEqual(['stop_process', 'exit', 'spawn']);
      expect(await node.pids(WEB)).toEqual([2]);
    });

    test('sends signals to one process or to all of a job', async ({ node, events }) => {
      await node.load('shop', { ...CAT, cmd: program('says-signals.mjs'), numprocesses: 2 });
      const outs = await Promise.all([1, 2].map((pid) => node.stream(pid)));
      const logs = outs.map((stream) => {
        const log = new OutputLog();
        stream.onData((chunk) => log.add(Buffer.from(chunk)));
        return log;
      });
      const tails = new OutputLog();
      const { end } = await node.followLog({ job: WEB }, 10, (entry) => tails.add(Buffer.from(entry.kind === 'output' ? entry.data : '')));
      await tails.until(/ready[^]*ready/);
      end();
      await node.signalProcess(1, 'SIGHUP');
      await logs[0]?.until('SIGHUP');
      await node.signalJob(WEB, 'SIGUSR2');
      await Promise.all(logs.map((log) => log.until('SIGUSR2')));
      expect(logs[1]?.text).not.toContain('SIGHUP');
      expect(events.of('kill').map(({ signal, process }) => [signal, process?.pid])).toEqual([
        ['SIGHUP', 1],
        ['SIGUSR2', undefined],
        ['SIGUSR2', 1],
        ['SIGUSR2', 2],
      ]);
    });

    test('writes to a process and reads what it writes, until both end', async ({ node }) => {
      await node.load('shop', { ...CAT, on_exit: 'ignore' });
      const [stdin, out] = await Promise.all([node.stream(1, 'stdin'), node.stream(1)]);
      const log = new OutputLog();
      const ended = new Promise<void>((resolve) => {
        out.onData((chunk) => log.add(Buffer.from(chunk)));
        out.onEnd(resolve);
      });
      await stdin.write('hello ');
      await stdin.write(Buffer.from([0, 0xff, 10]));
      await log.until('\n');
      expect(Buffer.from(await node.tail(1))).toEqual(Buffer.from('hello \0\xff\n', 'latin1'));
      expect(Buffer.from(await node.tail(1, 'err'))).toHaveLength(0);
      await expect(out.write('x')).rejects.toMatchObject({ code: 'not_writable' });
      stdin.end();
      await ended;
      expect(log.bytes).toEqual(Buffer.from('hello \0\xff\n', 'latin1'));
    });

    test('writes as much as one likes, in its order', async ({ node }) => {
      await node.load('shop', { ...CAT, on_exit: 'ignore' });
      const [stdin, out] = await Promise.all([node.stream(1, 'stdin'), node.stream(1)]);
      const log = new OutputLog();
      const ended = new Promise<void>((resolve) => {
        out.onData((chunk) => log.add(Buffer.from(chunk)));
        out.onEnd(resolve);
      });
      const bytes = Buffer.from(Array.from({ length: 2_000_000 }, (_, index) => index % 251));
      await Promise.all([stdin.write(bytes), stdin.write(''), stdin.write('and '), stdin.write('more')]);
      stdin.end();
      await ended;
      expect(log.bytes.equals(Buffer.concat([bytes, Buffer.from('and more')]))).toBe(true);
    });

    test('holds an output back', async ({ node }) => {
      await node.load('shop', CAT);
      const [stdin, out] = await Promise.all([node.stream(1, 'stdin'), node.stream(1)]);
      const log = new OutputLog();
      const release = out.hold();
      const stop = out.onData((chunk) => log.add(Buffer.from(chunk)));
      await stdin.write('held');
      expect(log.text).toBe('');
      release();
      await log.until('held');
      stop();
    });

    test('measures processes and jobs', async ({ node }) => {
      await node.load('shop', { ...CAT, numprocesses: 2 });
      expect(Object.keys(await node.processStats(1)).sort()).toEqual(['cpu', 'cpu_seconds', 'ctime', 'mem', 'mem_info1', 'mem_info2', 'rss', 'vsz']);
      const stats = await node.jobStats(WEB);
      expect(stats.name).toBe('shop.web');
      expect(stats.stats.map(({ pid }) => pid)).toEqual([1, 2]);
      expect(await node.jobStats(WEB)).toMatchObject({ min_cpu: expect.any(Number) as number, max_mem: expect.any(Number) as number });
    });

    test('measures again and again, until what is measured is gone', async ({ node }) => {
      await node.load('shop', { ...CAT, numprocesses: 2 });
      const told: string[] = [];
      const note = (what: string): void => {
        told.push(what);
      };
      const until = async (...whats: readonly string[]): Promise<void> => {
        await becomes(() => whats.every((what) => told.includes(what)), 10_000);
        expect(told).toEqual(expect.arrayContaining([...whats]));
      };
      await node.followStats(
        { job: WEB },
        0.5,
        ({ name, pid, rss }) => note(`${name} ${pid} ${typeof rss}`),
        () => note('no job'),
      );
      const leave = await node.followStats(
        { pid: 1 },
        -1,
        ({ pid }) => note(`process ${pid}`),
        () => note('left'),
      );
      await node.followStats(
        { pid: 2 },
        60_000,
        ({ pid }) => note(`process ${pid}`),
        () => note('no process'),
      );
      await until('shop.web 1 number', 'shop.web 2 number', 'process 1', 'process 2');
      leave();
      await node.scale(WEB, { op: '=', n: 3 });
      await until('shop.web 3 number');
      await node.stopProcess(2, { replace: false });
      await until('no process');
      expect(told).not.toContain('no job');
      await node.unload(WEB);
      await until('no job');
      expect([told.filter((what) => what.startsWith('no')), told.includes('left')]).toEqual([['no process', 'no job'], false]);
      await expect(node.followStats({ job: WEB }, 100, () => {})).rejects.toMatchObject({ code: 'job_not_found' });
      await expect(node.followStats({ pid: 1 }, 100, () => {})).rejects.toMatchObject({ code: 'process_not_found' });
    });

    test('starts, stops and removes the jobs of a session', async ({ node, events }) => {
      await node.load('shop', { ...CAT, start: false, priority: 2 });
      await node.load('shop', { ...CAT, name: 'db', start: false, priority: 1 });
      await node.load('other', CAT);
      await node.startSession('shop');
      expect((await node.overview('shop')).map(({ name, state, running }) => [name, state, running])).toEqual([
        ['shop.web', 'started', 1],
        ['shop.db', 'started', 1],
      ]);
      expect(events.of('spawn').map(({ name }) => name)).toEqual(['other.web', 'shop.db', 'shop.web']);
      const before = await node.pids({ session: 'shop', job: 'db' });
      await node.reloadSession('shop');
      expect(await node.pids({ session: 'shop', job: 'db' })).not.toEqual(before);
      await node.stopSession('shop');
      expect(await node.overview()).toMatchObject([{ running: 0 }, { running: 0 }, { name: 'other.web', running: 1 }]);
      await node.unloadSession('shop');
      expect(await node.sessions()).toEqual(['other']);
    });

    test('replaces one process, or does without it', async ({ node, events }) => {
      await node.load('shop', { ...CAT, numprocesses: 2 });
      await node.restartProcess(1);
      await events.count('spawn', 3);
      expect(await node.pids(WEB)).toEqual([2, 3]);
      expect(await node.processInfo(await node.pidOf(WEB, 1))).toMatchObject({ pid: 3, restarts: 1 });
      await node.stopProcess(3, { replace: false });
      expect(await node.jobInfo(WEB)).toMatchObject({ processes: [2], max_processes: 1 });
      const committed = await node.commit(WEB);
      await expect(node.restartProcess(committed)).rejects.toMatchObject({ code: 'not_supervised' });
    });

    test('shows jobs and processes at a glance', async ({ node, events }) => {
      await node.load('shop', { ...CAT, args: ['-u', 'a file'], numprocesses: 2, cmd: 'tail -f /dev/null' });
      await events.count('spawn', 2);
      const [job] = await node.overview();
      expect(job).toMatchObject({ name: 'shop.web', cmd: "tail -f /dev/null -u 'a file'", state: expect.any(String) as string, max_processes: 2 });
    });

    test('keeps the last lines, also of processes that have ended, and what happened', async ({ node, events }) => {
      await node.load('shop', { ...CAT, cmd: 'sh', args: ['-c', 'echo one; echo two >&2; exit 3'], flapping: { attempts: 1, max_retry: 0 } });
      await events.next('give_up');
      const entries = await node.recentLog({ job: WEB }, 4);
      expect(
        entries.map((entry) =>
          entry.kind === 'output' ? [entry.label, String(Buffer.from(entry.data))] : entry.kind === 'event' && entry.event.type,
        ),
      ).toEqual([['out', 'one\n'], ['err', 'two\n'], 'exit', 'give_up']);
      expect(await node.recentLog({ session: 'shop' }, 0)).toEqual([]);
    });

    test('tells the last lines and all that follows, each once', async ({ node }) => {
      await node.load('shop', { ...CAT, cmd: 'sh', args: ['-c', 'i=0; while [ $$i -lt 3000 ]; do echo $$i; i=$$((i+1)); done; exec cat'] });
      const log = new OutputLog();
      let offset = Number.NaN;
      const { from, end } = await node.followLog({ session: 'shop' }, 1_000_000, (entry) => {
        if (entry.kind === 'output') {
          offset = Number.isNaN(offset) ? entry.offset : offset;
          expect(entry.offset).toBe(offset);
          offset += entry.data.length;
          log.add(Buffer.from(entry.data));
        }
      });
      await log.until('2999\n');
      end();
      const numbers = log.text.trim().split('\n').map(Number);
      expect(numbers).toEqual(Array.from(numbers, (_, index) => (numbers[0] ?? 0) + index));
      expect(offset).toBe(Array.from({ length: 3000 }, (_, number) => `${number}\n`).join('').length);
      expect(from).toEqual((await node.followEvents(undefined, () => undefined)).from);
    });

    test('goes on with a stream behind a place in it, as far as that is kept', async ({ node }) => {
      await node.load('shop', CAT);
      const stdin = await node.stream(1, 'stdin');
      const out = await node.stream(1);
      expect(out.offset).toBe(0);
      const first = logOf(out);
      await stdin.write('one two');
      await first.until('two');
      expect(out.offset).toBe(7);
      const logs: OutputLog[] = [];
      for (const [from, begin] of [
        [undefined, 7],
        [4, 4],
        [0, 0],
        [99, 7],
      ]) {
        const later = await node.stream(1, 'out', from);
        expect(later.offset).toBe(begin);
        logs.push(logOf(later));
      }
      await stdin.write(' three');
      await Promise.all(logs.map((log) => log.until('three')));
      expect(logs.map(({ text }) => text)).toEqual([' three', 'two three', 'one two three', ' three']);
      await stdin.write('x'.repeat(20_000));
      await first.until(/x{20000}/);
      expect((await node.stream(1, 'out', 5)).offset).toBe(13 + 20_000 - 16 * 1024);
    });

    test('refuses what it cannot do', async ({ node }) => {
      await node.load('shop', { ...CAT, cmd: 'sleep 100', redirect_input: false });
      const { config } = await node.jobInfo(WEB);
      for (const [ask, code] of [
        [() => node.load('shop', CAT), 'job_exists'],
        [() => node.load('shop', { ...CAT, name: 'x', cmd: '' }), 'invalid_config'],
        [() => node.update(WEB, { ...CAT, name: 'other' }), 'invalid_config'],
        [() => node.jobs('nothing'), 'session_not_found'],
        [() => node.jobInfo(NOBODY), 'job_not_found'],
        [() => node.unload(NOBODY), 'job_not_found'],
        [() => node.scale(NOBODY, { op: '+', n: 1 }), 'job_not_found'],
        [() => node.commit(NOBODY), 'job_not_found'],
        [() => node.processInfo(99), 'process_not_found'],
        [() => node.stopProcess(99), 'process_not_found'],
        [() => node.signalProcess(99, 'SIGHUP'), 'process_not_found'],
        [() => node.restartProcess(99), 'process_not_found'],
        [() => node.startSession('nothing'), 'session_not_found'],
        [() => node.unloadSession('nothing'), 'session_not_found'],
        [() => node.overview('nothing'), 'session_not_found'],
        [() => node.recentLog({ job: NOBODY }, 1), 'job_not_found'],
        [() => node.followLog({ pid: 99 }, 1, () => undefined), 'process_not_found'],
        [() => node.pidOf(WEB, 2), 'process_not_found'],
        [() => node.stream(1, 'stdin'), 'stream_not_found'],
        [() => node.tail(1, 'other'), 'stream_not_found'],
      ] as const) {
        await expect(ask()).rejects.toMatchObject({ name: 'GafferError', code });
      }
      expect((await node.jobInfo(WEB)).config).toEqual(config);
    });

    test('tells nobody anything after its subscription has ended', async ({ node }) => {
      let count = 0;
      const end = node.onEvent(() => {
        count += 1;
      });
      await node.load('shop', CAT);
      expect(count).toBeGreaterThan(0);
      end();
      count = 0;
      await node.stop(WEB);
      expect(count).toBe(0);
    });
  });
}

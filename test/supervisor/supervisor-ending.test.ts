import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { readProcesses, sendSignal } from '../../src/supervisor/process-table.ts';
import { becomes } from '../support/processes.ts';
import { program } from '../support/programs.ts';
import { named, test } from '../support/test-node.ts';

/** A grace time that no test waits for the end of. */
const LONG = 3600;

/** Processes of a group that have not ended. */
function groupSize(group: number): number {
  return readProcesses().filter((entry) => entry.group === group && entry.state !== 'Z').length;
}

function tempFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'fifo');
}

describe('stopping', () => {
  test('asks with SIGTERM, and the process may say good-bye', async ({ node }) => {
    const web = await node.load('web', program('says-signals.mjs'), { graceful_timeout: LONG });
    await node.log(web).until('ready');
    await node.supervisor.stop(web);
    expect(await node.everything(web)).toMatch(/^ready\n(SIGCONT\n)?bye\n$/);
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'code', code: 0 }, requested: true });
  });

  test('asks with the signal that the job names', async ({ node }) => {
    const web = await node.load('web', program('says-signals.mjs'), { graceful_timeout: LONG, stop_signal: 'int' });
    await node.log(web).until('ready');
    await node.supervisor.stop(web);
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'code', code: 7 }, requested: true });
  });

  test('kills after the grace time who ignores it', async ({ node }) => {
    const web = await node.load('web', program('ignores-term.sh'), { graceful_timeout: 0.01 });
    await node.log(web).until('ready');
    await node.supervisor.stop(web);
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'signal', signal: 'SIGKILL' }, requested: true });
  });

  test('reaches what the process has started', async ({ node }) => {
    const web = await node.load('web', program('busy-child.sh'), { graceful_timeout: LONG });
    await node.log(web).until('ready');
    const { process } = await node.events.next('spawn');
    expect(groupSize(process.osPid)).toBe(2);
    await node.supervisor.stop(web);
    expect(groupSize(process.osPid)).toBe(0);
  });

  test('is over only when a grandchild is gone that ignores SIGTERM', async ({ node }) => {
    const web = await node.loadScript('web', `${program('ignores-term.sh')} & exec sleep 100`, { graceful_timeout: 0.05 });
    await node.log(web).until('ready');
    const { process } = await node.events.next('spawn');
    await node.supervisor.stop(web);
    expect(groupSize(process.osPid)).toBe(0);
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'signal', signal: 'SIGTERM' } });
  });

  test('wakes a process that was stopped with SIGSTOP', async ({ node }) => {
    const web = await node.load('web', program('says-signals.mjs'), { graceful_timeout: LONG });
    await node.log(web).until('ready');
    await node.supervisor.signalProcess(1, 'SIGSTOP');
    await node.supervisor.stop(web);
    expect(await node.everything(web)).toMatch(/^ready\n(SIGCONT\n)?bye\n$/);
  });

  test('ends what processes have left behind that ended by themselves and are not to be replaced', async ({ node }) => {
    const web = await node.load('web', program('leaves-child.sh', 0, tempFile()), { on_exit: 'ignore', graceful_timeout: 0.01 });
    const { process } = await node.events.next('spawn');
    await node.events.next('exit');
    expect(groupSize(process.osPid)).toBeGreaterThan(0);
    expect((await node.supervisor.jobInfo(web)).state).toBe('done');
    await node.supervisor.stop(web);
    expect(groupSize(process.osPid)).toBe(0);
  });

  test('twice at once is over for both at the same time', async ({ node }) => {
    const web = await node.load('web', program('ignores-term.sh'), { graceful_timeout: 0.05 });
    await node.log(web).until('ready');
    const { process } = await node.events.next('spawn');
    const sizes: number[] = [];
    await Promise.all([1, 2].map(() => node.supervisor.stop(web).then(() => sizes.push(groupSize(process.osPid)))));
    expect(sizes).toEqual([0, 0]);
  });

  test('of a process that is being stopped already does not begin anew', async ({ node }) => {
    const web = await node.load('web', program('ignores-term.sh'), { graceful_timeout: 0.05 });
    await node.log(web).until('ready');
    await Promise.all([node.supervisor.stopProcess(1), node.supervisor.stop(web)]);
    expect(node.events.of('exit')).toHaveLength(1);
    expect(node.events.of('spawn')).toHaveLength(1);
  });

  test('a hundred takes no longer than their ends', async ({ node }) => {
    const web = await node.load('web', 'sleep 100', { numprocesses: 100, graceful_timeout: LONG });
    await node.supervisor.stop(web);
    expect(node.running).toEqual([]);
  });

  test('goes from the last priority to the first', async ({ node }) => {
    for (const [name, priority] of [
      ['first', 0],
      ['second', 1],
      ['third', 2],
    ] as const) {
      await node.load(name, program('says-signals.mjs'), { priority });
      await node.log(named(name)).until('ready');
    }
    await node.supervisor.stopAll();
    expect(node.events.of('exit').map((event) => event.name)).toEqual(['test.third', 'test.second', 'test.first']);
  });
});

describe('the end of a process', () => {
  test('is followed by a new one at once, though a grandchild holds its pipe', async ({ node }) => {
    await node.load('web', program('leaves-child.sh', 3, tempFile()), { graceful_timeout: LONG, flapping: { attempts: 1 } });
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'code', code: 3 }, requested: false });
    node.supervisor.killAll();
  });

  test('takes with it whoever it has left behind', async ({ node }) => {
    const web = await node.loadScript('web', '[ "$PS" = web.0 ] || exec sleep 100; sleep 100 & exit 3', { graceful_timeout: LONG });
    await node.supervisor.commit(web);
    const { process } = await node.events.first('spawn', (event) => event.process.committed);
    await node.events.next('exit');
    expect(await becomes(() => groupSize(process.osPid) === 0, 10_000)).toBe(true);
  });

  test('that was asked for comes when it comes, and its successor only then', async ({ node }) => {
    const web = await node.load('web', program('says-signals.mjs'), { graceful_timeout: LONG });
    await node.log(web).until('ready');
    await node.supervisor.restart(web);
    await node.events.count('spawn', 2);
    expect(node.events.types.filter((type) => type === 'spawn' || type === 'exit')).toEqual(['spawn', 'exit', 'spawn']);
    expect(await node.supervisor.processInfo(2)).toMatchObject({ slot: 1, restarts: 1 });
  });

  test('in the middle of a scale does no harm', async ({ node }) => {
    const web = await node.load('web', 'sleep 100', { numprocesses: 3, flapping: false });
    const spawned = await node.events.count('spawn', 3);
    sendSignal(spawned[0]?.process.osPid ?? 0, 'SIGKILL');
    await node.supervisor.scale(web, { op: '-', n: 1 });
    sendSignal(spawned[1]?.process.osPid ?? 0, 'SIGKILL');
    await node.supervisor.scale(web, { op: '+', n: 2 });
    await node.events.count('exit', 2);
    expect(await becomes(() => node.running.length === 4, 10_000)).toBe(true);
    expect(await node.supervisor.jobInfo(web)).toMatchObject({ running: 4, max_processes: 4 });
  });
});

describe('reloading', () => {
  test('replaces every process by one of the present configuration', async ({ node }) => {
    const web = await node.loadScript('web', 'echo one; exec sleep 100', { numprocesses: 2 });
    await node.supervisor.update(web, {
      name: 'web',
      cmd: 'echo two; exec sleep 100',
      shell: true,
      os_env: true,
      redirect_output: ['out'],
      start: false,
      numprocesses: 2,
    });
    await Promise.all(node.outputs.map(({ log }) => log.until('\n')));
    await node.supervisor.reload(web);
    await node.events.count('spawn', 4);
    await Promise.all(node.outputs.map(({ log }) => log.until('\n')));
    expect(node.outputs.map(({ log }) => log.text).sort()).toEqual(['one\n', 'one\n', 'two\n', 'two\n']);
    expect(node.events.types).toContain('reload');
  });

  test('and restarting at once end with the number that is wanted', async ({ node }) => {
    const web = await node.load('web', 'sleep 100', { numprocesses: 2 });
    await Promise.all([node.supervisor.reload(web), node.supervisor.restart(web), node.supervisor.reload(web)]);
    await node.events.count('spawn', 4);
    expect(await becomes(() => node.running.length === 2, 10_000)).toBe(true);
    expect(await node.supervisor.pids(web)).toEqual([3, 4]);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test as plainTest } from 'vitest';
import { KeptJobs } from '../../src/daemon/kept-jobs.ts';
import { LoadedJobs } from '../../src/daemon/loaded-jobs.ts';
import { Store } from '../../src/daemon/store.ts';
import { loadStoredJobs } from '../../src/daemon/stored-jobs.ts';
import { StoredNode } from '../../src/daemon/stored-node.ts';
import { GafferError } from '../../src/errors.ts';
import type { GafferNode } from '../../src/job/node.ts';
import { FakeNode } from '../support/fake-node.ts';

const WEB = { session: 'test', job: 'web' };
const CONFIG = { name: 'web', cmd: 'program' };

/** A node of processes on paper whose jobs are kept on disk. */
class StoredRig {
  readonly fake = new FakeNode();
  readonly folder = mkdtempSync(join(tmpdir(), 'gafferd-node-'));
  readonly store = Store.open(this.folder, { onProblem: (message) => expect.fail(message) });
  readonly node: StoredNode;
  /** Whether the disk is full. */
  isFull = false;

  constructor() {
    const store = new Proxy(this.store, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => {
          if (this.isFull) {
            throw new GafferError('io_failed', 'the disk is full');
          }
          return method.apply(target, args);
        };
      },
    });
    this.node = new StoredNode(this.fake.supervisor, new KeptJobs(store), new LoadedJobs(this.fake.supervisor));
  }

  /** What is on disk, without the configurations. */
  get kept(): unknown {
    return this.store.jobs().map(({ session, name, target, stopped }) => [`${session}.${name}`, target, stopped]);
  }

  async info(): Promise<unknown> {
    const { state, max_processes, running, config } = await this.fake.supervisor.jobInfo(WEB);
    return { state, max_processes, running, config };
  }

  close(): void {
    this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const test = plainTest.extend<{ rig: StoredRig }>({
  rig: async ({ task: _ }, use) => {
    const rig = new StoredRig();
    await use(rig);
    rig.close();
  },
});

/** [what is done after a load, what is kept then] */
const DEEDS: readonly (readonly [string, (node: GafferNode) => Promise<unknown>, unknown])[] = [
  ['nothing', () => Promise.resolve(), [['test.web', undefined, false]]],
  ['scale', (node) => node.scale(WEB, { op: '+', n: 2 }), [['test.web', 3, false]]],
  ['stop', (node) => node.stop(WEB), [['test.web', 0, true]]],
  ['start', (node) => node.start(WEB), [['test.web', undefined, false]]],
  ['reload', (node) => node.reload(WEB), [['test.web', undefined, false]]],
  ['restart', (node) => node.restart(WEB), [['test.web', undefined, false]]],
  ['update', (node) => node.update(WEB, { ...CONFIG, numprocesses: 2 }), [['test.web', undefined, false]]],
  ['update without a start', (node) => node.update(WEB, { ...CONFIG, numprocesses: 2, start: false }), [['test.web', 1, false]]],
  ['unload', (node) => node.unload(WEB), []],
  ['stopSession', (node) => node.stopSession('test'), [['test.web', 0, true]]],
  ['startSession', (node) => node.startSession('test'), [['test.web', undefined, false]]],
  ['reloadSession', (node) => node.reloadSession('test'), [['test.web', undefined, false]]],
  ['unloadSession', (node) => node.unloadSession('test'), []],
  ['stopProcess', (node) => node.stopProcess(1), [['test.web', undefined, false]]],
  ['stopProcess without a successor', (node) => node.stopProcess(1, { replace: false }), [['test.web', 0, false]]],
];

describe('a node whose jobs are kept', () => {
  test.for(DEEDS)('keeps before it is done what follows from: %s', async ([, act, kept], { rig }) => {
    await rig.node.load('test', CONFIG);
    act(rig.node).catch((error: unknown) => expect.fail(String(error))); // on paper nobody ends
    await new Promise((resolve) => setImmediate(resolve));
    expect(rig.kept).toEqual(kept);
    await rig.fake.endAll();
    await new Promise((resolve) => setImmediate(resolve));
    expect(rig.kept).toEqual(kept);
  });

  test.for(DEEDS.slice(1))('on a full disk tells it, and nothing is half done: %s', async ([what, act], { rig }) => {
    await rig.node.load('test', CONFIG);
    const [kept, info] = [rig.kept, await rig.info()];
    rig.isFull = true;
    if (what === 'restart' || what === 'stopProcess') {
      return; // nothing has to be kept
    }
    await expect(act(rig.node)).rejects.toMatchObject({ code: 'io_failed' });
    expect([rig.kept, await rig.info()]).toEqual([kept, info]);
    expect(rig.fake.running).toHaveLength(1);
  });

  test('on a full disk loads nothing', async ({ rig }) => {
    rig.isFull = true;
    await expect(rig.node.load('test', CONFIG)).rejects.toMatchObject({ code: 'io_failed' });
    expect(await rig.node.jobs()).toEqual([]);
    rig.isFull = false;
    await rig.node.load('test', CONFIG);
    expect(rig.kept).toEqual([['test.web', undefined, false]]);
  });

  test('loads one of two of the same name that come at once, and keeps that one', async ({ rig }) => {
    const results = await Promise.allSettled([
      rig.node.load('test', { ...CONFIG, env: { A: '1' } }),
      rig.node.load('test', { ...CONFIG, env: { A: '2' } }),
    ]);
    expect(results).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'job_exists' } }]);
    expect(rig.store.jobs()).toMatchObject([{ config: { env: { A: '1' } } }]);
  });

  test('keeps the last word of many that speak at once', async ({ rig }) => {
    await rig.node.load('test', CONFIG);
    const asked = Array.from({ length: 50 }, (_, index) => rig.node.scale(WEB, index % 5 === 0 ? { op: '=', n: index } : { op: '+', n: 1 }));
    await Promise.all(asked);
    expect(await rig.info()).toMatchObject({ max_processes: 49 });
    expect(rig.kept).toEqual([['test.web', 49, false]]);
  });

  test('does not keep what is done to a job that is unloaded at the same time', async ({ rig }) => {
    await rig.node.load('test', CONFIG);
    const unloaded = rig.node.unload(WEB);
    const others = [rig.node.update(WEB, { ...CONFIG, start: false }), rig.node.scale(WEB, { op: '=', n: 3 }), rig.node.stop(WEB)];
    for (const { status } of await Promise.allSettled(others)) {
      expect(status).toBe('rejected');
    }
    expect(rig.kept).toEqual([]);
    await rig.fake.endAll();
    await unloaded;
  });

  test('keeps a job of a session as somebody has left it while the session was stopped', async ({ rig }) => {
    await rig.node.load('test', { ...CONFIG, priority: 1 });
    await rig.node.load('test', { ...CONFIG, name: 'last', priority: 2 });
    const stopped = rig.node.stopSession('test');
    await new Promise((resolve) => setImmediate(resolve));
    await rig.node.start({ session: 'test', job: 'last' });
    await rig.fake.endAll();
    await rig.fake.endAll();
    await stopped;
    const states = (await rig.fake.supervisor.overview('test')).map(({ name, state }) => [name, state === 'stopped']);
    expect(rig.store.jobs().map(({ session, name, stopped: is }) => [`${session}.${name}`, is])).toEqual(states);
  });

  test('changes nothing any more when it is closed', async ({ rig }) => {
    await rig.node.load('test', CONFIG);
    rig.node.close();
    await expect(rig.node.stop(WEB)).rejects.toMatchObject({ code: 'not_ready' });
    expect(await rig.info()).toMatchObject({ state: 'started' });
    expect(await rig.node.jobs()).toEqual([WEB]);
  });

  test('does not keep jobs that it has not loaded', async ({ rig }) => {
    await rig.fake.load('web');
    await rig.node.scale(WEB, { op: '=', n: 3 });
    expect(await rig.info()).toMatchObject({ max_processes: 3 });
    expect(rig.kept).toEqual([]);
    await rig.node.update(WEB, CONFIG);
    expect(rig.kept).toEqual([['test.web', undefined, false]]);
  });
});

describe('jobs of a store', () => {
  test.for(DEEDS)('are loaded as they were after: %s', async ([what, act], { rig }) => {
    await rig.node.load('test', { ...CONFIG, numprocesses: 2, priority: 3 });
    act(rig.node).catch((error: unknown) => expect.fail(String(error)));
    await new Promise((resolve) => setImmediate(resolve));
    const jobs = await rig.node.jobs();
    const next = new FakeNode();
    const problems: string[] = [];
    await Promise.all(loadStoredJobs(next.supervisor, rig.store.jobs(), (message) => problems.push(message)));
    expect(problems).toEqual([]);
    expect(await next.supervisor.jobs()).toEqual(jobs);
    if (jobs.length > 0) {
      const { state, max_processes, config } = await next.supervisor.jobInfo(WEB);
      const before = await rig.fake.supervisor.jobInfo(WEB);
      expect({ what, state, max_processes, config }).toEqual({
        what,
        state: before.state,
        max_processes: before.max_processes,
        config: before.config,
      });
      expect(next.running).toHaveLength(state === 'stopped' ? 0 : max_processes);
    }
  });

  test('that can not be loaded are told of', async () => {
    const next = new FakeNode();
    await next.load('web');
    const problems: string[] = [];
    const job = { session: 'test', name: 'web', config: CONFIG, target: undefined, stopped: false };
    await Promise.all(loadStoredJobs(next.supervisor, [job], (message) => problems.push(message)));
    expect(problems).toEqual([expect.stringMatching(/^test\.web can't be loaded again: job "test\.web" is loaded already/)]);
  });
});

import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { settle } from '../support/fake-clock.ts';
import { FakeNode } from '../support/fake-node.ts';
import { named, SESSION } from '../support/test-node.ts';

function fakeNode(): FakeNode {
  const node = new FakeNode();
  onTestFinished(() => node.supervisor.close());
  return node;
}

describe('loading', () => {
  it('tells of the load, of the start and of each process, in this order', async () => {
    const node = fakeNode();
    await node.load('web', { numprocesses: 2 });
    expect(node.events.types).toEqual(['load', 'start', 'spawn', 'spawn']);
    expect(node.events.of('start')[0]).toMatchObject({ name: 'test.web', target: 2 });
    expect(node.events.all.map((event) => event.seq)).toEqual([1, 2, 3, 4]);
  });

  it('starts nothing when it is told not to', async () => {
    const node = fakeNode();
    const web = await node.load('web', { start: false });
    expect(node.events.types).toEqual(['load']);
    expect((await node.supervisor.jobInfo(web)).state).toBe('stopped');
    await node.supervisor.start(web);
    expect(node.slots).toEqual(['web.1']);
  });

  it('starts a job that was loaded without a start when it is scaled', async () => {
    const node = fakeNode();
    const web = await node.load('web', { start: false });
    expect(await node.supervisor.scale(web, { op: '+', n: 1 })).toBe(2);
    expect(node.slots).toEqual(['web.1', 'web.2']);
  });

  it('starts nothing for a listener that unloads the job as soon as it is told of it', async () => {
    const node = fakeNode();
    node.supervisor.onEvent((event) => {
      if (event.type === 'load') {
        void node.supervisor.unload(named('web'));
      }
    });
    await node.load('web');
    expect(node.children).toEqual([]);
  });
});

describe('scaling', () => {
  it('reaps the oldest first and gives new processes the lowest free slots', async () => {
    const node = fakeNode();
    const web = await node.load('web', { numprocesses: 3 });
    await node.supervisor.scale(web, { op: '-', n: 2 });
    expect(node.events.of('reap').map((event) => event.process.slot)).toEqual([1, 2]);
    node.children[0]?.exit();
    node.children[1]?.exit();
    await settle();
    expect(node.slots).toEqual(['web.3']);
    await node.supervisor.scale(web, { op: '=', n: 4 });
    expect(node.slots).toEqual(['web.1', 'web.2', 'web.3', 'web.4']);
  });

  it('does not want less than none', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    expect(await node.supervisor.scale(web, { op: '-', n: 5 })).toBe(0);
    expect(await node.supervisor.scale(web, { op: '+', n: 1 })).toBe(1);
  });

  it('only changes the number of a job that was stopped', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    void node.supervisor.stop(web);
    expect(await node.supervisor.scale(web, { op: '+', n: 2 })).toBe(2);
    await node.endAll();
    expect(node.running).toEqual([]);
    expect(await node.supervisor.jobInfo(web)).toMatchObject({ state: 'stopped', max_processes: 2 });
  });

  it('gives no successor to a process that was being replaced when it became too many', async () => {
    const node = fakeNode();
    const web = await node.load('web', { numprocesses: 2 });
    void node.supervisor.restart(web);
    await node.supervisor.scale(web, { op: '=', n: 1 });
    await node.endAll();
    expect(node.slots).toEqual(['web.1']);
  });

  it('starts what is missing beside processes that are still on their way out', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    await node.supervisor.scale(web, { op: '=', n: 0 });
    await node.supervisor.scale(web, { op: '=', n: 1 });
    expect(node.slots).toEqual(['web.1', 'web.2']);
    node.children[0]?.exit();
    await settle();
    expect(node.slots).toEqual(['web.2']);
  });

  it('changes only the number while the job pauses, and that number is started afterwards', async () => {
    const node = fakeNode();
    const web = await node.load('web', { flapping: { attempts: 1, retry_in: 7 } });
    await node.fail();
    await node.supervisor.scale(web, { op: '=', n: 3 });
    expect(node.running).toEqual([]);
    await node.clock.advance(7000);
    expect(node.slots).toEqual(['web.1', 'web.2', 'web.3']);
  });
});

describe('updating', () => {
  it('only scales when nothing but the number changes', async () => {
    const node = fakeNode();
    const web = await node.load('web', { env: { A: '1' } });
    await node.supervisor.update(web, { name: 'web', cmd: 'program', env: { A: '1' }, numprocesses: 3 });
    expect(node.children).toHaveLength(3);
    expect(node.events.types).not.toContain('stop_process');
    expect(node.events.of('exit')).toEqual([]);
  });

  it('replaces every process when anything else changes', async () => {
    const node = fakeNode();
    const web = await node.load('web', { numprocesses: 2 });
    const done = node.supervisor.update(web, { name: 'web', cmd: 'other', numprocesses: 2 });
    await node.endAll();
    await done;
    expect(node.running.map((child) => child.request.file)).toEqual(['other', 'other']);
    expect(node.slots).toEqual(['web.1', 'web.2']);
  });

  it('goes back to fewer processes by keeping the first ones', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    await node.supervisor.scale(web, { op: '+', n: 2 });
    const done = node.supervisor.update(web, { name: 'web', cmd: 'other' });
    await node.endAll();
    await done;
    expect(node.running.map((child) => child.request.file)).toEqual(['other']);
    expect(node.slots).toEqual(['web.1']);
  });

  it('stores the configuration and leaves the processes alone with start false', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    await node.supervisor.update(web, { name: 'web', cmd: 'other', start: false });
    expect(node.running.map((child) => child.request.file)).toEqual(['program']);
    await node.fail();
    expect(node.running.map((child) => child.request.file)).toEqual(['other']);
  });

  it('starts a job that was stopped', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    void node.supervisor.stop(web);
    await node.endAll();
    await node.supervisor.update(web, { name: 'web', cmd: 'program' });
    expect(node.running).toHaveLength(1);
  });

  it('wants no other name', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    await expect(node.supervisor.update(web, { name: 'other', cmd: 'program' })).rejects.toMatchObject({ code: 'invalid_config' });
  });
});

describe('an exit', () => {
  it('is followed by a new process in the same slot, however it went', async () => {
    const node = fakeNode();
    await node.load('web', { numprocesses: 2, flapping: false });
    node.children[1]?.exit({ kind: 'code', code: 0 });
    await settle();
    node.children[0]?.exit({ kind: 'signal', signal: 'SIGSEGV' });
    await settle();
    expect(node.children.map((child) => child.request.env['PS'])).toEqual(['web.1', 'web.2', 'web.2', 'web.1']);
    expect((await node.supervisor.processInfo(3)).restarts).toBe(1);
  });

  it('tells how the process ended, how long it ran and that nobody asked for it', async () => {
    const node = fakeNode();
    await node.load('web');
    await node.clock.advance(1500);
    node.children[0]?.exit({ kind: 'code', code: 3 });
    await settle();
    expect(node.events.of('exit')[0]).toMatchObject({
      exit: { kind: 'code', code: 3 },
      requested: false,
      ranMs: 1500,
      process: { pid: 1, slot: 1, committed: false },
    });
  });

  it('ends the job when the job ignores exits, as soon as the last process is gone', async () => {
    const node = fakeNode();
    const web = await node.load('web', { numprocesses: 2, on_exit: 'ignore' });
    await node.fail();
    expect(node.running).toHaveLength(1);
    expect((await node.supervisor.jobInfo(web)).state).toBe('started');
    await node.fail();
    expect(node.events.of('done')).toHaveLength(1);
    expect(await node.supervisor.jobInfo(web)).toMatchObject({ state: 'done', max_processes: 0 });
  });

  it('ends a job that ignores exits also when the last process was told to end', async () => {
    const node = fakeNode();
    const web = await node.load('web', { numprocesses: 2, on_exit: 'ignore' });
    await node.supervisor.scale(web, { op: '-', n: 1 });
    node.children[1]?.exit();
    await settle();
    expect((await node.supervisor.jobInfo(web)).state).toBe('started');
    node.children[0]?.exit();
    await settle();
    expect((await node.supervisor.jobInfo(web)).state).toBe('done');
  });

  it('runs again when a job that is done is scaled', async () => {
    const node = fakeNode();
    const web = await node.load('web', { on_exit: 'ignore' });
    await node.fail();
    await node.supervisor.scale(web, { op: '+', n: 1 });
    expect(node.slots).toEqual(['web.1']);
  });

  it('stops the whole session when the job says so, and no other session', async () => {
    const node = fakeNode();
    await node.load('web', { on_exit: 'stop' });
    await node.load('worker');
    await node.supervisor.load('other', { name: 'web', cmd: 'program' });
    node.children[0]?.exit({ kind: 'code', code: 0 });
    await settle();
    expect(node.events.of('stop').map((event) => event.name)).toEqual(['test.web', 'test.worker']);
    node.children[1]?.exit();
    await settle();
    expect(node.running.map((child) => child.request.env['PS'])).toEqual(['web.1']);
  });

  it('of a committed process starts nothing and counts for nothing', async () => {
    const node = fakeNode();
    const web = await node.load('web', { flapping: { attempts: 1 } });
    await node.supervisor.commit(web);
    node.children[1]?.exit();
    await settle();
    expect(node.events.of('exit')[0]).toMatchObject({ requested: false, process: { slot: 0, committed: true } });
    expect(node.events.types).not.toContain('flap');
    expect(node.children).toHaveLength(2);
  });
});

describe('stopping', () => {
  it('resolves for everybody who has asked', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    const both = Promise.all([node.supervisor.stop(web), node.supervisor.stop(web)]);
    await node.endAll();
    await both;
    expect(node.events.of('exit')).toHaveLength(1);
    expect(node.running).toEqual([]);
  });

  it('wins over a restart that is under way', async () => {
    const node = fakeNode();
    const web = await node.load('web', { numprocesses: 2 });
    const restart = node.supervisor.restart(web);
    const stop = node.supervisor.stop(web);
    await node.endAll();
    await Promise.all([restart, stop]);
    expect(node.running).toEqual([]);
  });

  it('wins over a reload and an update that are under way', async () => {
    const node = fakeNode();
    const web = await node.load('web', { numprocesses: 2 });
    const reload = node.supervisor.reload(web);
    const update = node.supervisor.update(web, { name: 'web', cmd: 'other' });
    const stop = node.supervisor.stop(web);
    await node.endAll();
    await Promise.all([reload, update, stop]);
    expect(node.running).toEqual([]);
  });

  it('ends committed processes too, and tells of their exit', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    await node.supervisor.commit(web);
    const stop = node.supervisor.stop(web);
    await node.endAll();
    await stop;
    expect(node.events.of('exit').map((event) => [event.process.committed, event.requested])).toEqual([
      [false, true],
      [true, true],
    ]);
  });

  it('leaves processes that wait for their start where they are', async () => {
    const node = fakeNode();
    const load = node.load('web', { numprocesses: 100 });
    await node.supervisor.stop(named('web'));
    await load;
    expect(node.events.of('spawn').length).toBe(node.children.length);
    await node.endAll();
    expect(node.running).toEqual([]);
    expect(await node.supervisor.pids()).toEqual([]);
  });

  it('does not start the process of whose port it is told when that makes somebody stop the job', async () => {
    const node = fakeNode();
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as { readonly port: number };
    node.supervisor.onEvent((event) => {
      if (event.type === 'port_taken') {
        void node.supervisor.stop(named('web'));
      }
    });
    await node.load('web', { port });
    server.close();
    expect(node.events.types).toEqual(['load', 'start', 'port_taken', 'stop']);
    expect(node.children).toEqual([]);
  });

  it('starts nothing when a listener stops the job as soon as it is told of its start', async () => {
    const node = fakeNode();
    const web = await node.load('web', { start: false });
    node.supervisor.onEvent((event) => {
      if (event.type === 'start') {
        void node.supervisor.stop(web);
      }
    });
    await node.supervisor.start(web);
    expect(node.children).toEqual([]);
  });

  it('starts what it has stopped in its slots again', async () => {
    const node = fakeNode();
    const web = await node.load('web', { numprocesses: 2 });
    const stop = node.supervisor.stop(web);
    await node.endAll();
    await stop;
    await node.supervisor.start(web);
    expect(node.slots).toEqual(['web.1', 'web.2']);
    expect(await node.supervisor.pids(web)).toEqual([3, 4]);
  });
});

describe('replacing', () => {
  it('gives a process that is told to end a successor in its slot when it is gone', async () => {
    const node = fakeNode();
    const web = await node.load('web', { numprocesses: 2 });
    const stopped = node.supervisor.stopProcess(1);
    expect(node.running).toHaveLength(2);
    node.children[0]?.exit({ kind: 'signal', signal: 'SIGTERM' });
    await stopped;
    await settle();
    expect(node.events.types.slice(-3)).toEqual(['stop_process', 'exit', 'spawn']);
    expect(await node.supervisor.pids(web)).toEqual([2, 3]);
    expect(await node.supervisor.pidOf(web, 1)).toBe(3);
  });

  it('reloads with as many processes as the configuration says', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    await node.supervisor.scale(web, { op: '=', n: 3 });
    const reload = node.supervisor.reload(web);
    await node.endAll();
    await reload;
    expect(node.slots).toHaveLength(1);
    expect(node.events.of('exit').map((event) => event.requested)).toEqual([true, true, true]);
  });

  it('starts a job that does not run when it is told to restart it', async () => {
    const node = fakeNode();
    const web = await node.load('web', { start: false });
    await node.supervisor.restart(web);
    expect(node.running).toHaveLength(1);
  });

  it('starts one successor for two restarts at once', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    const both = Promise.all([node.supervisor.restart(web), node.supervisor.restart(web), node.supervisor.stopProcess(1)]);
    await node.endAll();
    await both;
    await settle();
    expect(node.slots).toEqual(['web.1']);
    expect(node.children).toHaveLength(2);
  });
});

describe('unloading', () => {
  it('removes the job at once, and its processes when they are gone', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    const unloaded = node.supervisor.unload(web);
    expect(await node.supervisor.sessions()).toEqual([]);
    await expect(node.supervisor.jobInfo(web)).rejects.toMatchObject({ code: 'job_not_found' });
    expect(node.events.types.slice(-3)).toEqual(['unload', 'stop', 'stop_process']);
    await node.endAll();
    await unloaded;
    expect(node.running).toEqual([]);
    expect(await node.supervisor.pids()).toEqual([]);
  });

  it('is waited for by whoever stops everything', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    void node.supervisor.unload(web);
    let stopped = false;
    const stop = node.supervisor.stopAll().then(() => {
      stopped = true;
    });
    await settle();
    expect({ stopped, idle: node.supervisor.isIdle }).toEqual({ stopped: false, idle: false });
    await node.endAll();
    await stop;
    expect({ stopped, idle: node.supervisor.isIdle }).toEqual({ stopped: true, idle: true });
  });

  it('keeps the processes of a namesake that is loaded meanwhile apart', async () => {
    const node = fakeNode();
    const web = await node.load('web');
    const unloaded = node.supervisor.unload(web);
    await node.load('web');
    node.children[0]?.exit();
    await unloaded;
    await settle();
    expect(node.running).toHaveLength(1);
    expect(await node.supervisor.pids(web)).toEqual([2]);
  });
});

describe('being idle', () => {
  function idleCount(node: FakeNode): () => number {
    let count = 0;
    node.supervisor.onIdle(() => {
      count += 1;
    });
    return () => count;
  }

  it('is told once when the last job is done', async () => {
    const node = fakeNode();
    const idle = idleCount(node);
    await node.load('web', { on_exit: 'ignore' });
    await node.load('worker', { on_exit: 'ignore' });
    await node.fail();
    expect(idle()).toBe(0);
    await node.fail();
    expect(idle()).toBe(1);
  });

  it('is not told while a job pauses, but when it is given up', async () => {
    const node = fakeNode();
    const idle = idleCount(node);
    await node.load('web', { flapping: { attempts: 1, max_retry: 1 } });
    await node.fail();
    expect(idle()).toBe(0);
    await node.clock.advance(7000);
    await node.fail();
    expect(idle()).toBe(1);
  });

  it.each(['stop', 'unload'] as const)('is told when a job is told to %s in its pause', async (operation) => {
    const node = fakeNode();
    const idle = idleCount(node);
    const web = await node.load('web', { flapping: { attempts: 1 } });
    await node.fail();
    await node.supervisor[operation](web);
    await settle();
    expect(idle()).toBe(1);
  });

  it('is told when a job was scaled to nothing in its pause and the pause is over', async () => {
    const node = fakeNode();
    const idle = idleCount(node);
    const web = await node.load('web', { flapping: { attempts: 1 } });
    await node.fail();
    await node.supervisor.scale(web, { op: '=', n: 0 });
    await settle();
    await node.clock.advance(7000);
    expect({ idle: idle(), isIdle: node.supervisor.isIdle }).toEqual({ idle: 1, isIdle: true });
  });

  it('is told to nobody who has ended its subscription', async () => {
    const node = fakeNode();
    let count = 0;
    const end = node.supervisor.onIdle(() => {
      count += 1;
    });
    end();
    await node.load('web', { on_exit: 'ignore' });
    await node.fail();
    expect(count).toBe(0);
  });
});

describe('priority', () => {
  it('stops the jobs of the highest number first, those of one number together', async () => {
    const node = fakeNode();
    for (const [name, priority] of [
      ['db', 0],
      ['web', 10],
      ['worker', 10],
    ] as const) {
      await node.load(name, { priority });
    }
    await node.load('last');
    const stop = node.supervisor.stopAll();
    const stopped = (): string[] => node.events.of('stop').map((event) => event.name);
    expect(stopped()).toEqual(['test.last']);
    node.children[3]?.exit();
    await settle();
    expect(stopped()).toEqual(['test.last', 'test.web', 'test.worker']);
    node.children[1]?.exit();
    await settle();
    expect(stopped()).toHaveLength(3);
    node.children[2]?.exit();
    await settle();
    expect(stopped()).toHaveLength(4);
    node.children[0]?.exit();
    await stop;
    expect(node.supervisor.isIdle).toBe(true);
  });
});

it('numbers processes over all jobs and never gives a number twice', async () => {
  const node = fakeNode();
  const web = await node.load('web', { numprocesses: 2, flapping: false });
  const worker = await node.load('worker');
  await node.fail();
  expect(await node.supervisor.pids(web)).toEqual([2, 4]);
  expect(await node.supervisor.pids(worker)).toEqual([3]);
  expect(await node.supervisor.pids()).toEqual([2, 3, 4]);
});

it('lists sessions and jobs in the order in which they have come', async () => {
  const node = fakeNode();
  for (const [session, name] of [
    ['b', 'x'],
    ['a', 'y'],
    ['b', 'w'],
  ] as const) {
    await node.supervisor.load(session, { name, cmd: 'program', start: false });
  }
  expect(await node.supervisor.sessions()).toEqual(['b', 'a']);
  const jobs = await node.supervisor.jobs();
  expect(jobs.map(({ session, job }) => `${session}.${job}`)).toEqual(['b.x', 'b.w', 'a.y']);
  expect(await node.supervisor.jobs('a')).toEqual([{ session: 'a', job: 'y' }]);
  await node.supervisor.unload({ session: 'a', job: 'y' });
  expect(await node.supervisor.sessions()).toEqual(['b']);
  await expect(node.supervisor.jobs('a')).rejects.toMatchObject({ code: 'session_not_found' });
});

it('keeps the same job name of two sessions apart', async () => {
  const node = fakeNode();
  await node.load('web');
  await node.supervisor.load('other', { name: 'web', cmd: 'program', numprocesses: 2 });
  await expect(node.load('web')).rejects.toMatchObject({ code: 'job_exists' });
  expect(await node.supervisor.pids({ session: SESSION, job: 'web' })).toEqual([1]);
  expect(await node.supervisor.pids({ session: 'other', job: 'web' })).toEqual([2, 3]);
});

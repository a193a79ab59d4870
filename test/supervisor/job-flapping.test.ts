import { describe, expect, it, onTestFinished } from 'vitest';
import type { JobConfig } from '../../src/job/config.ts';
import { settle } from '../support/fake-clock.ts';
import { FakeNode } from '../support/fake-node.ts';
import { named } from '../support/test-node.ts';

function fakeNode(): FakeNode {
  const node = new FakeNode();
  onTestFinished(() => node.supervisor.close());
  return node;
}

/** What happens to a job: `run` as long as it runs (ms), then it fails; `wait` for a pause (ms). */
type Step = { readonly run: number } | { readonly wait: number };

async function play(node: FakeNode, steps: readonly Step[]): Promise<string[]> {
  const seen: string[] = [];
  node.supervisor.onEvent((event) => {
    if (event.type === 'flap') {
      seen.push(`flap ${event.retry}`);
    } else if (event.type === 'spawn' || event.type === 'give_up') {
      seen.push(event.type);
    }
  });
  for (const step of steps) {
    if ('run' in step) {
      await node.clock.advance(step.run);
      await node.fail();
    } else {
      await node.clock.advance(step.wait);
    }
  }
  return seen;
}

const atOnce = { run: 10 };
const pause = { wait: 7000 };

describe('a job that fails', () => {
  it.each<{ readonly story: string; readonly flapping?: JobConfig['flapping']; readonly steps: readonly Step[]; readonly seen: string }>([
    { story: 'once runs again at once', steps: [atOnce], seen: 'spawn' },
    { story: 'twice within a second pauses', steps: [atOnce, atOnce], seen: 'spawn, flap 1' },
    { story: 'twice within a second is tried again after 7 seconds', steps: [atOnce, atOnce, pause], seen: 'spawn, flap 1, spawn' },
    { story: 'twice within more than a second runs on', steps: [atOnce, { run: 1001 }, { run: 1001 }], seen: 'spawn, spawn, spawn' },
    {
      story: 'again after every pause is given up after five of them',
      steps: [atOnce, atOnce, pause, atOnce, pause, atOnce, pause, atOnce, pause, atOnce, pause, atOnce],
      seen: 'spawn, flap 1, spawn, flap 2, spawn, flap 3, spawn, flap 4, spawn, flap 5, spawn, give_up',
    },
    {
      story: 'again only after it ran well for a while has all its tries again',
      steps: [atOnce, atOnce, pause, { run: 5000 }, atOnce, pause],
      seen: 'spawn, flap 1, spawn, spawn, flap 1, spawn',
    },
    { story: 'once with attempts 1 pauses', flapping: { attempts: 1 }, steps: [atOnce], seen: 'flap 1' },
    { story: 'three times with attempts 3 pauses', flapping: { attempts: 3 }, steps: [atOnce, atOnce, atOnce], seen: 'spawn, spawn, flap 1' },
    { story: 'twice with max_retry 0 is given up', flapping: { max_retry: 0 }, steps: [atOnce, atOnce], seen: 'spawn, give_up' },
    {
      story: 'within its own window pauses for its own time',
      flapping: { window: 60, retry_in: 2 },
      steps: [{ run: 100 }, { run: 50_000 }, { wait: 1999 }, { wait: 1 }],
      seen: 'spawn, flap 1, spawn',
    },
    {
      story: 'always runs again without flapping control',
      flapping: false,
      steps: Array.from({ length: 20 }, () => atOnce),
      seen: 'spawn, '.repeat(20).slice(0, -2),
    },
  ])('$story', async ({ flapping, steps, seen }) => {
    const node = fakeNode();
    await node.load('web', flapping === undefined ? {} : { flapping });
    expect((await play(node, steps)).join(', ')).toBe(seen);
  });
});

describe('a pause', () => {
  async function paused(more: Partial<JobConfig> = {}): Promise<FakeNode> {
    const node = fakeNode();
    await node.load('web', { flapping: { attempts: 1 }, ...more });
    await node.fail();
    expect((await node.supervisor.jobInfo(named('web'))).state).toBe('paused');
    return node;
  }

  it('tells how long it is and which try it is', async () => {
    const node = await paused();
    expect(node.events.of('flap')[0]).toMatchObject({ name: 'test.web', retry: 1, maxRetry: 5, pauseMs: 7000 });
  });

  it('stops the other processes of the job, and none of them counts as a failure', async () => {
    const node = fakeNode();
    await node.load('web', { numprocesses: 3, flapping: { attempts: 1 } });
    await node.fail();
    await node.endAll();
    expect(node.running).toEqual([]);
    expect(node.events.of('flap')).toHaveLength(1);
    expect(node.events.of('exit').map((event) => event.requested)).toEqual([false, true, true]);
    await node.clock.advance(7000);
    expect(node.slots).toEqual(['web.1', 'web.2', 'web.3']);
  });

  it('is over when the job is stopped: nothing is started any more', async () => {
    const node = await paused();
    await node.supervisor.stop(named('web'));
    expect(node.clock.pending).toBe(0);
    await node.clock.advance(60_000);
    expect(node.children).toHaveLength(1);
  });

  it('is over when the job is unloaded: no process of an unloaded job is ever started', async () => {
    const node = await paused();
    await node.supervisor.unload(named('web'));
    await node.clock.advance(60_000);
    expect(node.children).toHaveLength(1);
    expect(node.clock.pending).toBe(0);
  });

  it('is over when everything is stopped', async () => {
    const node = await paused();
    await node.supervisor.stopAll();
    await node.clock.advance(60_000);
    expect(node.children).toHaveLength(1);
  });

  it.each(['start', 'restart', 'reload'] as const)('is over at once when the job is told to %s, and counts as no try', async (operation) => {
    const node = await paused();
    await node.supervisor[operation](named('web'));
    expect(node.running).toHaveLength(1);
    await node.clock.advance(60_000);
    expect(node.running).toHaveLength(1);
    await node.fail();
    expect(node.events.of('flap').map((event) => event.retry)).toEqual([1, 1]);
  });

  it('is over at once when the job gets another configuration', async () => {
    const node = await paused();
    await node.supervisor.update(named('web'), { name: 'web', cmd: 'repaired' });
    await node.clock.advance(60_000);
    expect(node.running.map((child) => child.request.file)).toEqual(['repaired']);
  });

  it('does not end committed processes that are started in it', async () => {
    const node = await paused();
    await node.supervisor.commit(named('web'));
    await node.clock.advance(7000);
    expect(node.slots).toEqual(['web.0', 'web.1']);
  });
});

describe('a job that was given up', () => {
  it('stays down, and is not counted on any more', async () => {
    const node = fakeNode();
    const web = await node.load('web', { flapping: { attempts: 1, max_retry: 0 } });
    await node.fail();
    await node.clock.advance(3_600_000);
    expect(await node.supervisor.jobInfo(web)).toMatchObject({ state: 'given_up', active: false });
    expect(node.supervisor.isIdle).toBe(true);
  });

  it('is started by scaling no more than by time, but by start with a clean record', async () => {
    const node = fakeNode();
    const web = await node.load('web', { flapping: { attempts: 2, max_retry: 0 } });
    await node.fail();
    await node.fail();
    await node.supervisor.scale(web, { op: '+', n: 1 });
    expect(node.running).toEqual([]);
    await node.supervisor.start(web);
    await node.fail();
    expect(node.running).toHaveLength(1);
  });
});

describe('a program that cannot be executed', () => {
  it('is judged as any failure', async () => {
    const node = fakeNode();
    await node.load('web');
    for (let i = 0; i < 2; i += 1) {
      node.running[0]?.exit({ kind: 'not_started', reason: 'command not found: program', code: 127 });
      await settle();
    }
    expect(node.events.types.slice(-2)).toEqual(['exit', 'flap']);
  });

  it('is tried once a second where flapping is not controlled, never in a tight loop', async () => {
    const node = fakeNode();
    const web = await node.load('web', { flapping: false });
    for (let tries = 1; tries < 20; tries += 1) {
      node.running[0]?.exit({ kind: 'not_started', reason: 'command not found: program', code: 127 });
      await settle();
      await node.clock.advance(999);
      expect(node.running).toEqual([]);
      await node.clock.advance(1);
      expect(node.running).toHaveLength(1);
    }
    expect(node.events.types).not.toContain('flap');
    node.running[0]?.exit({ kind: 'not_started', reason: 'command not found: program', code: 127 });
    await settle();
    await node.supervisor.unload(web);
    expect(node.clock.pending).toBe(0);
  });

  it('does not hold up the others of its job', async () => {
    const node = fakeNode();
    const web = await node.load('web', { numprocesses: 2, flapping: false });
    node.running[0]?.exit({ kind: 'not_started', reason: 'command not found: program', code: 127 });
    await settle();
    expect((await node.supervisor.jobInfo(web)).state).toBe('started');
    node.running[0]?.exit();
    await settle();
    expect(node.slots).toEqual(['web.1', 'web.2']);
  });
});

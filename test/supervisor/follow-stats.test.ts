import { describe, expect } from 'vitest';
import type { StatsEntry, StatsTarget } from '../../src/job/stats.ts';
import { becomes } from '../support/processes.ts';
import { named, type TestNode, test } from '../support/test-node.ts';

/** What somebody is told who follows statistics as fast as can be. */
class Followed {
  readonly entries: StatsEntry[] = [];
  ends = 0;

  static async begin(node: TestNode, target: StatsTarget): Promise<Followed> {
    const followed = new Followed();
    await node.supervisor.followStats(
      target,
      0,
      (entry) => followed.entries.push(entry),
      () => {
        followed.ends += 1;
      },
    );
    return followed;
  }

  /** Waits until these processes are told of, and nobody else any more. */
  async areOf(...pids: readonly number[]): Promise<void> {
    const latest = (): number[] => this.entries.slice(this.entries.length - pids.length).map(({ pid }) => pid);
    expect([await becomes(() => String(latest()) === String(pids), 10_000), latest()]).toEqual([true, pids]);
  }
}

describe('statistics that are followed', () => {
  test('of a job are those of all its processes, also of ones that come later', async ({ node }) => {
    const web = await node.load('web', 'sleep 100');
    await node.load('other', 'sleep 100');
    const followed = await Followed.begin(node, { job: web });
    await followed.areOf(1);
    await node.supervisor.scale(web, { op: '=', n: 2 });
    await followed.areOf(1, 3);
    const committed = await node.supervisor.commit(web);
    await followed.areOf(1, 3, committed);
    await node.supervisor.scale(web, { op: '=', n: 0 });
    await node.supervisor.stopProcess(committed);
    followed.entries.length = 0;
    await node.supervisor.scale(web, { op: '=', n: 1 });
    await followed.areOf(5);
    expect(followed.entries[0]).toMatchObject({ name: 'test.web', os_pid: (await node.supervisor.processInfo(5)).os_pid, cpu: 0 });
    expect(followed.ends).toBe(0);
  });

  test('of a job end at once when it is unloaded, and do not go on with the next one of its name', async ({ node }) => {
    const web = await node.load('web', 'sleep 100');
    const followed = await Followed.begin(node, { job: web });
    await followed.areOf(1);
    const unloaded = node.supervisor.unload(web);
    expect(followed.ends).toBe(1);
    await unloaded;
    followed.entries.length = 0;
    await node.load('web', 'sleep 100');
    const next = await Followed.begin(node, { job: web });
    await next.areOf(2, 2, 2);
    expect([followed.entries, followed.ends, next.ends]).toEqual([[], 1, 0]);
  });

  test('of a process end when it does, and once', async ({ node }) => {
    const web = await node.load('web', 'sleep 100');
    const followed = await Followed.begin(node, { pid: 1 });
    await followed.areOf(1);
    await node.supervisor.restart(web);
    expect(followed.ends).toBe(1);
    followed.entries.length = 0;
    await node.supervisor.unload(web);
    node.supervisor.close();
    expect([followed.entries, followed.ends]).toEqual([[], 1]);
  });

  test('of a process that waits for its start end when it is told not to start', async ({ node }) => {
    const loaded = node.load('web', 'sleep 100');
    const followed = await Followed.begin(node, { pid: 1 });
    await node.supervisor.unload(named('web'));
    await loaded;
    expect([followed.entries, followed.ends]).toEqual([[], 1]);
  });

  test('of a program that could not be executed end with it', async ({ node }) => {
    const loaded = node.load('web', '/there/is/no/such/program', { flapping: false, on_exit: 'ignore' });
    const followed = await Followed.begin(node, { pid: 1 });
    await loaded;
    await node.events.next('exit');
    expect([followed.entries, followed.ends]).toEqual([[], 1]);
  });

  test('end when the supervisor is closed', async ({ node }) => {
    const web = await node.load('web', 'sleep 100', { start: false });
    const followed = await Followed.begin(node, { job: web });
    node.supervisor.close();
    expect(followed.ends).toBe(1);
  });

  test('of what is not there are refused', async ({ node }) => {
    await expect(Followed.begin(node, { pid: 9 })).rejects.toMatchObject({ code: 'process_not_found' });
    await expect(Followed.begin(node, { job: named('nobody') })).rejects.toMatchObject({ code: 'job_not_found' });
  });
});

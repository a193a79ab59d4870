import { describe, expect, it } from 'vitest';
import type { ChildLook, ProcessLook } from '../../src/job/process-look.ts';
import { ProcessLooks } from '../../src/supervisor/process-looks.ts';
import type { ProcessEntry } from '../../src/supervisor/process-stat.ts';
import { SessionScan } from '../../src/supervisor/session-scan.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { processEntry } from '../support/process-entry.ts';

class Rig {
  readonly clock = new FakeClock();
  entries: readonly ProcessEntry[] = [];
  reads = 0;
  readonly asked: number[] = [];
  readonly looks = new ProcessLooks(
    new SessionScan(this.clock, () => {
      this.reads += 1;
      return this.entries;
    }),
    {
      ownerOf: (pid) => {
        this.asked.push(pid);
        return { username: 'ada', nice: 0, cmdline: `program${pid}` };
      },
    },
  );

  /** A look when the last one has become old. */
  async next(pid: number): Promise<ProcessLook | undefined> {
    await this.clock.advance(1000);
    return this.looks.look(pid);
  }
}

/** The pids of children, each with its own. */
function tree(children: readonly ChildLook[]): unknown {
  return children.map(({ pid, children: own }) => (own.length === 0 ? pid : [pid, tree(own)]));
}

describe('a look at a process', () => {
  it('tells who it is, and what it has started one by one', () => {
    const rig = new Rig();
    rig.entries = [
      processEntry(10),
      processEntry(11, { parent: 10, session: 10 }),
      processEntry(12, { parent: 11, session: 10 }),
      processEntry(13, { parent: 10, session: 10, state: 'Z' }), // has ended
      processEntry(14, { parent: 1, session: 10 }), // whoever started it has ended
      processEntry(15, { parent: 11 }), // has left the session
      processEntry(20),
      processEntry(21, { parent: 20, session: 20 }),
    ];
    const look = rig.looks.look(10);
    expect(look).toMatchObject({ username: 'ada', nice: 0, cmdline: 'program10' });
    expect(tree(look?.children ?? [])).toEqual([[11, [12, 15]], 14]);
    expect(look?.children[0]).toMatchObject({
      pid: 11,
      username: 'ada',
      nice: 0,
      cmdline: 'program11',
      cpu: 0,
      mem: 0,
      ctime: '0:00.00',
      mem_info2: '1000B',
    });
    expect(rig.asked).not.toContain(20);
    expect(rig.asked).not.toContain(21);
  });

  it.each([0, 13, 21, 99])('tells nothing of what is not the process of a job, or not any more: %i', (pid) => {
    const rig = new Rig();
    rig.entries = [
      processEntry(0, { session: 0 }),
      processEntry(13, { state: 'Z' }),
      processEntry(20),
      processEntry(21, { parent: 20, session: 20 }),
    ];
    expect(rig.looks.look(pid)).toBeUndefined();
    expect(rig.asked).toEqual([]);
  });

  it('tells how busy children are since the look before', async () => {
    const rig = new Rig();
    const at = (ticks: number): readonly ProcessEntry[] => [
      processEntry(10, { cpuTicks: 500 }),
      processEntry(11, { parent: 10, session: 10, cpuTicks: ticks }),
    ];
    const percents: unknown[] = [];
    for (const ticks of [100, 150, 150, 250]) {
      rig.entries = at(ticks);
      percents.push((await rig.next(10))?.children[0]?.cpu);
    }
    expect(percents).toEqual([0, 50, 0, 100]);
    rig.entries = [processEntry(10), processEntry(11, { parent: 10, session: 10, cpuTicks: 900, startTime: 'another one' })];
    expect((await rig.next(10))?.children[0]?.cpu).toBe(0);
  });

  it('reads the processes of the machine once for all who ask at about the same time', async () => {
    const rig = new Rig();
    rig.entries = [processEntry(10), processEntry(20)];
    rig.looks.look(10);
    rig.looks.look(20);
    expect(rig.reads).toBe(1);
    await rig.next(10);
    expect(rig.reads).toBe(2);
  });

  it('is bounded, however many there are and however deep', () => {
    const rig = new Rig();
    const chain = Array.from({ length: 500 }, (_, index) => processEntry(11 + index, { parent: 10 + index, session: 10 }));
    rig.entries = [processEntry(10), ...chain];
    const look = rig.looks.look(10);
    const depth = (children: readonly ChildLook[]): number => Math.max(0, ...children.map((child) => 1 + depth(child.children)));
    const count = (children: readonly ChildLook[]): number => children.reduce((sum, child) => sum + 1 + count(child.children), 0);
    expect([depth(look?.children ?? []), count(look?.children ?? []), rig.asked.length]).toEqual([10, 200, 201]);
  });
});

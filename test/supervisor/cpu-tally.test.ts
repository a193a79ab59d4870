import { array, assert, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CpuTally } from '../../src/supervisor/cpu-tally.ts';
import type { ProcessEntry } from '../../src/supervisor/process-stat.ts';
import { processEntry } from '../support/process-entry.ts';

/** A process: its pid, its parent, what it has used, what the children have that it has waited for. */
function entry(pid: number, parent: number, cpuTicks: number, waitedTicks = 0): ProcessEntry {
  return processEntry(pid, { parent, cpuTicks, waitedTicks });
}

/** The sums after each look. */
function sums(...looks: readonly (readonly ProcessEntry[])[]): number[] {
  const tally = new CpuTally();
  return looks.map((entries) => tally.add(entries));
}

describe('CPU time', () => {
  it('is at first what all have used, and what those have that they had waited for', () => {
    expect(sums([entry(1, 0, 10, 100), entry(2, 1, 5, 1)])).toEqual([116]);
  });

  it('counts children that came and went between two looks, as those of make do', () => {
    expect(sums([entry(1, 0, 0)], [entry(1, 0, 1, 300)], [entry(1, 0, 2, 500)])).toEqual([0, 301, 502]);
  });

  it('does not count a child again when its parent has waited for it, but what it used since it was seen', () => {
    expect(sums([entry(1, 0, 0), entry(2, 1, 70)], [entry(1, 0, 0, 90)], [entry(1, 0, 0, 90)])).toEqual([70, 90, 90]);
  });

  it('counts who has ended as long as nobody has waited for it', () => {
    const zombie = { ...entry(2, 1, 80), state: 'Z' };
    expect(sums([entry(1, 0, 0), entry(2, 1, 70)], [entry(1, 0, 0), zombie], [entry(1, 0, 0, 80)])).toEqual([70, 80, 80]);
  });

  it('does not fall when nobody waits for who has ended, and others go on to count', () => {
    expect(sums([entry(1, 0, 10), entry(2, 1, 5000)], [entry(1, 0, 20)], [entry(1, 0, 30)])).toEqual([5010, 5020, 5030]);
  });

  it('counts a child once that ended between the look at its parent and the look at itself', () => {
    expect(sums([entry(1, 0, 0), entry(2, 1, 70)], [entry(1, 0, 0)], [entry(1, 0, 0, 75)])).toEqual([70, 70, 75]);
  });

  it('counts it once too when its parent has ended as well until the next look', () => {
    expect(sums([entry(1, 0, 0), entry(2, 1, 1), entry(3, 2, 70)], [entry(1, 0, 0), entry(2, 1, 1)], [entry(1, 0, 0, 72)])).toEqual([71, 71, 72]);
  });

  it('counts grandchildren once whose parents have ended with them', () => {
    expect(sums([entry(1, 0, 0), entry(2, 1, 10), entry(3, 2, 20)], [entry(1, 0, 0, 33)])).toEqual([30, 33]);
  });

  it('does not wait for ever for the time of who was lost', () => {
    const looks = [[entry(1, 0, 0), entry(2, 1, 70)], [entry(1, 0, 0)], [entry(1, 0, 0)], [entry(1, 0, 0, 40)]];
    expect(sums(...looks)).toEqual([70, 70, 70, 110]);
  });

  it('takes a process for another when its number was given again', () => {
    expect(sums([entry(1, 0, 0), entry(2, 1, 70)], [entry(1, 0, 0, 70), { ...entry(2, 1, 3), startTime: 'later' }])).toEqual([70, 73]);
  });

  it('never falls where numbers do', () => {
    expect(sums([entry(1, 0, 10, 10)], [entry(1, 0, 5, 5)], [entry(1, 0, 6, 6)])).toEqual([20, 20, 22]);
  });

  it('comes to an end where two are each the parent of the other', () => {
    expect(sums([entry(1, 2, 10), entry(2, 1, 10)], [])).toEqual([20, 20]);
  });
});

/** A process of a program that does as it is told. */
interface Living {
  readonly pid: number;
  readonly parent: number;
  cpu: number;
  waited: number;
}

/** A program with children and grandchildren; each is waited for by its parent at once when it has ended. */
class Program {
  readonly living = new Map<number, Living>([[1, { pid: 1, parent: 0, cpu: 0, waited: 0 }]]);
  #lastPid = 1;
  used = 0;

  /** One of the living does something. */
  act(choice: number): void {
    const one = [...this.living.values()][choice % this.living.size] as Living;
    const isParent = [...this.living.values()].some(({ parent }) => parent === one.pid);
    const deed = Math.floor(choice / 64) % 3;
    if (deed === 0) {
      this.#lastPid += 1;
      this.living.set(this.#lastPid, { pid: this.#lastPid, parent: one.pid, cpu: 0, waited: 0 });
    } else if (deed === 1 && one.pid !== 1 && !isParent) {
      const parent = this.living.get(one.parent) as Living;
      parent.waited += one.cpu + one.waited;
      this.living.delete(one.pid);
    } else {
      one.cpu += choice % 97;
      this.used += choice % 97;
    }
  }

  /** Reads one process after the other, in the order of their numbers; meanwhile they go on. */
  look(meanwhile: readonly number[]): ProcessEntry[] {
    const entries: ProcessEntry[] = [];
    const acts = [...meanwhile];
    for (const pid of [...this.living.keys()].sort((a, b) => a - b)) {
      const one = this.living.get(pid);
      if (one !== undefined) {
        entries.push(entry(pid, one.parent, one.cpu, one.waited));
      }
      const act = acts.shift();
      if (act !== undefined) {
        this.act(act);
      }
    }
    return entries;
  }
}

describe('of a program whose processes come and go, and are waited for', () => {
  const acts = array(integer({ min: 0, max: 100_000 }), { maxLength: 30 });
  const looks = array(record({ before: acts, meanwhile: acts }), { maxLength: 12 });

  it('all CPU time is told, none twice, also when they come and go during a look', () => {
    assert(
      property(looks, (history) => {
        const program = new Program();
        const tally = new CpuTally();
        let last = 0;
        for (const { before, meanwhile } of history) {
          before.forEach((act) => program.act(act));
          const told = tally.add(program.look(meanwhile));
          expect(told).toBeGreaterThanOrEqual(last);
          expect(told).toBeLessThanOrEqual(program.used);
          last = told;
        }
        expect(tally.add(program.look([]))).toBe(program.used);
      }),
      { numRuns: 1000 },
    );
  });
});

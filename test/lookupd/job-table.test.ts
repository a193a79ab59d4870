import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JobTable } from '../../src/lookupd/job-table.ts';
import { changesIn, EMPTY_TREE, findIn, type JobTree, jobsIn, type PlacedJob, treeOf, withJob, withoutJob } from '../../src/lookupd/job-tree.ts';

type Step = { readonly kind: 'add_job' | 'remove_job' | 'add_process' | 'remove_process'; readonly job: string; readonly pid: number };

const job = fc.oneof(
  fc.nat(60).map((number) => `shop.job-${number}`),
  fc.constantFrom('__proto__.__proto__', 'shop.\ud800'),
);

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ kind: fc.constantFrom('add_job', 'add_job', 'add_process', 'add_process', 'remove_job', 'remove_process'), job, pid: fc.nat(4) }),
  { maxLength: 200 },
);

function changed(table: JobTable, { kind, job: name, pid }: Step): JobTable {
  switch (kind) {
    case 'add_job':
      return table.withJob(name);
    case 'remove_job':
      return table.withoutJob(name);
    case 'add_process':
      return table.withProcess(name, pid);
    case 'remove_process':
      return table.withoutProcess(name, pid);
  }
}

function change(jobs: Map<string, Set<number>>, { kind, job: name, pid }: Step): void {
  switch (kind) {
    case 'add_job':
      jobs.set(name, jobs.get(name) ?? new Set());
      return;
    case 'remove_job':
      jobs.delete(name);
      return;
    case 'add_process':
      jobs.get(name)?.add(pid);
      return;
    case 'remove_process':
      jobs.get(name)?.delete(pid);
  }
}

function plain(jobs: Iterable<readonly [string, Iterable<number>]>): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries([...jobs].map(([name, pids]) => [name, [...pids].toSorted((one, other) => one - other)]));
}

describe('a table of jobs', () => {
  test('holds what a map would, whatever happens, and those before a change are as they were', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const jobs = new Map<string, Set<number>>();
        const seen: (readonly [JobTable, ReturnType<typeof plain>])[] = [];
        let table = JobTable.EMPTY;
        for (const step of all) {
          table = changed(table, step);
          change(jobs, step);
          seen.push([table, plain(jobs)]);
        }
        for (const [before, expected] of seen.filter((_, index) => index % 20 === 0)) {
          expect(plain(before)).toEqual(expected);
          expect(before.size).toBe(Object.keys(expected).length);
        }
        expect(plain(table)).toEqual(plain(jobs));
        for (const [name, pids] of jobs) {
          expect(table.get(name)).toEqual([...pids].toSorted((one, other) => one - other));
        }
        expect(table.get('shop.nobody')).toBeUndefined();
      }),
    );
  });

  test('is the same, in the same order, however it came to be', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const jobs = new Map<string, Set<number>>();
        let table = JobTable.EMPTY;
        for (const step of all) {
          table = changed(table, step);
          change(jobs, step);
        }
        const other = JobTable.of(jobs);
        expect([...table]).toEqual([...other]);
        expect(table.equals(other)).toBe(true);
        expect(table.changesTo(other)).toEqual([]);
        expect(table.withJob('other.job').equals(other)).toBe(false);
      }),
    );
  });

  test('tells what is different in another one', () => {
    fc.assert(
      fc.property(fc.dictionary(job, fc.uniqueArray(fc.nat(3))), fc.dictionary(job, fc.uniqueArray(fc.nat(3))), (old, now) => {
        const told = new Map(
          JobTable.of(Object.entries(old))
            .changesTo(JobTable.of(Object.entries(now)))
            .map(({ name, before, after }) => [name, { before, after }]),
        );
        const [first, second] = [plain(Object.entries(old)), plain(Object.entries(now))];
        const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
        const different = names.filter((name) => JSON.stringify(first[name]) !== JSON.stringify(second[name]));
        expect(told).toEqual(new Map(different.map((name) => [name, { before: first[name], after: second[name] }])));
      }),
    );
  });

  test('is itself where nothing changes', () => {
    const table = JobTable.of([['shop.web', [1]]]);
    expect(table.withJob('shop.web')).toBe(table);
    expect(table.withoutJob('shop.job')).toBe(table);
    expect(table.withProcess('shop.web', 1)).toBe(table);
    expect(table.withProcess('shop.job', 1)).toBe(table);
    expect(table.withoutProcess('shop.web', 2)).toBe(table);
    expect(table.withoutProcess('shop.job', 2)).toBe(table);
  });
});

describe('a tree of jobs', () => {
  /** Many with hashes that are the same, or nearly. */
  const placed: fc.Arbitrary<PlacedJob> = fc.tuple(fc.constantFrom(0, 1, 0x0f_ff_ff_ff, 0xff_ff_ff_ff), fc.nat(30)).map(([hash, number]) => ({
    hash,
    name: `${hash}.${number}`,
    pids: [],
  }));
  const names = (tree: JobTree): readonly string[] => [...jobsIn(tree)].map(({ name }) => name);

  test('keeps jobs of the same hash apart', () => {
    fc.assert(
      fc.property(fc.array(placed, { maxLength: 150 }), fc.array(placed, { maxLength: 50 }), (come, gone) => {
        let tree = EMPTY_TREE;
        for (const one of come) {
          tree = withJob(tree, one);
        }
        for (const { name, hash } of gone) {
          tree = withoutJob(tree, name, hash);
        }
        const there = come.filter(({ name }) => !gone.some((one) => one.name === name));
        expect(new Set(names(tree))).toEqual(new Set(there.map(({ name }) => name)));
        expect(names(tree)).toHaveLength(new Set(names(tree)).size);
        expect(names(tree)).toEqual(names(treeOf([...jobsIn(tree)].toReversed())));
        for (const { name, hash } of [...come, ...gone]) {
          expect(findIn(tree, name, hash)?.name).toBe(there.some((one) => one.name === name) ? name : undefined);
        }
        expect([...changesIn(tree, EMPTY_TREE)].map(({ name }) => name)).toEqual(names(tree));
      }),
    );
  });

  test('shares all but one of its branches with what it was', () => {
    const of = (number: number): PlacedJob => ({ hash: Math.imul(number, 0x9e_37_79_b1) >>> 0, name: `shop.job-${number}`, pids: [] });
    const tree = treeOf(Array.from({ length: 10_000 }, (_, number) => of(number)));
    const after = withJob(tree, { ...of(77), pids: [5] });
    expect('children' in tree && 'children' in after && after.children.filter((child, index) => child === tree.children[index]).length).toBe(15);
    expect([...changesIn(tree, after)]).toEqual([{ name: 'shop.job-77', before: [], after: [5] }]);
  });
});

import { changesIn, EMPTY_TREE, findIn, type JobChange, type JobTree, jobsIn, type PlacedJob, treeOf, withJob, withoutJob } from './job-tree.ts';

/** What a node has: pids by the jobs' full names. It is never changed; one with a change costs what the change costs, however much there is. */
export class JobTable {
  /** Of a node that has nothing. */
  static readonly EMPTY = new JobTable(EMPTY_TREE, 0);

  readonly #tree: JobTree;
  /** How many jobs there are. */
  readonly size: number;

  private constructor(tree: JobTree, size: number) {
    this.#tree = tree;
    this.size = size;
  }

  /** A table of jobs; the last one of a name counts. */
  static of(jobs: Iterable<readonly [name: string, pids: Iterable<number>]>): JobTable {
    const placed = new Map<string, PlacedJob>();
    for (const [name, pids] of jobs) {
      placed.set(name, placedJob(name, [...new Set(pids)].toSorted(ascending)));
    }
    return new JobTable(treeOf([...placed.values()]), placed.size);
  }

  /** The pids of a job, lowest first; undefined where there is no such job. */
  get(name: string): readonly number[] | undefined {
    return findIn(this.#tree, name, hashOf(name))?.pids;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** One with a job that has no process; the same where there is such a job. */
  withJob(name: string): JobTable {
    return this.has(name) ? this : this.#with(name, []);
  }

  withoutJob(name: string): JobTable {
    return this.has(name) ? new JobTable(withoutJob(this.#tree, name, hashOf(name)), this.size - 1) : this;
  }

  /** One with a process of a job; the same where it is there, or the job is not. */
  withProcess(name: string, pid: number): JobTable {
    const pids = this.get(name);
    return pids === undefined || pids.includes(pid) ? this : this.#with(name, [...pids, pid].sort(ascending));
  }

  withoutProcess(name: string, pid: number): JobTable {
    const pids = this.get(name);
    return pids?.includes(pid) === true
      ? this.#with(
          name,
          pids.filter((one) => one !== pid),
        )
      : this;
  }

  /** What is different in another table. */
  changesTo(other: JobTable): readonly JobChange[] {
    return this.#tree === other.#tree ? [] : changesIn(this.#tree, other.#tree);
  }

  /** Whether another table says the same. */
  equals(other: JobTable): boolean {
    return this.size === other.size && this.changesTo(other).length === 0;
  }

  /** The names of all jobs. */
  *names(): Generator<string> {
    for (const { name } of jobsIn(this.#tree)) {
      yield name;
    }
  }

  /** Every job with its pids, in an order that depends on nothing but their names. */
  *[Symbol.iterator](): Generator<readonly [name: string, pids: readonly number[]]> {
    for (const { name, pids } of jobsIn(this.#tree)) {
      yield [name, pids];
    }
  }

  #with(name: string, pids: readonly number[]): JobTable {
    return new JobTable(withJob(this.#tree, placedJob(name, pids)), this.has(name) ? this.size : this.size + 1);
  }
}

function placedJob(name: string, pids: readonly number[]): PlacedJob {
  return { hash: hashOf(name), name, pids };
}

function ascending(one: number, other: number): number {
  return one - other;
}

/** FNV-1a, and what MurmurHash3 does in the end: names that differ in their last letter alone are to be far from each other. */
function hashOf(name: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01_00_01_93);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

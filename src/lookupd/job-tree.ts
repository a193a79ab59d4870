/** A job with its pids, lowest first, at its place in a tree. */
export interface PlacedJob {
  readonly hash: number;
  readonly name: string;
  readonly pids: readonly number[];
}

/**
 * Jobs by their names, as a tree that is never changed: a change makes another one that shares all but a few leaves with it. Jobs are in
 * the order of their hashes: those of a leaf, and the children of a branch by four bits of them, the highest first.
 */
export type JobTree = readonly PlacedJob[] | JobBranch;

/** A leaf that has become too long. */
export interface JobBranch {
  readonly children: readonly JobTree[];
}

/** What is different of a job between two trees; undefined where one does not have it. */
export interface JobChange {
  readonly name: string;
  readonly before: readonly number[] | undefined;
  readonly after: readonly number[] | undefined;
}

/** Nothing. */
export const EMPTY_TREE: JobTree = [];

/** Where a tree begins to look at hashes. */
const TOP_SHIFT = 28;
const SHIFT = 4;
const MASK = 15;
const LONGEST_LEAF = 16;

/** The job of that name and hash. */
export function findIn(tree: JobTree, name: string, hash: number): PlacedJob | undefined {
  let at = tree;
  for (let shift = TOP_SHIFT; !isLeaf(at); shift -= SHIFT) {
    at = at.children[(hash >>> shift) & MASK] ?? EMPTY_TREE;
  }
  return at.find((job) => job.hash === hash && job.name === name);
}

/** A tree with that job, instead of one of that name. */
export function withJob(tree: JobTree, job: PlacedJob, shift = TOP_SHIFT): JobTree {
  if (!isLeaf(tree)) {
    return changedChild(tree, (job.hash >>> shift) & MASK, (child) => withJob(child, job, shift - SHIFT));
  }
  const at = tree.findIndex((one) => compare(one, job) >= 0);
  const isThere = at !== -1 && tree[at]?.name === job.name;
  return built(tree.toSpliced(at === -1 ? tree.length : at, isThere ? 1 : 0, job), shift);
}

/** A tree without the job of that name and hash. */
export function withoutJob(tree: JobTree, name: string, hash: number, shift = TOP_SHIFT): JobTree {
  if (!isLeaf(tree)) {
    return changedChild(tree, (hash >>> shift) & MASK, (child) => withoutJob(child, name, hash, shift - SHIFT));
  }
  const rest = tree.filter((job) => job.name !== name);
  return rest.length === tree.length ? tree : rest;
}

/** A tree of jobs with different names, in any order. */
export function treeOf(jobs: readonly PlacedJob[]): JobTree {
  return built(jobs.toSorted(compare), TOP_SHIFT);
}

/** Every job, in the order of hashes. */
export function* jobsIn(tree: JobTree): Generator<PlacedJob> {
  if (isLeaf(tree)) {
    yield* tree;
  } else {
    for (const child of tree.children) {
      yield* jobsIn(child);
    }
  }
}

/** What is different between two trees; what they share is not looked at. */
export function changesIn(before: JobTree, after: JobTree): readonly JobChange[] {
  const changes: JobChange[] = [];
  collect(before, after, TOP_SHIFT, changes);
  return changes;
}

function collect(before: JobTree, after: JobTree, shift: number, changes: JobChange[]): void {
  if (isLeaf(before) && isLeaf(after)) {
    collectOfLeaves(before, after, changes);
    return;
  }
  const [old, now] = [childrenOf(before, shift), childrenOf(after, shift)];
  for (let index = 0; index <= MASK; index += 1) {
    const [one = EMPTY_TREE, other = EMPTY_TREE] = [old[index], now[index]];
    if (one !== other) {
      collect(one, other, shift - SHIFT, changes);
    }
  }
}

function collectOfLeaves(before: readonly PlacedJob[], after: readonly PlacedJob[], changes: JobChange[]): void {
  for (let [old, now] = [0, 0]; old < before.length || now < after.length; ) {
    const [one, other] = [before[old], after[now]];
    const order = one === undefined ? 1 : other === undefined ? -1 : compare(one, other);
    const [gone, come] = [order <= 0 ? one : undefined, order >= 0 ? other : undefined];
    if (gone !== come && !isSame(gone?.pids, come?.pids)) {
      changes.push({ name: (gone ?? come)?.name ?? '', before: gone?.pids, after: come?.pids });
    }
    old += gone === undefined ? 0 : 1;
    now += come === undefined ? 0 : 1;
  }
}

function isLeaf(tree: JobTree): tree is readonly PlacedJob[] {
  return Array.isArray(tree);
}

/** A tree of jobs that are in order. */
function built(jobs: readonly PlacedJob[], shift: number): JobTree {
  return jobs.length <= LONGEST_LEAF || shift < 0 ? jobs : { children: childrenOf(jobs, shift) };
}

function childrenOf(tree: JobTree, shift: number): readonly JobTree[] {
  if (!isLeaf(tree)) {
    return tree.children;
  }
  const leaves = Array.from({ length: MASK + 1 }, (): PlacedJob[] => []);
  for (const job of tree) {
    leaves[(job.hash >>> shift) & MASK]?.push(job);
  }
  return leaves.map((leaf) => (leaf.length === 0 ? EMPTY_TREE : built(leaf, shift - SHIFT)));
}

function changedChild(tree: JobBranch, index: number, change: (child: JobTree) => JobTree): JobBranch {
  const child = tree.children[index] ?? EMPTY_TREE;
  const changed = change(child);
  return changed === child ? tree : { children: tree.children.with(index, changed) };
}

function compare(one: PlacedJob, other: PlacedJob): number {
  if (one.hash !== other.hash) {
    return one.hash - other.hash;
  }
  return one.name === other.name ? 0 : one.name < other.name ? -1 : 1;
}

function isSame(one: readonly number[] | undefined, other: readonly number[] | undefined): boolean {
  return one === other || (one !== undefined && one.length === other?.length && one.every((pid, index) => pid === other[index]));
}

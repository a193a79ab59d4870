import type { LookupNode } from '../protocol/lookup-event.ts';
import { JobTable } from './job-table.ts';

/** What a lookupd was told by a node. */
export interface NodeEntry {
  readonly name: string;
  readonly origin: string;
  readonly version: string;
  /** Which run of the node it was; 0 where nodes do not say. */
  readonly generation: number;
  /** How far the node had got with its events when it told this; undefined until it has told everything, or where nodes do not say. */
  readonly seq: number | undefined;
  readonly jobs: JobTable;
}

/** Which node that is: there is one of a name at an address. */
export function identityOf({ name, origin }: Pick<NodeEntry, 'name' | 'origin'>): string {
  return `${name} ${origin}`;
}

/** A node as clients are told of it. */
export function nodeOf({ name, origin, version }: NodeEntry): LookupNode {
  return { name, origin, version };
}

/**
 * What is true of a node that several lookupds were told of: what it has told in its last run, of that the newest, of what is equally new
 * the first. Where it does not say how new it is, everything that any of them was told.
 */
export function mergedEntry([first, ...others]: readonly [NodeEntry, ...NodeEntry[]]): NodeEntry {
  if (others.length === 0) {
    return first;
  }
  const generation = Math.max(first.generation, ...others.map((one) => one.generation));
  const current = [first, ...others].filter((one) => one.generation === generation);
  const newest = current.filter(({ seq }) => seq !== undefined).toSorted((one, other) => (other.seq ?? 0) - (one.seq ?? 0))[0];
  if (newest !== undefined) {
    return newest;
  }
  const [base = first] = current;
  return current.length === 1 ? base : { ...base, jobs: unionOf(current.map(({ jobs }) => jobs)) };
}

function unionOf(tables: readonly JobTable[]): JobTable {
  const jobs = new Map<string, readonly number[]>();
  for (const [job, pids] of tables.flatMap((table) => [...table])) {
    jobs.set(job, [...(jobs.get(job) ?? []), ...pids]);
  }
  return JobTable.of(jobs);
}

import { DEFAULT_SESSION } from '../job/name.ts';
import type { DatedNode, LocatedJob, LocatedSession } from '../protocol/lookup-answer.ts';
import type { LookupNode, LookupSource } from '../protocol/lookup-event.ts';
import { keyOf, plain } from './lookup-picture.ts';

/** What one of several lookupds has answered. */
export interface Told {
  /** The nodes that it knows, asked for before the jobs were. */
  readonly nodes: readonly DatedNode[];
  readonly jobs: readonly LocatedJob[];
}

/**
 * The nodes that any of several lookupds knows, by name and address. Of connections that have not said whose they are there are as many
 * as one lookupd has most: nobody can tell whether two have the same. Sorted by name, these last.
 */
export function mergedNodes(answers: readonly (readonly DatedNode[])[]): readonly LookupNode[] {
  const known = new Map(answers.flatMap((nodes) => nodes.filter(isKnown).map((node) => [keyOf(node), plain(node)] as const)));
  const unknown = answers.map((nodes) => nodes.filter((node) => !isKnown(node)).map(plain)).toSorted((one, other) => other.length - one.length);
  return [...[...known.values()].toSorted(byNameAndOrigin), ...(unknown[0] ?? [])];
}

/**
 * What is true of jobs that several lookupds have told of, sorted by name. Of each node those are believed that know its last run, and of
 * these the one that knows most of it, also where that says that a job is not there any more. Where a node or a lookupd does not say how
 * new it is, everything is true that any of them has told of the node.
 */
export function mergedJobs(answers: readonly Told[]): readonly LocatedJob[] {
  const believed = believedOf(answers);
  const merged = new Map<string, Map<string, LookupSource>>();
  for (const [teller, { jobs }] of answers.entries()) {
    for (const { name, sources } of jobs) {
      for (const source of sources.filter(({ node_info: node }) => believed.get(keyOf(node))?.has(teller) === true)) {
        const known = merged.get(name) ?? new Map<string, LookupSource>();
        merged.set(name, known.set(keyOf(source.node_info), joined(known.get(keyOf(source.node_info)), source)));
      }
    }
  }
  return [...merged].map(([name, sources]) => ({ name, sources: [...sources.values()] })).toSorted(byName);
}

/** Jobs by their sessions. */
export function sessionsOf(jobs: readonly LocatedJob[]): readonly LocatedSession[] {
  const sessions = new Map<string, Map<string, readonly LookupSource[]>>();
  for (const { name, sources } of jobs) {
    const session = name.includes('.') ? name.slice(0, name.indexOf('.')) : DEFAULT_SESSION;
    sessions.set(session, (sessions.get(session) ?? new Map<string, readonly LookupSource[]>()).set(name, sources));
  }
  return [...sessions].map(([sessionid, own]) => ({ sessionid, jobs: Object.fromEntries(own) }));
}

/** The jobs of sessions. */
export function jobsOf(sessions: readonly LocatedSession[]): readonly LocatedJob[] {
  return sessions.flatMap(({ jobs }) => Object.entries(jobs).map(([name, sources]) => ({ name, sources })));
}

/** By node, whose answers are believed. */
function believedOf(answers: readonly Told[]): ReadonlyMap<string, ReadonlySet<number>> {
  const tellers = new Map<string, Map<number, DatedNode>>();
  for (const [teller, { nodes, jobs }] of answers.entries()) {
    // what stands beside the processes is of the same moment as they are
    const seen = [...nodes, ...jobs.flatMap(({ sources }) => sources.map(({ node_info: node }) => node))];
    for (const node of seen) {
      tellers.set(keyOf(node), (tellers.get(keyOf(node)) ?? new Map<number, DatedNode>()).set(teller, node));
    }
  }
  return new Map([...tellers].map(([key, told]) => [key, new Set(newestOf([...told]))]));
}

/** Who knows the node's last run, and of these who knows most of it; where nobody says, all. */
function newestOf(told: readonly (readonly [number, DatedNode])[]): readonly number[] {
  const generation = Math.max(...told.map(([, node]) => node.generation ?? 0));
  const current = told.filter(([, node]) => (node.generation ?? 0) === generation);
  const seq = Math.max(...current.map(([, node]) => node.seq ?? -1));
  return current.filter(([, node]) => seq === -1 || node.seq === seq).map(([teller]) => teller);
}

function joined(known: LookupSource | undefined, { name, pids, node_info: node }: LookupSource): LookupSource {
  const all = new Set([...(known?.pids ?? []), ...pids]);
  return { name, pids: [...all].toSorted((one, other) => one - other), node_info: plain(node) };
}

function isKnown({ name }: LookupNode): boolean {
  return name !== null;
}

function byName({ name }: LocatedJob, { name: other }: LocatedJob): number {
  return name < other ? -1 : 1;
}

function byNameAndOrigin(one: LookupNode, other: LookupNode): number {
  return keyOf(one) < keyOf(other) ? -1 : 1;
}

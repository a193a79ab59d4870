import type { LocatedJob, LocatedSession, NodeNewness } from '../protocol/lookup-answer.ts';
import type { LookupNode, LookupSource } from '../protocol/lookup-event.ts';

/** Tells of a node how new it is what is told of it; undefined where nobody has asked for that. */
export type Newness = ((node: LookupNode) => NodeNewness) | undefined;

/** Nodes with how new it is what is told of them. */
export function datedNodes(nodes: readonly LookupNode[], newness: Newness): readonly LookupNode[] {
  return newness === undefined ? nodes : nodes.map((node) => ({ ...node, ...newness(node) }));
}

/** The same for those that run a job. */
export function datedSources(sources: readonly LookupSource[], newness: Newness): readonly LookupSource[] {
  return newness === undefined ? sources : sources.map((source) => ({ ...source, node_info: { ...source.node_info, ...newness(source.node_info) } }));
}

/** The same for jobs. */
export function datedJobs(jobs: readonly LocatedJob[], newness: Newness): readonly LocatedJob[] {
  return newness === undefined ? jobs : jobs.map(({ name, sources }) => ({ name, sources: datedSources(sources, newness) }));
}

/** The same for sessions. */
export function datedSessions(sessions: readonly LocatedSession[], newness: Newness): readonly LocatedSession[] {
  if (newness === undefined) {
    return sessions;
  }
  return sessions.map(({ sessionid, jobs }) => ({
    sessionid,
    jobs: Object.fromEntries(Object.entries(jobs).map(([name, sources]) => [name, datedSources(sources, newness)])),
  }));
}

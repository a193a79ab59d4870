import type { LookupNode, LookupSource } from './lookup-event.ts';

/** A job, and the nodes that run it. */
export interface LocatedJob {
  readonly name: string;
  readonly sources: readonly LookupSource[];
}

/** A session, and its jobs. */
export interface LocatedSession {
  readonly sessionid: string;
  readonly jobs: Readonly<Record<string, readonly LookupSource[]>>;
}

/** How new it is what a lookupd tells of a node; it is told to who asks with `?seq=true`, and by no lookupd of the original. */
export interface NodeNewness {
  /** Which run of the node it is: a later one has a higher number. */
  readonly generation?: number;
  /** How far that run had got with its events; none until it has told everything. */
  readonly seq?: number;
}

/** A node, and how new it is what is told of it. */
export type DatedNode = LookupNode & NodeNewness;

/** Reads the answer to `/nodes`; undefined when it is that of no lookupd. */
export function readNodes(value: unknown): readonly DatedNode[] | undefined {
  return all(member(value, 'nodes'), readNode);
}

/** Reads the answer to `/jobs` and `/findSession`. */
export function readLocatedJobs(value: unknown): readonly LocatedJob[] | undefined {
  return all(member(value, 'jobs'), readLocatedJob);
}

/** Reads the answer to `/findJob`. */
export function readSources(value: unknown): readonly LookupSource[] | undefined {
  return all(member(value, 'sources'), readSource);
}

/** Reads the answer to `/sessions`. */
export function readLocatedSessions(value: unknown): readonly LocatedSession[] | undefined {
  return all(member(value, 'sessions'), (session) => {
    const [sessionid, jobs] = [member(session, 'sessionid'), member(session, 'jobs')];
    if (typeof sessionid !== 'string' || !isRecord(jobs)) {
      return undefined;
    }
    const located = all(
      Object.keys(jobs).map((name) => ({ name, sources: jobs[name] })),
      readLocatedJob,
    );
    return located && { sessionid, jobs: Object.fromEntries(located.map(({ name, sources }) => [name, sources])) };
  });
}

/** Reads a node as answers and events have it. */
export function readNode(value: unknown): DatedNode | undefined {
  const [name, origin, version] = [member(value, 'name'), member(value, 'origin'), member(value, 'version')];
  const [generation, seq] = [member(value, 'generation'), member(value, 'seq')];
  return isTextOrNull(name) && isTextOrNull(origin) && isTextOrNull(version)
    ? { name, origin, version, ...(typeof generation === 'number' && { generation }), ...(typeof seq === 'number' && { seq }) }
    : undefined;
}

function readLocatedJob(value: unknown): LocatedJob | undefined {
  const [name, sources] = [member(value, 'name'), readSources(value)];
  return typeof name === 'string' && sources !== undefined ? { name, sources } : undefined;
}

function readSource(value: unknown): LookupSource | undefined {
  const [name, pids, node] = [member(value, 'name'), all(member(value, 'pids'), readPid), readNode(member(value, 'node_info'))];
  return isTextOrNull(name) && pids !== undefined && node !== undefined ? { name, pids, node_info: node } : undefined;
}

function readPid(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

/** A list of what each is read as; undefined when it is none, or one of them can't be read. */
function all<T>(value: unknown, read: (one: unknown) => T | undefined): readonly T[] | undefined {
  const list = Array.isArray(value) ? value.map(read) : [undefined];
  return list.includes(undefined) ? undefined : (list as readonly T[]);
}

function member(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

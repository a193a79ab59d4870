import { parseJobName } from '../job/name.ts';
import type { LookupEvent, LookupNode, LookupSource } from '../protocol/lookup-event.ts';
import { identityOf, mergedEntry, type NodeEntry, nodeOf } from './node-entry.ts';

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

/** Which nodes there are, and what they run: as several lookupds were told it. Changes answer what of it clients have to know. */
export class Topology {
  /** By node, and by who was told. */
  readonly #told = new Map<string, Map<string, NodeEntry>>();
  /** By node, what is true. */
  readonly #merged = new Map<string, NodeEntry>();
  /** By job, which nodes have it: to find one without looking at all. */
  readonly #nodesOf = new Map<string, Set<string>>();

  /** Takes what somebody was told by a node, instead of what he was told before. */
  put(teller: string, entry: NodeEntry): readonly LookupEvent[] {
    const identity = identityOf(entry);
    const told = this.#told.get(identity) ?? new Map<string, NodeEntry>();
    this.#told.set(identity, told);
    told.set(teller, entry);
    return this.#settle(identity);
  }

  /** Forgets what somebody was told by a node. */
  remove(teller: string, identity: string): readonly LookupEvent[] {
    const told = this.#told.get(identity);
    if (told?.delete(teller) !== true) {
      return [];
    }
    if (told.size === 0) {
      this.#told.delete(identity);
    }
    return this.#settle(identity);
  }

  /** What somebody was told, by nodes. */
  toldBy(teller: string): ReadonlyMap<string, NodeEntry> {
    const entries = [...this.#told].flatMap(([identity, told]) => {
      const entry = told.get(teller);
      return entry === undefined ? [] : [[identity, entry] as const];
    });
    return new Map(entries);
  }

  /** Everybody who was told something. */
  get tellers(): readonly string[] {
    return [...new Set([...this.#told.values()].flatMap((told) => [...told.keys()]))];
  }

  get nodes(): readonly LookupNode[] {
    return [...this.#merged.values()].map(nodeOf);
  }

  get jobs(): readonly LocatedJob[] {
    return [...this.#nodesOf.keys()].toSorted().map((name) => ({ name, sources: this.sourcesOf(name) }));
  }

  /** The nodes that run a job; none for one that nobody knows. */
  sourcesOf(job: string): readonly LookupSource[] {
    return [...(this.#nodesOf.get(job) ?? [])].flatMap((identity) => {
      const entry = this.#merged.get(identity);
      return entry === undefined ? [] : [sourceOf(entry, job)];
    });
  }

  /** The sessions, of all nodes or those of one name. */
  sessions(node?: string): readonly LocatedSession[] {
    const sessions = new Map<string, Record<string, LookupSource[]>>();
    for (const { name, sources } of this.jobs) {
      const own = sources.filter((source) => node === undefined || source.name === node);
      if (own.length > 0) {
        const { session } = parseJobName(name);
        const jobs = sessions.get(session) ?? (Object.create(null) as Record<string, LookupSource[]>);
        sessions.set(session, jobs);
        jobs[name] = own;
      }
    }
    return [...sessions].map(([sessionid, jobs]) => ({ sessionid, jobs: { ...jobs } }));
  }

  /** The jobs of a session. */
  jobsOf(session: string): readonly LocatedJob[] {
    return this.jobs.filter(({ name }) => parseJobName(name).session === session);
  }

  /** Finds what is true of a node now, and what has changed. */
  #settle(identity: string): readonly LookupEvent[] {
    const told = [...(this.#told.get(identity)?.values() ?? [])];
    const [first, ...others] = told;
    const [before, after] = [this.#merged.get(identity), first === undefined ? undefined : mergedEntry([first, ...others])];
    if (after === undefined) {
      this.#merged.delete(identity);
    } else {
      this.#merged.set(identity, after);
    }
    const events = changesOf(before, after);
    for (const event of events) {
      if (event.event === 'add_job') {
        this.#nodesOf.set(event.job_name, (this.#nodesOf.get(event.job_name) ?? new Set()).add(identity));
      } else if (event.event === 'remove_job') {
        this.#forget(event.job_name, identity);
      }
    }
    return events;
  }

  #forget(job: string, identity: string): void {
    const nodes = this.#nodesOf.get(job);
    nodes?.delete(identity);
    if (nodes?.size === 0) {
      this.#nodesOf.delete(job);
    }
  }
}

function sourceOf(entry: NodeEntry, job: string): LookupSource {
  return { name: entry.name, pids: [...(entry.jobs.get(job) ?? [])].toSorted((one, other) => one - other), node_info: nodeOf(entry) };
}

/** What clients are told when something else is true of a node: what is gone before what is new. */
export function changesOf(before: NodeEntry | undefined, after: NodeEntry | undefined): readonly LookupEvent[] {
  const [old, now] = [before?.jobs ?? NO_JOBS, after?.jobs ?? NO_JOBS];
  const events: LookupEvent[] = [];
  const isNew = before === undefined || (after !== undefined && after.generation !== before.generation);
  if (before !== undefined) {
    const node = nodeOf(before);
    for (const [job, pids] of old) {
      const stays = isNew ? undefined : now.get(job);
      for (const pid of [...pids].filter((one) => stays?.has(one) !== true)) {
        events.push({ event: 'remove_process', node, job_name: job, pid });
      }
      if (stays === undefined) {
        events.push({ event: 'remove_job', node, job_name: job });
      }
    }
    if (after === undefined || isNew) {
      events.push({ event: 'remove_node', ...node });
    }
  }
  if (after !== undefined) {
    const node = nodeOf(after);
    if (isNew) {
      events.push({ event: 'identify', ...node });
    }
    for (const [job, pids] of now) {
      const known = isNew ? undefined : old.get(job);
      if (known === undefined) {
        events.push({ event: 'add_job', node, job_name: job });
      }
      for (const pid of [...pids].filter((one) => known?.has(one) !== true)) {
        events.push({ event: 'add_process', node, job_name: job, pid });
      }
    }
  }
  return events;
}

const NO_JOBS: NodeEntry['jobs'] = new Map();

import type { LocatedJob, LocatedSession, NodeNewness } from '../protocol/lookup-answer.ts';
import type { LookupEvent, LookupNode, LookupSource } from '../protocol/lookup-event.ts';
import { JobIndex } from './job-index.ts';
import { JobTable } from './job-table.ts';
import type { JobChange } from './job-tree.ts';
import { identityOf, mergedEntry, type NodeEntry, nodeOf } from './node-entry.ts';

/** Which nodes there are, and what they run: as several lookupds were told it. Changes answer what of it clients have to know. */
export class Topology {
  /** By node, and by who was told. */
  readonly #told = new Map<string, Map<string, NodeEntry>>();
  /** By node, what is true. */
  readonly #merged = new Map<string, NodeEntry>();
  /** Which nodes have which jobs, by their identities. */
  readonly #index = new JobIndex();

  /** Takes what somebody was told by a node, instead of what he was told before. */
  put(teller: string, entry: NodeEntry): readonly LookupEvent[] {
    const identity = identityOf(entry);
    const told = this.#told.get(identity) ?? new Map<string, NodeEntry>();
    this.#told.set(identity, told);
    const believed = this.#believed(identity);
    told.set(teller, entry);
    return this.#settle(identity, believed);
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

  /** How new it is what is true of a node: which run of it told that, and how far that had got. */
  newnessOf({ name, origin }: LookupNode): NodeNewness {
    const entry = this.#merged.get(identityOf({ name: name ?? '', origin: origin ?? '' }));
    return entry === undefined ? {} : { generation: entry.generation, ...(entry.seq !== undefined && { seq: entry.seq }) };
  }

  get jobs(): readonly LocatedJob[] {
    return this.#index.sessions.flatMap((session) => this.jobsOf(session));
  }

  /** The nodes that run a job; none for one that nobody knows. */
  sourcesOf(job: string): readonly LookupSource[] {
    return this.#sourcesOf(job, this.#index.holdersOf(job));
  }

  /** The sessions, of all nodes or those of one name. */
  sessions(node?: string): readonly LocatedSession[] {
    const jobs = node === undefined ? this.#index : this.#jobsOfNode(node);
    return jobs.sessions.map((sessionid) => ({
      sessionid,
      jobs: Object.fromEntries(jobs.jobsOf(sessionid).map((job) => [job, this.#sourcesOf(job, jobs.holdersOf(job))])),
    }));
  }

  /** The jobs of a session. */
  jobsOf(session: string): readonly LocatedJob[] {
    return this.#index.jobsOf(session).map((name) => ({ name, sources: this.sourcesOf(name) }));
  }

  #jobsOfNode(name: string): JobIndex {
    const index = new JobIndex();
    for (const [identity, entry] of this.#merged) {
      for (const job of entry.name === name ? entry.jobs.names() : []) {
        index.add(job, identity);
      }
    }
    return index;
  }

  #sourcesOf(job: string, identities: Iterable<string>): readonly LookupSource[] {
    return [...identities].flatMap((identity) => {
      const entry = this.#merged.get(identity);
      return entry === undefined ? [] : [sourceOf(entry, job)];
    });
  }

  /** Who was told what is held to be true of a node. */
  #believed(identity: string): string | undefined {
    const merged = this.#merged.get(identity);
    return [...(this.#told.get(identity) ?? [])].find(([, entry]) => entry === merged)?.[0];
  }

  /** Finds what is true of a node now, and what has changed. @param believed who goes on being believed where others say something as new */
  #settle(identity: string, believed?: string): readonly LookupEvent[] {
    const told = this.#told.get(identity) ?? new Map<string, NodeEntry>();
    const inOrder = [...told.keys()].toSorted((one, other) => Number(other === believed) - Number(one === believed));
    const [first, ...others] = inOrder.flatMap((teller) => told.get(teller) ?? []);
    const [before, after] = [this.#merged.get(identity), first === undefined ? undefined : mergedEntry([first, ...others])];
    if (after === undefined) {
      this.#merged.delete(identity);
    } else {
      this.#merged.set(identity, after);
    }
    const events = changesOf(before, after);
    for (const event of events) {
      if (event.event === 'add_job') {
        this.#index.add(event.job_name, identity);
      } else if (event.event === 'remove_job') {
        this.#index.remove(event.job_name, identity);
      }
    }
    return events;
  }
}

function sourceOf(entry: NodeEntry, job: string): LookupSource {
  return { name: entry.name, pids: entry.jobs.get(job) ?? [], node_info: nodeOf(entry) };
}

/** What clients are told when something else is true of a node: what is gone before what is new. */
export function changesOf(before: NodeEntry | undefined, after: NodeEntry | undefined): readonly LookupEvent[] {
  const isNew = before?.generation !== after?.generation;
  const [old, now] = [before?.jobs ?? JobTable.EMPTY, after?.jobs ?? JobTable.EMPTY];
  const changes = isNew ? [...old.changesTo(JobTable.EMPTY), ...JobTable.EMPTY.changesTo(now)] : old.changesTo(now);
  return [...goneOf(before, changes, isNew), ...comeOf(after, changes, isNew)];
}

function goneOf(entry: NodeEntry | undefined, changes: readonly JobChange[], isNew: boolean): readonly LookupEvent[] {
  if (entry === undefined) {
    return [];
  }
  const node = nodeOf(entry);
  const events = changes.flatMap(({ name: job_name, before = [], after }): LookupEvent[] => [
    ...missingIn(after ?? [], before).map((pid) => ({ event: 'remove_process' as const, node, job_name, pid })),
    ...(after === undefined ? [{ event: 'remove_job' as const, node, job_name }] : []),
  ]);
  return isNew ? [...events, { event: 'remove_node', ...node }] : events;
}

function comeOf(entry: NodeEntry | undefined, changes: readonly JobChange[], isNew: boolean): readonly LookupEvent[] {
  if (entry === undefined) {
    return [];
  }
  const node = nodeOf(entry);
  const events = changes.flatMap(({ name: job_name, before, after = [] }): LookupEvent[] => [
    ...(before === undefined ? [{ event: 'add_job' as const, node, job_name }] : []),
    ...missingIn(before ?? [], after).map((pid) => ({ event: 'add_process' as const, node, job_name, pid })),
  ]);
  return isNew ? [{ event: 'identify', ...node }, ...events] : events;
}

/** The pids that others do not have; all are in order. */
function missingIn(others: readonly number[], pids: readonly number[]): readonly number[] {
  let at = 0;
  return pids.filter((pid) => {
    while ((others[at] ?? Infinity) < pid) {
      at += 1;
    }
    return others[at] !== pid;
  });
}

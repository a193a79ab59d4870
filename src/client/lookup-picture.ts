import type { DatedNode, LocatedJob } from '../protocol/lookup-answer.ts';
import type { LookupEvent, LookupNode } from '../protocol/lookup-event.ts';

/** A node, and the pids of each of its jobs. */
interface SeenNode {
  readonly node: LookupNode;
  readonly jobs: Map<string, Set<number>>;
}

/** What a lookupd has said that there is, kept by its events. Nodes that have not said who they are are not in it. */
export class LookupPicture {
  readonly #nodes = new Map<string, SeenNode>();

  /** What answers say. */
  static of(nodes: readonly DatedNode[], jobs: readonly LocatedJob[]): LookupPicture {
    const picture = new LookupPicture();
    for (const node of nodes) {
      picture.take({ event: 'identify', ...plain(node) });
    }
    for (const { name, sources } of jobs) {
      for (const { node_info: info, pids } of sources) {
        const node = plain(info);
        picture.take({ event: 'identify', ...node });
        picture.take({ event: 'add_job', node, job_name: name });
        for (const pid of pids) {
          picture.take({ event: 'add_process', node, job_name: name, pid });
        }
      }
    }
    return picture;
  }

  /** Whether that is there, of which an event says that it is new or gone. */
  has(event: LookupEvent): boolean {
    const seen = this.#nodes.get(keyOf(nodeIn(event)));
    switch (event.event) {
      case 'add_node':
      case 'identify':
      case 'remove_node':
        return seen !== undefined;
      case 'add_job':
      case 'remove_job':
        return seen?.jobs.has(event.job_name) === true;
      case 'add_process':
      case 'remove_process':
        return seen?.jobs.get(event.job_name)?.has(event.pid) === true;
    }
  }

  /** Takes what has changed; what is there already, or is not there, stays so. */
  take(event: LookupEvent): void {
    const node = nodeIn(event);
    if (node.name === null) {
      return;
    }
    switch (event.event) {
      case 'add_node':
        return;
      case 'identify':
        this.#seen(node);
        return;
      case 'remove_node':
        this.#nodes.delete(keyOf(node));
        return;
      case 'add_job':
        this.#pids(node, event.job_name);
        return;
      case 'remove_job':
        this.#nodes.get(keyOf(node))?.jobs.delete(event.job_name);
        return;
      case 'add_process':
        this.#pids(node, event.job_name).add(event.pid);
        return;
      case 'remove_process':
        this.#nodes.get(keyOf(node))?.jobs.get(event.job_name)?.delete(event.pid);
    }
  }

  /** Everything that is there, as the events that would tell it. */
  *additions(): Generator<LookupEvent> {
    for (const { node, jobs } of this.#nodes.values()) {
      yield { event: 'identify', ...node };
      for (const [job, pids] of jobs) {
        yield { event: 'add_job', node, job_name: job };
        for (const pid of pids) {
          yield { event: 'add_process', node, job_name: job, pid };
        }
      }
    }
  }

  /** Everything that is there, as the events that would tell that it is gone. */
  *removals(): Generator<LookupEvent> {
    for (const { node, jobs } of this.#nodes.values()) {
      for (const [job, pids] of jobs) {
        for (const pid of pids) {
          yield { event: 'remove_process', node, job_name: job, pid };
        }
        yield { event: 'remove_job', node, job_name: job };
      }
      yield { event: 'remove_node', ...node };
    }
  }

  #seen(node: LookupNode): SeenNode {
    const seen = this.#nodes.get(keyOf(node)) ?? { node: plain(node), jobs: new Map<string, Set<number>>() };
    this.#nodes.set(keyOf(node), seen);
    return seen;
  }

  #pids(node: LookupNode, job: string): Set<number> {
    const { jobs } = this.#seen(node);
    const pids = jobs.get(job) ?? new Set<number>();
    jobs.set(job, pids);
    return pids;
  }
}

/** The node that an event is about. */
export function nodeIn(event: LookupEvent): LookupNode {
  return 'node' in event ? event.node : event;
}

/** Which node that is: there is one of a name at an address. */
export function keyOf({ name, origin }: LookupNode): string {
  return `${name} ${origin}`;
}

/** A node without what else was told of it. */
export function plain({ name, origin, version }: LookupNode): LookupNode {
  return { name, origin, version };
}

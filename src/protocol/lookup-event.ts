/** A node as a lookupd tells of it; nulls until it has identified itself. */
export interface LookupNode {
  readonly name: string | null;
  readonly origin: string | null;
  readonly version: string | null;
}

/** A node that runs a job, with its processes there. */
export interface LookupSource {
  /** The node's. */
  readonly name: string | null;
  readonly pids: readonly number[];
  readonly node_info: LookupNode;
}

/** What a lookupd tells of changes, as it is sent. */
export type LookupEvent =
  | ({ readonly event: 'add_node' | 'identify' | 'remove_node' } & LookupNode)
  | { readonly event: 'add_job' | 'remove_job'; readonly node: LookupNode; readonly job_name: string }
  | { readonly event: 'add_process' | 'remove_process'; readonly node: LookupNode; readonly job_name: string; readonly pid: number };

/** A node that has not said who it is. */
export const UNKNOWN_NODE: LookupNode = { name: null, origin: null, version: null };

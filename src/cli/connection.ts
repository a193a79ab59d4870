import type { RemoteNode } from '../client/remote-node.ts';
import type { RunningSession } from '../local/session-address.ts';

/** A node, and the application that is meant on it. */
export interface Connection {
  readonly node: RemoteNode;
  readonly app: string;
  /** The `gaffer start` of this folder, where that is the node. */
  readonly local: RunningSession | undefined;
  /** What the node is called, where it is one of several. */
  readonly label?: string;
}

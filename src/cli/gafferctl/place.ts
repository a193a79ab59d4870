import * as Flags from '@oclif/core/flags';
import type { RemoteNodeOptions } from '../../client/remote-node.ts';
import { DEFAULT_SESSION } from '../../job/name.ts';
import type { Connection } from '../connection.ts';
import { type NodeFlagValues, placeFlags, remoteOptions } from '../node-options.ts';

const { endpoint: _, ...otherFlags } = placeFlags;

/** Options that say which node is meant, and who asks. */
export const connectFlags = {
  connect: Flags.string({
    char: 'g',
    aliases: ['endpoint', 'gafferd-http-address'],
    description: 'the node to talk to: http://HOST:PORT, https://HOST:PORT or unix:///PATH (default http://127.0.0.1:5000)',
    helpValue: 'URL',
    env: 'GAFFER_ENDPOINT',
    helpGroup: 'NODE',
  }),
  ...otherFlags,
};

/** Those options as they were parsed. */
export interface ConnectFlagValues extends Omit<NodeFlagValues, 'endpoint' | 'app' | 'root' | 'procfile'> {
  readonly connect?: string | undefined;
}

/** A node as gafferctl talks to it: a job without a session is in `default`. */
export type NodeConnection = Connection & { readonly local: undefined };

/** How the node that the options mean is spoken to. @throws GafferError `bad_usage` */
export async function optionsAt({ connect, ...flags }: ConnectFlagValues): Promise<RemoteNodeOptions> {
  return await remoteOptions({ ...flags, endpoint: connect });
}

/** Does something on the node that the options mean, never a `gaffer start`, and closes the connection. @throws GafferError */
export async function atNode<T>(flags: ConnectFlagValues, act: (connection: NodeConnection) => Promise<T>): Promise<T> {
  const { RemoteNode } = await import('../../client/remote-node.ts');
  const node = new RemoteNode(await optionsAt(flags));
  try {
    return await act({ node, app: DEFAULT_SESSION, local: undefined });
  } finally {
    node.close();
  }
}

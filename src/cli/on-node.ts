import type { Connection } from './connection.ts';
import { appOf, isThroughLookup, localSession, type NodeFlagValues, optionsFor, remoteOptions } from './node-options.ts';
import type { NodeFinder } from './nodes/node-finder.ts';

/** Does something on the node that the options mean, and closes the connection. @throws GafferError */
export async function onNode<T>(flags: NodeFlagValues, act: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(flags);
  try {
    return await act(connection);
  } finally {
    connection.node.close();
  }
}

/** Finds the node that the options mean. @throws GafferError */
export async function connect(flags: NodeFlagValues): Promise<Connection> {
  if (isThroughLookup(flags)) {
    const { soleNode } = await import('./nodes/sole-node.ts');
    return await soleNode(flags);
  }
  const { RemoteNode } = await import('../client/remote-node.ts');
  const local = await localSession(flags);
  if (local !== undefined) {
    const { untilListening } = await import('./local-session.ts');
    await untilListening(local);
  }
  const options = local === undefined ? await remoteOptions(flags) : await optionsFor(flags, `unix://${local.socket}`);
  return { node: new RemoteNode({ ...options, comesBack: true }), app: appOf(flags, local), local };
}

/**
 * Does something on the nodes that lookupd servers name, where the options mean those; undefined where they mean one node.
 * @param words what of the command line can name another application
 * @throws GafferError
 */
export async function throughLookup(
  flags: NodeFlagValues,
  words: readonly string[],
  act: (finder: NodeFinder) => Promise<number>,
): Promise<number | undefined> {
  if (!isThroughLookup(flags)) {
    return undefined;
  }
  const { NodeFinder: Finder } = await import('./nodes/node-finder.ts');
  const finder = await Finder.open(flags, words);
  try {
    return await act(finder);
  } finally {
    finder.close();
  }
}

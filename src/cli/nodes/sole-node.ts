import { GafferError } from '../../errors.ts';
import type { Connection } from '../connection.ts';
import type { NodeFlagValues } from '../node-options.ts';
import type { LocatedNode } from './located-node.ts';
import { NodeFinder } from './node-finder.ts';

/**
 * The one node that a command is about that only one can be asked for: named by `--node`, else the only one that runs the application.
 * @throws GafferError where there are several
 */
export async function soleNode(flags: NodeFlagValues): Promise<Connection> {
  const finder = await NodeFinder.open(flags);
  const isNamed = (flags.node ?? []).length > 0;
  try {
    const nodes = isNamed ? await finder.findNamed() : await finder.find();
    const [first] = nodes;
    if (first === undefined || nodes.length > 1) {
      throw severalNodes(nodes, finder.app, isNamed);
    }
    return first.connection;
  } finally {
    finder.closeLookups();
  }
}

function severalNodes(nodes: readonly LocatedNode[], app: string, isNamed: boolean): GafferError {
  const labels = nodes.map(({ label }) => label).join(', ');
  return new GafferError(
    'bad_usage',
    `${isNamed ? `--node names ${nodes.length} nodes` : `several nodes run '${app}'`} (${labels}): --node NAME says which one is meant`,
  );
}

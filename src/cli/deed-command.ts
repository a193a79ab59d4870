import { type Deed, type DeedOptions, doDeed } from './deed.ts';
import type { NodeFlagValues } from './node-options.ts';
import { onNode, throughLookup } from './on-node.ts';

/** Does something as a command line says: on one node, or on all that lookupd servers name; resolves with the exit code. @throws GafferError */
export async function runDeed(deed: Deed, flags: NodeFlagValues, options: DeedOptions): Promise<number> {
  const ofSeveral = await throughLookup(flags, options.words, async (finder) => {
    const { doDeedOn } = await import('./nodes/deed.ts');
    return (await doDeedOn(await finder.find(), deed, options)) ? 0 : 1;
  });
  return ofSeveral ?? ((await onNode(flags, (connection) => doDeed(deed, connection, options))) ? 0 : 1);
}

import type { Lookups } from '../client/lookups.ts';
import type { LookupNode } from '../protocol/lookup-event.ts';
import { onLookups, tellFailures } from './lookup-options.ts';
import type { NodeFlagValues } from './node-options.ts';
import { expectChosen, labelled } from './nodes/choose.ts';

/** The applications of all nodes that lookupds know, or of those that `--node` chooses, by name. @throws GafferError */
export async function appsOfLookups(flags: NodeFlagValues): Promise<readonly string[]> {
  return await onLookups(flags, async (lookups) => {
    const { node: words = [] } = flags;
    const chosen = words.length === 0 ? undefined : await chosenPlaces(lookups, words);
    const sessions = await lookups.sessions();
    tellFailures(sessions);
    const isMeant = (node: LookupNode): boolean => chosen?.has(placeOf(node)) ?? true;
    return sessions.answer
      .filter(({ jobs }) => Object.values(jobs).some((sources) => sources.some(({ node_info: node }) => isMeant(node))))
      .map(({ sessionid }) => sessionid)
      .toSorted();
  });
}

/** @throws GafferError `bad_usage` for a word that names no node */
async function chosenPlaces(lookups: Lookups, words: readonly string[]): Promise<ReadonlySet<string>> {
  const known = (await lookups.nodes()).answer.flatMap(({ name, origin }) => (name === null || origin === null ? [] : [{ name, origin }]));
  return new Set(expectChosen(labelled(known), words, 'are known').map(placeOf));
}

/** Which node it is among others. */
function placeOf({ name, origin }: { readonly name: string | null; readonly origin: string | null }): string {
  return `${name} ${origin}`;
}

import { GafferError } from '../../errors.ts';
import type { LocatedNode } from './located-node.ts';

/** Each node counts its processes itself. @throws GafferError `bad_usage` for the number of one where there are several nodes */
export function expectNoPid(word: string | undefined, nodes: readonly LocatedNode[]): void {
  if (word !== undefined && /^\d+$/.test(word) && nodes.length > 1) {
    const labels = nodes.map(({ label }) => label).join(', ');
    throw new GafferError('bad_usage', `process ${word}: each of ${labels} has processes of its own by numbers; --node NAME says whose is meant`);
  }
}

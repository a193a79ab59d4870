import type { GafferNode } from '../../src/job/node.ts';

/** A node some methods of which are others. */
export function nodeWith(node: GafferNode, own: Partial<GafferNode>): GafferNode {
  return new Proxy(node, {
    get: (target, name) => own[name as keyof GafferNode] ?? (target[name as keyof GafferNode] as () => unknown).bind(target),
  });
}

import { GafferError } from '../../errors.ts';
import type { Step } from '../view/progress.ts';
import { troubleText } from './ask-each.ts';
import type { LocatedNode } from './located-node.ts';

/** A step that is done on one of several nodes: its name stands before every line, and one that is out of reach keeps the others from nothing. */
export function stepOn(node: LocatedNode, { title, work }: Step): Step {
  return {
    title: `${title} on ${node.label}`,
    work: async () => {
      try {
        return (await work())?.replaceAll(/^/gm, `${node.label}: `);
      } catch (error) {
        if (error instanceof GafferError) {
          throw new GafferError('bad_request', troubleText({ node, answer: error }), { cause: error });
        }
        throw error;
      }
    },
  };
}

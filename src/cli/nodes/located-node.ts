import { GafferError } from '../../errors.ts';
import type { Connection } from '../connection.ts';
import type { LabelledNode } from './choose.ts';

/** A node that lookupd servers have named, and how it is spoken to. */
export interface LocatedNode extends LabelledNode {
  /** @throws GafferError where its address is none that can be used from here */
  readonly connection: Connection;
}

/** @param connection or why there is none */
export function locatedNode(node: LabelledNode, connection: Connection | GafferError): LocatedNode {
  return {
    ...node,
    get connection() {
      if (connection instanceof GafferError) {
        throw connection;
      }
      return connection;
    },
  };
}

import type { JsonSchema } from '../job/settings.ts';
import type { Topology } from './topology.ts';

/** What is asked of a lookupd. */
export interface LookupQuestion {
  readonly topology: Topology;
  /** Connections of nodes that have not said who they are. */
  readonly unknownNodes: number;
  readonly version: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
}

/** A parameter behind the `?`. */
export interface LookupParameter {
  readonly description: string;
  /** It may be left out. Default false. */
  readonly isOptional?: boolean;
}

/** A path of a lookupd's API; every one is only read. */
export interface LookupRoute {
  readonly path: string;
  readonly summary: string;
  /** Anybody may ask it, also where keys are asked for. */
  readonly isPublic?: boolean;
  /** What stands behind the `?`. */
  readonly query?: Readonly<Record<string, LookupParameter>>;
  /** What its answer looks like; undefined for a text. */
  readonly schema?: JsonSchema;
  /** Its answer: an object, or a text. */
  answer(question: LookupQuestion): object | string;
}

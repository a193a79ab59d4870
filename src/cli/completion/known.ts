/** A process of a job, as completion shows it. */
export interface KnownProcess {
  readonly pid: number;
  /** 0 where it is committed. */
  readonly slot: number;
}

/** A job that there is on the node, as completion shows it. */
export interface KnownJob {
  readonly session: string;
  readonly job: string;
  /** The command, or its state where it does not run. */
  readonly about: string;
  readonly processes: readonly KnownProcess[];
}

/** A name with what is shown beside it. */
export interface KnownName {
  readonly name: string;
  readonly about?: string | undefined;
}

/** What there is to name; empty where it was not asked for, or nobody has told it. */
export interface Known {
  /** The application that is meant. */
  readonly app: string;
  readonly jobs: readonly KnownJob[];
  readonly processTypes: readonly KnownName[];
  readonly users: readonly KnownName[];
  readonly keys: readonly KnownName[];
  readonly webhooks: readonly KnownName[];
  /** Of the process that is named. */
  readonly outputs: readonly string[];
  readonly customStreams: readonly string[];
  readonly endpoints: readonly KnownName[];
  /** As lookupds tell of them. */
  readonly nodes: readonly KnownName[];
  readonly lookupds: readonly KnownName[];
}

/** Where nothing is known yet. */
export const NOTHING_KNOWN: Known = {
  app: '',
  jobs: [],
  processTypes: [],
  users: [],
  keys: [],
  webhooks: [],
  outputs: [],
  customStreams: [],
  endpoints: [],
  nodes: [],
  lookupds: [],
};

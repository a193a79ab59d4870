/** Where and how a gafferd was started, as it found it: by now it may be somebody else, somewhere else. */
export interface StartPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string | undefined;
  readonly isRoot: boolean;
}

/** What a gafferd tells the one that takes over from it. Versions that are to follow on one another have to understand it. */
export type FromPredecessor =
  /** The first message. The sockets are inherited descriptors, the first of them {@link FIRST_SOCKET}; they are called as the configuration calls them. */
  | { readonly kind: 'handover'; readonly pid: number; readonly stateDir: string; readonly place: StartPlace; readonly sockets: readonly string[] }
  /** It has left: the state folder is free. */
  | { readonly kind: 'go' };

/** What the new gafferd tells the one before it. */
export type FromSuccessor =
  /** It could take over now, and would listen at these of the sockets. */
  | { readonly kind: 'ready'; readonly sockets: readonly string[] }
  /** It can't, and ends. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** It has taken over: it answers. */
  | { readonly kind: 'serving'; readonly version: string };

/** The descriptor of the channel between the two is the one before it. */
export const FIRST_SOCKET = 4;

/** Says in the environment that there is such a channel. */
export const UPGRADE_MARK = 'GAFFER_UPGRADE';

/** Reads what a predecessor says; undefined for what this version does not know. */
export function readFromPredecessor(value: unknown): FromPredecessor | undefined {
  const { kind, pid, stateDir, place, sockets } = fieldsOf(value);
  if (kind === 'go') {
    return { kind };
  }
  const read = placeOf(place);
  const isWhole = kind === 'handover' && typeof pid === 'number' && typeof stateDir === 'string' && read !== undefined && areTexts(sockets);
  return isWhole ? { kind, pid, stateDir, place: read, sockets } : undefined;
}

/** Reads what a successor says; undefined for what this version does not know. */
export function readFromSuccessor(value: unknown): FromSuccessor | undefined {
  const { kind, sockets, reason, version } = fieldsOf(value);
  switch (kind) {
    case 'ready':
      return areTexts(sockets) ? { kind, sockets } : undefined;
    case 'failed':
      return typeof reason === 'string' ? { kind, reason } : undefined;
    case 'serving':
      return typeof version === 'string' ? { kind, version } : undefined;
    default:
      return undefined;
  }
}

function placeOf(value: unknown): StartPlace | undefined {
  const { env, cwd, home, isRoot } = fieldsOf(value);
  const variables = fieldsOf(env);
  const isWhole = typeof env === 'object' && typeof cwd === 'string' && typeof isRoot === 'boolean' && areTexts(Object.values(variables));
  return isWhole ? { env: variables as Record<string, string>, cwd, home: typeof home === 'string' ? home : undefined, isRoot } : undefined;
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

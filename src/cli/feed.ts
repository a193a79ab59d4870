import type { EventScope } from '../client/event-scope.ts';
import type { RemoteNode } from '../client/remote-node.ts';
import { GafferError } from '../errors.ts';
import type { EventPosition } from '../job/event.ts';
import type { EventEntry } from '../job/log.ts';
import type { Following } from '../job/node.ts';

/** Makes a node tell entries, over one connection. */
type Follow<Entry> = (listener: (entry: Entry | { readonly kind: 'end' }) => unknown) => Promise<Following>;

/** What a node tells over one connection. Nothing is told before {@link Feed.begin}: whose it is has to be known first. */
export class Feed {
  /** Where it begins. */
  readonly from: EventPosition;
  /** Rejects with what is waited for when the connection is lost. */
  readonly lost: Promise<never>;
  /** Lets the entries come. */
  readonly begin: () => void;
  /** Nothing more is told. */
  readonly end: () => void;

  private constructor({ from, end }: Following, lost: Promise<never>, begin: () => void) {
    this.from = from;
    this.end = end;
    this.lost = lost;
    this.begin = begin;
  }

  /** Opens one. @param tell a promise that it returns is waited for */
  static async open<Entry>(node: RemoteNode, follow: Follow<Entry>, tell: (entry: Entry) => unknown): Promise<Feed> {
    let begin: () => void = () => undefined;
    let isBegun = false;
    const begun = new Promise<void>((resolve) => {
      begin = () => {
        isBegun = true;
        resolve();
      };
    });
    let lose: () => void = () => undefined;
    const lost = new Promise<never>((_, reject) => {
      lose = () => reject(lostConnection(node));
    });
    lost.catch(() => undefined); // whoever waits for it is told
    const hear = (entry: Entry | { readonly kind: 'end' }): unknown => (isEnd(entry) ? lose() : tell(entry));
    const following = await follow((entry) => (isBegun || isEnd(entry) ? hear(entry) : begun.then(() => hear(entry))));
    return new Feed(following, lost, begin);
  }
}

/** Which events are followed. */
export interface EventFeedOptions {
  /** Behind this one; undefined: from now on. */
  readonly since: EventPosition | undefined;
  /** Whose events are enough, for a key to which not all are told. */
  readonly scope: () => Promise<EventScope | undefined>;
  /** How often the node is to show that it is there; undefined: never. */
  readonly heartbeatMs?: number | undefined;
}

/** Opens a feed of all events, or of those that one may see. @throws GafferError `events_gone` */
export async function openEvents(
  node: RemoteNode,
  { since, scope, heartbeatMs }: EventFeedOptions,
  tell: (entry: EventEntry) => unknown,
): Promise<Feed> {
  return await forScope(scope, (of) => Feed.open<EventEntry>(node, (listener) => node.followEvents(since, listener, { ...of, heartbeatMs }), tell));
}

/** Does something for everybody's events, or where the key does not allow that for those that are enough. @throws GafferError */
export async function forScope<T>(scope: EventFeedOptions['scope'], act: (scope: EventScope | undefined) => Promise<T>): Promise<T> {
  try {
    return await act(undefined);
  } catch (error) {
    const own = error instanceof GafferError && error.code === 'forbidden' ? await scope() : undefined;
    if (own === undefined) {
      throw error;
    }
    return await act(own);
  }
}

/** The failure of a connection that the node, or the network, has closed. */
export function lostConnection({ endpoint }: RemoteNode): GafferError {
  return new GafferError('unreachable', `${endpoint} has closed the connection`);
}

function isEnd(entry: unknown): entry is { readonly kind: 'end' } {
  return (entry as { readonly kind?: unknown }).kind === 'end';
}

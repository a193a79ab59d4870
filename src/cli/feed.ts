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

/** Opens a feed of the events behind a position; where they are not kept any more, of those from now on. */
export async function openEvents(node: RemoteNode, since: EventPosition | undefined, tell: (entry: EventEntry) => unknown): Promise<Feed> {
  const open = (from: EventPosition | undefined): Promise<Feed> => Feed.open<EventEntry>(node, (listener) => node.followEvents(from, listener), tell);
  try {
    return await open(since);
  } catch (error) {
    if (since === undefined || !(error instanceof GafferError) || error.code !== 'events_gone') {
      throw error;
    }
    return await open(undefined);
  }
}

/** The failure of a connection that the node, or the network, has closed. */
export function lostConnection({ endpoint }: RemoteNode): GafferError {
  return new GafferError('unreachable', `${endpoint} has closed the connection`);
}

function isEnd(entry: unknown): entry is { readonly kind: 'end' } {
  return (entry as { readonly kind?: unknown }).kind === 'end';
}

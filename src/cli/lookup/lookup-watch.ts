import { JointPicture } from '../../client/joint-picture.ts';
import type { Lookup } from '../../client/lookup.ts';
import type { LookupFeed } from '../../client/lookup-feed.ts';
import { failureOfAll, type Lookups } from '../../client/lookups.ts';
import { GafferError } from '../../errors.ts';
import type { LookupEvent } from '../../protocol/lookup-event.ts';
import { complain } from '../complain.ts';
import type { End } from '../ending.ts';
import { type Link, lasting, type Patience } from '../lasting.ts';

/** How lookupds are followed. */
export interface WatchOptions {
  readonly patience: Patience;
  readonly end: Pick<End, 'signal' | 'reached'>;
  /** Is told each change once. */
  readonly tell: (event: LookupEvent) => void;
  /** Resolves when more can be told; undefined where it can be at once. */
  readonly ready: () => Promise<void> | undefined;
  /** How long nodes may take to register with a lookupd that was started anew. Default: a heartbeat, 15 s. */
  readonly settleMs?: number | undefined;
}

const SETTLE_MS = 15_000;

/**
 * Follows what lookupds are told until the end, however often the connections to them are lost. Of several some may be away, also when it
 * begins.
 * @throws GafferError when none is left to follow
 */
export async function watchLookups(lookups: Lookups, options: WatchOptions): Promise<void> {
  const { all } = lookups;
  await lookups.nodes(); // one of them has to be there
  const picture = new JointPicture(all.length === 1);
  const failures: GafferError[] = [];
  const follow = async (lookup: Lookup): Promise<void> => {
    try {
      await new Follower(lookup, picture, options).follow(all.length > 1);
    } catch (error) {
      const failure = lookups.failureOf(lookup, expectGafferError(error));
      failures.push(failure);
      if (failures.length === all.length) {
        throw failureOfAll(failures);
      }
      complain(`${failure.message}; what it is told is missing from here on`);
    }
  };
  await Promise.all(all.map(follow));
}

/** Follows one of them. */
class Follower {
  readonly #lookup: Lookup;
  readonly #picture: JointPicture;
  readonly #options: WatchOptions;
  #wasThere = false;

  constructor(lookup: Lookup, picture: JointPicture, options: WatchOptions) {
    this.#lookup = lookup;
    this.#picture = picture;
    this.#options = options;
  }

  async follow(evenAtFirst: boolean): Promise<void> {
    const { patience, end } = this.#options;
    const what = { place: this.#lookup.endpoint, nothingMore: 'there is nothing more to follow', signal: end.signal };
    await lasting((link) => this.#followOnce(link), { ...patience, ...what, evenAtFirst });
  }

  /** Follows over one connection; resolves at the end. @throws GafferError what `lasting` waits for when it is lost */
  async #followOnce(link: Link): Promise<void> {
    const { end, settleMs = SETTLE_MS } = this.#options;
    const { endpoint } = this.#lookup;
    const since: LookupEvent[] = [];
    let hear = (event: LookupEvent): void => void since.push(event);
    const { feed, nodes, jobs } = await this.#lookup.events((event) => hear(event));
    link.connected();
    this.#tell(this.#picture.begin(endpoint, { nodes, jobs, since }), feed);
    hear = (event) => this.#tell(this.#picture.take(endpoint, event), feed);
    const settling = this.#wasThere ? setTimeout(() => this.#tell(this.#picture.settle(), feed), settleMs) : undefined;
    this.#wasThere = true;
    try {
      const loss = await Promise.race([feed.lost, end.reached]);
      if (loss instanceof GafferError) {
        throw loss;
      }
    } finally {
      clearTimeout(settling);
      this.#picture.lose(endpoint);
      feed.end();
    }
  }

  #tell(events: readonly LookupEvent[], feed: LookupFeed): void {
    for (const event of events) {
      this.#options.tell(event);
    }
    const ready = this.#options.ready();
    if (ready !== undefined) {
      feed.pause();
      void ready.then(() => feed.resume());
    }
  }
}

/** @throws whatever else it is */
function expectGafferError(error: unknown): GafferError {
  if (error instanceof GafferError) {
    return error;
  }
  throw error;
}

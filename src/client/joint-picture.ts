import type { DatedNode, LocatedJob } from '../protocol/lookup-answer.ts';
import type { LookupEvent } from '../protocol/lookup-event.ts';
import { keyOf, LookupPicture, nodeIn } from './lookup-picture.ts';

/** What a lookupd says when it is connected with. */
export interface Snapshot {
  readonly nodes: readonly DatedNode[];
  readonly jobs: readonly LocatedJob[];
  /** What it has told since, though some of it may be in the answers. */
  readonly since: readonly LookupEvent[];
}

/** What one of them knows, or knew when it was there. */
interface Teller {
  readonly picture: LookupPicture;
  isAway: boolean;
}

/**
 * What several lookupds tell, each change once: something is new when the first of them knows it, and gone when none of them knows it any
 * more. What a lookupd that is away has known is still true, until another one tells that it is gone.
 */
export class JointPicture {
  readonly #tellers = new Map<string, Teller>();
  readonly #told = new LookupPicture();
  readonly #isOfOne: boolean;

  /** @param isOfOne there is one lookupd alone: then connections are told as well that are nobody's yet, which nobody could compare */
  constructor(isOfOne: boolean) {
    this.#isOfOne = isOfOne;
  }

  /**
   * A lookupd is connected with: what is to be told. The first time it is what has changed since. Later it is what was not told yet; what
   * has gone only as far as that is certain, for nodes may still have to register with a lookupd that was started anew: see {@link settle}.
   */
  begin(lookupd: string, { nodes, jobs, since }: Snapshot): readonly LookupEvent[] {
    const picture = LookupPicture.of(nodes, jobs);
    const isNew = !this.#tellers.has(lookupd);
    this.#tellers.set(lookupd, { picture, isAway: false });
    if (isNew) {
      for (const event of since.toReversed()) {
        picture.take(oppositeOf(event));
      }
      for (const event of picture.additions()) {
        this.#told.take(event);
      }
      return since.flatMap((event) => this.take(lookupd, event));
    }
    for (const event of since) {
      picture.take(event);
    }
    const complete = new Set(nodes.filter(({ seq }) => seq !== undefined).map(keyOf));
    return [...this.#gone((event) => event.event !== 'remove_node' && complete.has(keyOf(nodeIn(event)))), ...this.#news(picture)];
  }

  /** A lookupd tells a change: what of it is to be told. */
  take(lookupd: string, event: LookupEvent): readonly LookupEvent[] {
    const isAdded = isAddition(event);
    for (const [name, { picture, isAway }] of this.#tellers) {
      if (name === lookupd || (isAway && !isAdded)) {
        picture.take(event);
      }
    }
    if (nodeIn(event).name === null) {
      return this.#isOfOne ? [event] : [];
    }
    return this.#told.has(event) === isAdded || this.#isKnown(event) !== isAdded ? [] : this.#tell([event]);
  }

  /** A lookupd is away. */
  lose(lookupd: string): void {
    const teller = this.#tellers.get(lookupd);
    if (teller !== undefined) {
      teller.isAway = true;
    }
  }

  /** Since a lookupd was connected with anew there was time enough for all nodes: whatever none knows now is gone. */
  settle(): readonly LookupEvent[] {
    return this.#gone(() => true);
  }

  #gone(isCertain: (event: LookupEvent) => boolean): readonly LookupEvent[] {
    return this.#tell([...this.#told.removals()].filter((event) => !this.#isKnown(event) && isCertain(event)));
  }

  #news(picture: LookupPicture): readonly LookupEvent[] {
    return this.#tell([...picture.additions()].filter((event) => !this.#told.has(event)));
  }

  #isKnown(event: LookupEvent): boolean {
    return [...this.#tellers.values()].some(({ picture }) => picture.has(event));
  }

  #tell(events: readonly LookupEvent[]): readonly LookupEvent[] {
    for (const event of events) {
      this.#told.take(event);
    }
    return events;
  }
}

/** What makes an event undone. */
const OPPOSITE = {
  add_node: 'add_node',
  identify: 'remove_node',
  remove_node: 'identify',
  add_job: 'remove_job',
  remove_job: 'add_job',
  add_process: 'remove_process',
  remove_process: 'add_process',
} as const satisfies Record<LookupEvent['event'], LookupEvent['event']>;

function oppositeOf(event: LookupEvent): LookupEvent {
  return { ...event, event: OPPOSITE[event.event] } as LookupEvent;
}

function isAddition({ event }: LookupEvent): boolean {
  return event === 'add_node' || event === 'identify' || event === 'add_job' || event === 'add_process';
}

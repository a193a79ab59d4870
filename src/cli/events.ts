import type { EventScope } from '../client/event-scope.ts';
import type { RemoteNode } from '../client/remote-node.ts';
import { GafferError } from '../errors.ts';
import type { EventPosition, GafferEvent } from '../job/event.ts';
import type { JobOverview } from '../job/info.ts';
import type { EventEntry } from '../job/log.ts';
import type { Connection } from './connection.ts';
import { Ending } from './ending.ts';
import { type Feed, forScope, openEvents } from './feed.ts';
import { type Link, lasting, lastingOn, type Patience } from './lasting.ts';
import { eventLine } from './view/event-line.ts';
import { displayWriter, jsonWriter, type LogWriter } from './view/log-writer.ts';

/** Which events are followed, and for how long. */
export interface FollowingChoices {
  readonly isMeant: (event: GafferEvent) => boolean;
  /** Whose events are enough where all of them are not told; undefined: only all are. */
  readonly scope: EventScope | undefined;
  /** Begin behind this one. */
  readonly since: EventPosition | undefined;
  /** How many of those that were before to begin with. */
  readonly lines: number;
  /** Go on with those that follow. */
  readonly follow: boolean;
  /** End after so many. */
  readonly count: number | undefined;
  readonly patience: Patience;
  /** How often the node is to show that it is there; undefined: never. */
  readonly heartbeatMs?: number | undefined;
}

/** Which events are shown, and how. */
export interface EventChoices extends Omit<FollowingChoices, 'scope'> {
  /** Only of this application; undefined: of all. */
  readonly app: string | undefined;
  readonly json: boolean;
  readonly color: boolean | undefined;
}

/** Where events go, and what ends that. */
export interface EventOutput {
  readonly writer: LogWriter;
  readonly end: Ending;
}

/** How many events a node keeps, at least. */
const KEPT = 4096;

/** Shows what happens on a node; resolves with the exit code. @throws GafferError */
export async function showEvents(connection: Connection, choices: EventChoices): Promise<number> {
  const end = new Ending();
  const look = { color: choices.color, fullNames: true, describe: eventLine, entries: 'events' };
  const writer = choices.json ? jsonWriter(end.broken) : displayWriter({ ...look, jobs: await jobsOf(connection, choices.app) }, end.broken);
  const scope = choices.app === undefined ? undefined : { session: choices.app };
  return await followEvents(connection, { ...choices, scope }, { writer, end });
}

/** Writes what happens on a node, however often the connection is lost; resolves with the exit code. @throws GafferError */
export async function followEvents(connection: Connection, choices: FollowingChoices, { writer, end }: EventOutput): Promise<number> {
  const events = new EventFollowing(connection.node, { ...choices, writer, end });
  const options = { ...lastingOn(connection, choices.patience), nothingMore: 'there is nothing more to follow', signal: end.signal };
  try {
    await lasting((link) => events.follow(link), options);
  } finally {
    await end.flushed(writer.finish());
  }
  return await end.reached;
}

/** Everybody's events are for those who manage everything. */
function withHint(error: unknown): unknown {
  return error instanceof GafferError && error.code === 'forbidden'
    ? new GafferError('forbidden', `${error.message}; --app NAME shows those of one application`, { cause: error })
    : error;
}

/** The jobs there are and how many processes of them are wanted: for the place that their names take. */
async function jobsOf({ node }: Connection, app: string | undefined): Promise<readonly { readonly name: string; readonly count: number }[]> {
  const jobs = await overviewOf(node, app);
  return jobs.map(({ name, max_processes: count }) => ({ name, count }));
}

/** Of an application that is not there yet there are no jobs. */
async function overviewOf(node: RemoteNode, app: string | undefined): Promise<readonly JobOverview[]> {
  try {
    return await node.overview(app);
  } catch (error) {
    if (error instanceof GafferError && error.code === 'session_not_found') {
      return [];
    }
    throw app === undefined ? withHint(error) : error;
  }
}

type Showing = FollowingChoices & EventOutput;

class EventFollowing {
  readonly #node: RemoteNode;
  readonly #showing: Showing;
  /** Behind the last event that was told. */
  #position: EventPosition | undefined;
  /** Until which event they are those that were before; of these the last ones are shown. */
  #recentUntil = 0;
  readonly #recent: EventEntry[] = [];
  #shown = 0;

  constructor(node: RemoteNode, showing: Showing) {
    this.#node = node;
    this.#showing = showing;
  }

  /** Follows over one connection; resolves at the end. @throws GafferError what `lasting` waits for when the connection is lost */
  async follow(link: Link): Promise<void> {
    const { writer, end } = this.#showing;
    const before = this.#position;
    const { feed, note } = before === undefined ? await this.#begin() : await this.#goOn(before);
    try {
      this.#position = feed.from;
      if (before !== undefined && before.run !== feed.from.run) {
        writer.beginAnew();
        this.#recentUntil = 0;
      }
      link.connected(note);
      await this.#tellRecent();
      feed.begin();
      await Promise.race([feed.lost, end.reached]);
    } finally {
      feed.end();
    }
  }

  /** Opens the first connection: behind the event that was named, or as many before the present one as are needed. */
  async #begin(): Promise<Opened> {
    const { since, lines, follow } = this.#showing;
    if (since === undefined && lines === 0 && follow) {
      return { feed: await this.#open(undefined) };
    }
    const { now, last } = await this.#now();
    this.#recentUntil = last;
    return { feed: await this.#open(since ?? { ...now, seq: Math.max(0, now.seq - (lines === 0 ? 0 : KEPT)) }) };
  }

  /** Opens another connection after a loss: where the one before was, as far as that is kept. */
  async #goOn(before: EventPosition): Promise<Opened> {
    try {
      return { feed: await this.#open(before) };
    } catch (error) {
      if (!(error instanceof GafferError) || error.code !== 'events_gone') {
        throw error;
      }
    }
    const { now } = await this.#now();
    const kept = Math.max(0, now.seq - KEPT);
    const missing = kept - (now.run === before.run ? before.seq : 0);
    const notes = [
      ...(now.run === before.run ? [] : ['it was started anew, and counts its events from 1']),
      ...(missing > 0 ? [`${missing} events that it does not keep any more are missing`] : []),
    ];
    return { feed: await this.#open({ ...now, seq: kept }), note: notes.join('; ') };
  }

  async #open(since: EventPosition | undefined): Promise<Feed> {
    return await openEvents(this.#node, { since, scope: this.#scope, heartbeatMs: this.#showing.heartbeatMs }, (entry) => this.#tell(entry));
  }

  /** Where the node is, and which of the events until there is the last that is told here. */
  async #now(): Promise<{ readonly now: EventPosition; readonly last: number }> {
    return await forScope(this.#scope, async (scope) => {
      const now = await this.#node.position(scope);
      return { now, last: scope === undefined ? now.seq : await lastSeq(this.#node, scope) };
    });
  }

  readonly #scope = (): Promise<EventScope | undefined> => Promise.resolve(this.#showing.scope);

  async #tell(entry: EventEntry): Promise<void> {
    if (entry.kind === 'event') {
      const { seq } = entry.event;
      this.#position = { run: this.#position?.run, seq };
      const isMeant = this.#showing.isMeant(entry.event);
      if (seq <= this.#recentUntil) {
        this.#recent.push(...(isMeant ? [entry] : []));
        await this.#tellRecent();
        return;
      }
      if (!isMeant) {
        return;
      }
    }
    await this.#show(entry);
  }

  /** Shows those that were before when all of them are there. */
  async #tellRecent(): Promise<void> {
    const { since, lines, follow, end } = this.#showing;
    if ((this.#position?.seq ?? 0) < this.#recentUntil) {
      return;
    }
    const recent = this.#recent.splice(0);
    for (const entry of since === undefined ? recent.slice(Math.max(0, recent.length - lines)) : recent) {
      await this.#show(entry);
    }
    if (!follow) {
      end.reach(0);
    }
  }

  async #show(entry: EventEntry): Promise<void> {
    const { count = Number.POSITIVE_INFINITY, writer, end } = this.#showing;
    if (this.#shown < count) {
      await writer.write(entry);
      this.#shown += entry.kind === 'event' ? 1 : 0;
    }
    if (this.#shown >= count) {
      end.reach(0);
    }
  }
}

interface Opened {
  readonly feed: Feed;
  readonly note?: string | undefined;
}

/** No output has it: what is told of an application's log is its events alone then. */
const NO_LABEL = '';

/** The number of the last event of an application that is kept; 0 where none is. */
async function lastSeq(node: RemoteNode, scope: EventScope): Promise<number> {
  const [entry] = await node.recentLog({ ...scope, label: NO_LABEL }, 1);
  return entry?.kind === 'event' ? entry.event.seq : 0;
}

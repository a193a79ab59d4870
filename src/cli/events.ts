import type { RemoteNode } from '../client/remote-node.ts';
import { GafferError } from '../errors.ts';
import type { EventPosition, GafferEvent } from '../job/event.ts';
import type { EventEntry } from '../job/log.ts';
import { Ending } from './ending.ts';
import { Feed } from './feed.ts';
import { type Link, lasting, lastingOn, type Patience } from './lasting.ts';
import type { Connection } from './node-options.ts';
import { eventLine } from './view/event-line.ts';
import { displayWriter, jsonWriter, type LogWriter } from './view/log-writer.ts';

/** Which events are shown, and how. */
export interface EventChoices {
  readonly isMeant: (event: GafferEvent) => boolean;
  /** Only of this application; undefined: of all. */
  readonly app: string | undefined;
  /** Begin behind this one. */
  readonly since: EventPosition | undefined;
  /** How many of those that were before to begin with. */
  readonly lines: number;
  /** Go on with those that follow. */
  readonly follow: boolean;
  /** End after so many. */
  readonly count: number | undefined;
  readonly json: boolean;
  readonly color: boolean | undefined;
  readonly patience: Patience;
}

/** How many events a node keeps, at least. */
const KEPT = 4096;

/** Shows what happens on a node; resolves with the exit code. @throws GafferError */
export async function showEvents(connection: Connection, choices: EventChoices): Promise<number> {
  const end = new Ending();
  const look = { color: choices.color, fullNames: true, describe: eventLine, entries: 'events' };
  const writer = choices.json ? jsonWriter(end.broken) : displayWriter({ ...look, jobs: await jobsOf(connection, choices.app) }, end.broken);
  const events = new EventFollowing(connection.node, { ...choices, writer, end });
  const options = { ...lastingOn(connection, choices.patience), nothingMore: 'there is nothing more to follow', signal: end.signal };
  try {
    await lasting((link) => events.follow(link), options);
  } finally {
    await end.flushed(writer.finish());
  }
  return await end.reached;
}

/** The jobs there are and how many processes of them are wanted: for the place that their names take. */
async function jobsOf({ node }: Connection, app: string | undefined): Promise<readonly { readonly name: string; readonly count: number }[]> {
  const jobs = await node.overview();
  return jobs.filter(({ name }) => app === undefined || name.startsWith(`${app}.`)).map(({ name, max_processes: count }) => ({ name, count }));
}

interface Showing extends EventChoices {
  readonly writer: LogWriter;
  readonly end: Ending;
}

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
    const now = await this.#node.position();
    this.#recentUntil = now.seq;
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
    const now = await this.#node.position();
    const kept = Math.max(0, now.seq - KEPT);
    const missing = kept - (now.run === before.run ? before.seq : 0);
    const notes = [
      ...(now.run === before.run ? [] : ['it was started anew, and counts its events from 1']),
      ...(missing > 0 ? [`${missing} events that it does not keep any more are missing`] : []),
    ];
    return { feed: await this.#open({ ...now, seq: kept }), note: notes.join('; ') };
  }

  async #open(since: EventPosition | undefined): Promise<Feed> {
    return await Feed.open<EventEntry>(
      this.#node,
      (listener) => this.#node.followEvents(since, listener),
      (entry) => this.#tell(entry),
    );
  }

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

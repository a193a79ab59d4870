import { type LogBeginning, LogProgress } from '../client/log-progress.ts';
import { GafferError } from '../errors.ts';
import { isEventSelected, isOutputSelected, type LogEntry, type LogSelection } from '../job/log.ts';
import { type JobName, parseJobName } from '../job/name.ts';
import { complain } from './complain.ts';
import type { Connection } from './connection.ts';
import type { End } from './ending.ts';
import { Feed, lostConnection } from './feed.ts';
import { type Link, lasting, lastingOn, type Patience } from './lasting.ts';
import { selectionOf } from './log-selection.ts';
import { expectSlotName } from './pipe-name.ts';
import type { LogWriter } from './view/log-writer.ts';

/** A log that is followed. */
export interface FollowedLog {
  /** What was named on the command line. */
  readonly word: string | undefined;
  /** What that means now. */
  readonly selection: LogSelection;
  /** What it begins with. */
  readonly recent: readonly LogEntry[];
  /** That is all that there is: what comes until it is followed must not push the first of it out. */
  readonly isAll: boolean;
  readonly writer: LogWriter;
  readonly end: End;
  readonly patience: Patience;
}

/** More than a node keeps. */
const EVERYTHING = 1_000_000;

/** Shows the entries of a log and all that follows, also when the node was lost meanwhile; resolves with the exit code. */
export async function followLog(connection: Connection, followed: FollowedLog): Promise<number> {
  const { writer, end, patience } = followed;
  const following = await LogFollowing.prepare(connection, followed);
  const options = { ...lastingOn(connection, patience), nothingMore: 'there is nothing more to follow', signal: end.signal };
  try {
    await lasting((link) => following.follow(link), options);
  } finally {
    await end.flushed(writer.finish());
  }
  return await end.reached;
}

class LogFollowing {
  readonly #connection: Connection;
  readonly #followed: FollowedLog;
  readonly #progress = new LogProgress();
  /** The job of the process that is followed, if it is one. */
  readonly #job: JobName | undefined;
  #selection: LogSelection;
  #run: string | undefined;

  static async prepare(connection: Connection, followed: FollowedLog): Promise<LogFollowing> {
    const { selection, recent } = followed;
    const { node } = connection;
    const job = selection.pid === undefined ? undefined : parseJobName((await node.processInfo(selection.pid)).name);
    const following = new LogFollowing(connection, followed, job);
    for (const entry of recent.length > 0 ? recent : await node.recentLog(selection, 1)) {
      following.#progress.sawBefore(entry);
    }
    return following;
  }

  private constructor(connection: Connection, followed: FollowedLog, job: JobName | undefined) {
    this.#connection = connection;
    this.#followed = followed;
    this.#selection = followed.selection;
    this.#job = job;
  }

  /** Follows over one connection; resolves at the end. @throws GafferError what `lasting` waits for when the connection is lost */
  async follow(link: Link): Promise<void> {
    const { writer, end } = this.#followed;
    const { recent, isAll } = this.#followed;
    const feed = await (this.#run === undefined ? this.#open(isAll ? EVERYTHING : recent.length) : this.#openAgain());
    if (feed === undefined) {
      link.connected();
      await this.#tellLastWords();
      return;
    }
    try {
      this.#run = feed.from.run;
      const beginning = this.#progress.begin(feed.from);
      if (beginning === 'another run') {
        writer.beginAnew();
      }
      link.connected(noteOf(beginning));
      feed.begin();
      await Promise.race([feed.lost, end.reached]);
    } finally {
      feed.end();
    }
  }

  async #open(lines: number): Promise<Feed> {
    const { node } = this.#connection;
    return await Feed.open<LogEntry>(
      node,
      (listener) => node.followLog(this.#selection, lines, listener, this.#progress.reach),
      (entry) => this.#tell(entry),
    );
  }

  /** Opens another one after a loss; undefined when the process that was followed has ended meanwhile. @throws GafferError */
  async #openAgain(): Promise<Feed | undefined> {
    const { node } = this.#connection;
    const { word } = this.#followed;
    const { pid } = this.#selection;
    if (pid === undefined) {
      this.#selection = await selectionOf(this.#connection, word);
      return await this.#open(EVERYTHING);
    }
    const { run } = await node.position({ job: this.#job });
    if (run !== this.#run) {
      expectSlotName(word ?? '', pid, node.endpoint);
      this.#selection = await selectionOf(this.#connection, word);
    }
    try {
      const feed = await this.#open(EVERYTHING);
      if (feed.from.run === run) {
        return feed;
      }
      feed.end();
    } catch (error) {
      if (run === this.#run && error instanceof GafferError && error.code === 'process_not_found') {
        return undefined;
      }
      throw error;
    }
    throw lostConnection(node); // it was started anew in this moment
  }

  /** Tells what is kept of a process that has ended. */
  async #tellLastWords(): Promise<void> {
    const { pid } = this.#selection;
    const job = this.#job;
    const entries = job === undefined ? [] : await this.#connection.node.recentLog({ job }, EVERYTHING);
    this.#progress.begin({ seq: 0, run: this.#run });
    for (const entry of entries) {
      if (entry.kind === 'output' ? isOutputSelected({ pid }, entry) : entry.kind === 'event' && isEventSelected({ pid }, entry.event)) {
        await this.#tell(entry);
      }
    }
    this.#followed.end.reach(0);
  }

  #tell(entry: LogEntry): void | Promise<void> {
    const { writer, end } = this.#followed;
    const { entry: news, missing } = this.#progress.news(entry);
    if (entry.kind === 'output' && missing > 0) {
      complain(`${parseJobName(entry.name).job}.${entry.slot}: ${missing} bytes of its output are missing here: the node does not keep more`);
    }
    const busy = news === undefined ? undefined : writer.write(news);
    if (entry.kind === 'event' && entry.event.type === 'exit' && this.#selection.pid === entry.event.process.pid) {
      end.reach(0);
    }
    return busy;
  }
}

function noteOf(beginning: LogBeginning): string | undefined {
  return beginning === 'another run' ? 'it was started anew, and the last output from before may be missing' : undefined;
}

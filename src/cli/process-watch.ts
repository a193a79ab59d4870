import type { RemoteNode } from '../client/remote-node.ts';
import { GafferError } from '../errors.ts';
import type { EventPosition } from '../job/event.ts';
import type { ProcessExit } from '../job/exit.ts';
import type { EventEntry } from '../job/log.ts';
import { type EventFeedOptions, type Feed, openEvents } from './feed.ts';

/** What becomes of a process, as long as the connection to its node holds. */
export class ProcessWatch {
  /** Rejects when the connection is lost. */
  readonly lost: Promise<never>;
  /** Resolves when the process has ended. */
  readonly exited: Promise<ProcessExit>;
  /** How the process has ended, if it has. */
  exit: ProcessExit | undefined;
  /** The last event that was told. */
  #position: EventPosition;
  readonly #feed: Feed;
  #pid = 0;
  #sayExit: (exit: ProcessExit) => void = () => undefined;

  /** Opens the connection. What is not kept any more of what is asked for is not told. */
  static async open(node: RemoteNode, options: EventFeedOptions): Promise<ProcessWatch> {
    let hear: (entry: EventEntry) => void = () => undefined;
    const open = (since: EventPosition | undefined): Promise<Feed> => openEvents(node, { ...options, since }, (entry) => hear(entry));
    const feed = await open(options.since).catch(async (error: unknown) => {
      if (!(error instanceof GafferError) || error.code !== 'events_gone') {
        throw error;
      }
      return await open(undefined);
    });
    const watch = new ProcessWatch(feed);
    hear = (entry) => watch.#hear(entry);
    return watch;
  }

  private constructor(feed: Feed) {
    this.#feed = feed;
    this.#position = feed.from;
    this.lost = feed.lost;
    this.exited = new Promise((resolve) => {
      this.#sayExit = resolve;
    });
  }

  /** Behind the last event that was told. */
  get position(): EventPosition {
    return this.#position;
  }

  /** The process that is meant. */
  begin(pid: number): void {
    this.#pid = pid;
    this.#feed.begin();
  }

  end(): void {
    this.#feed.end();
  }

  #hear(entry: EventEntry): void {
    if (entry.kind === 'event') {
      const { event } = entry;
      this.#position = { ...this.#position, seq: event.seq };
      if (event.type === 'exit' && event.process.pid === this.#pid) {
        this.exit = event.exit;
        this.#sayExit(event.exit);
      }
    }
  }
}

import { Backoff } from '../client/backoff.ts';
import { GafferError } from '../errors.ts';
import { complain } from './complain.ts';
import type { Connection } from './connection.ts';

/** Time, as far as waiting for a node needs it. */
interface WaitingClock {
  now(): number;
  /** Calls back after that many milliseconds, unless the returned call comes first. */
  after(ms: number, callback: () => void): () => void;
}

/** Whether to wait for a node that has gone away. */
export interface Patience {
  /** Without that the first loss is the end. */
  readonly reconnect: boolean;
  /** For how long; undefined: for ever. */
  readonly patienceMs: number | undefined;
}

/** What goes on for as long as a node is there, and when it is there again. */
export interface LastingOptions extends Patience {
  /** Where the node is, for people. */
  readonly place: string;
  /** What cannot be done any more without it, as the end of a sentence. */
  readonly nothingMore: string;
  /** One that was never there is waited for as well. Default false. */
  readonly evenAtFirst?: boolean;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Is told in one line that the node is awaited, or is there again. Default: it is written to stderr. */
  readonly say?: (line: string, isThere: boolean) => void;
  readonly clock?: WaitingClock;
}

/** What work tells about its connection. */
export interface Link {
  /** The node answers. @param note what else there is to say when it has been away, as the end of a sentence */
  connected(note?: string): void;
}

/** Failures that may be over when the node is asked again. */
const LOSSES: readonly string[] = ['unreachable', 'no_answer', 'bad_answer', 'not_ready'];

/** Whether a failure is that of the connection, and not the node's answer. */
export function isLoss(error: unknown): error is GafferError {
  return error instanceof GafferError && LOSSES.includes(error.code);
}

/** The node of a connection, and how it is waited for: a session that has ended does not come back. */
export function lastingOn(
  { node, local, label }: Pick<Connection, 'node' | 'local' | 'label'>,
  patience: Patience,
): Patience & Pick<LastingOptions, 'place'> {
  const place = label === undefined ? node.endpoint : `${label} (${node.endpoint})`;
  return local === undefined ? { ...patience, place } : { ...patience, patienceMs: 0, place: 'the gaffer start of this folder' };
}

const systemClock: WaitingClock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

function sayOnStderr(line: string): void {
  complain(line);
}

/**
 * Does work that needs a node, and does it again when the node was lost and is there again; says both. Work fails with what
 * {@link isLoss} to have that. A node that was never there is not waited for.
 * @returns what the work returns; undefined when the signal has come while the node was waited for
 * @throws GafferError `unreachable` when the node does not come back in time; whatever else the work throws
 */
export async function lasting<T>(work: (link: Link) => Promise<T>, options: LastingOptions): Promise<T | undefined> {
  const { signal, clock = systemClock } = options;
  const presence = new Presence(options, clock);
  while (!signal.aborted) {
    try {
      return await work({ connected: (note) => presence.begin(note) });
    } catch (error) {
      await pause(presence.lose(error), signal, clock);
    }
  }
  return undefined;
}

/** Whether the node is there, and what was said of that. */
class Presence {
  readonly #options: LastingOptions;
  readonly #clock: WaitingClock;
  readonly #backoff: Backoff;
  #state: 'unknown' | 'there' | 'lost' | 'awaited' = 'unknown';

  constructor(options: LastingOptions, clock: WaitingClock) {
    this.#options = options;
    this.#clock = clock;
    this.#backoff = new Backoff(options.patienceMs);
  }

  begin(note: string | undefined): void {
    const { place } = this.#options;
    this.#backoff.connected(this.#clock.now());
    const end = note === undefined ? '' : `; ${note}`;
    if (this.#state === 'awaited') {
      this.#say(`${place} is there again${end}`, true);
    } else if (this.#state === 'lost') {
      this.#say(`the connection to ${place} was lost, and is there again${end}`, true);
    }
    this.#state = 'there';
  }

  /** Tells how long to wait, in milliseconds. @throws the error where waiting is no use, or has been none */
  lose(error: unknown): number {
    const { place, reconnect, patienceMs = 0, nothingMore, evenAtFirst = false } = this.#options;
    const isNew = this.#state === 'unknown';
    if (!isLoss(error) || (isNew && !(evenAtFirst && reconnect))) {
      throw error;
    }
    const pauseMs = reconnect ? this.#backoff.failed(this.#clock.now()) : undefined;
    if (pauseMs === undefined) {
      const how = this.#state === 'awaited' ? `has not come back within ${patienceMs / 1000} s` : 'has gone away';
      throw new GafferError('unreachable', `${place} ${how}: ${nothingMore}`, { cause: error });
    }
    if (pauseMs > 0 && this.#state !== 'awaited') {
      this.#state = 'awaited';
      this.#say(isNew ? `${error.message}; it is waited for` : `${place} has gone away: waiting for it (Ctrl-C ends)`, false);
    } else if (this.#state === 'there') {
      this.#state = 'lost';
    }
    return pauseMs;
  }

  #say(line: string, isThere: boolean): void {
    (this.#options.say ?? sayOnStderr)(line, isThere);
  }
}

function pause(ms: number, signal: AbortSignal, clock: WaitingClock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', end);
      resolve();
    });
    const end = (): void => {
      cancel();
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
  });
}

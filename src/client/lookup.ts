import { GafferError } from '../errors.ts';
import {
  type DatedNode,
  type LocatedJob,
  type LocatedSession,
  readLocatedJobs,
  readLocatedSessions,
  readNodes,
  readSources,
} from '../protocol/lookup-answer.ts';
import type { LookupSource } from '../protocol/lookup-event.ts';
import { LOOKUP_ADVICE } from './advice.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import { HttpClient, type HttpOptions } from './http.ts';
import { type LookupFeed, type LookupListener, openLookupFeed } from './lookup-feed.ts';
import { pathPart } from './path-part.ts';

/** How a {@link Lookup} reaches its lookupd. */
export interface LookupOptions extends Omit<HttpOptions, 'endpoint'> {
  /** `http://HOST:PORT`, `https://HOST:PORT` or `unix:///PATH`. */
  readonly endpoint: string;
}

/** How an answer is wanted. */
export interface LookupChoices {
  /** Each node with how new it is what is told of it, where the lookupd can tell. Default false. */
  readonly isDated?: boolean;
}

/** What a lookupd tells from a moment on, and what there was then. */
export interface LookupFollowing {
  readonly feed: LookupFeed;
  readonly nodes: readonly DatedNode[];
  readonly jobs: readonly LocatedJob[];
}

/** Where a lookupd answers that nobody has told where it is. */
export const DEFAULT_LOOKUPD = 'http://127.0.0.1:5010';

/** A lookupd answers from what it has in memory. */
const TIMEOUT_MS = 5000;

/** Asks one lookupd which node runs what. */
export class Lookup {
  /** Where it is, for people. */
  readonly endpoint: string;
  readonly #options: HttpOptions & { readonly endpoint: Endpoint };
  readonly #http: HttpClient;

  /** Nothing is connected before something is asked. @throws GafferError `bad_usage` for what is no endpoint */
  constructor(options: LookupOptions) {
    const endpoint = parseEndpoint(options.endpoint, DEFAULT_LOOKUPD);
    this.endpoint = endpoint.text;
    this.#options = { advice: LOOKUP_ADVICE, ...options, timeoutMs: options.timeoutMs ?? TIMEOUT_MS, endpoint };
    this.#http = new HttpClient(this.#options);
  }

  /** The nodes that it knows; nulls for connections of some that have not said who they are. */
  async nodes({ isDated }: LookupChoices = {}): Promise<readonly DatedNode[]> {
    return await this.#ask('/nodes', readNodes, { seq: isDated });
  }

  /** Every job, and where it runs. */
  async jobs({ isDated }: LookupChoices = {}): Promise<readonly LocatedJob[]> {
    return await this.#ask('/jobs', readLocatedJobs, { seq: isDated });
  }

  /** Every session, its jobs and where they run; of all nodes, or those of one name. None for a node that it does not know. */
  async sessions(node?: string, { isDated }: LookupChoices = {}): Promise<readonly LocatedSession[]> {
    return await this.#ask(node === undefined ? '/sessions' : `/sessions/${pathPart(node)}`, readLocatedSessions, { seq: isDated });
  }

  /** Where a job runs, by its full name; nowhere for one that it does not know. */
  async findJob(name: string, { isDated }: LookupChoices = {}): Promise<readonly LookupSource[]> {
    return await this.#ask('/findJob', readSources, { name, seq: isDated });
  }

  /** The jobs of a session, and where they run; none for one that it does not know. */
  async findSession(sessionid: string, { isDated }: LookupChoices = {}): Promise<readonly LocatedJob[]> {
    return await this.#ask('/findSession', readLocatedJobs, { sessionid, seq: isDated });
  }

  /**
   * Tells what changes from now on, until the feed is ended or lost, and what there was before. What changes while that is asked for may be
   * in it, and is told all the same.
   * @throws GafferError when it can't be reached, or refuses it
   */
  async events(listener: LookupListener): Promise<LookupFollowing> {
    const feed = await openLookupFeed(this.#options, listener).catch(async (error: unknown) => {
      await this.nodes(); // tells better why: it needs the same key
      throw error;
    });
    try {
      const [nodes, jobs] = await Promise.all([this.nodes({ isDated: true }), this.jobs()]);
      return { feed, nodes, jobs };
    } catch (error) {
      feed.end();
      throw error;
    }
  }

  close(): void {
    this.#http.close();
  }

  async #ask<T>(path: string, read: (value: unknown) => T | undefined, query: Readonly<Record<string, string | boolean | undefined>>): Promise<T> {
    let value: unknown;
    try {
      value = this.#http.valueOf(await this.#http.ask('GET', path, { query }));
    } catch (error) {
      if (error instanceof GafferError && error.status === 404) {
        throw await this.#noLookupd(path);
      }
      throw error;
    }
    const answer = read(value);
    if (answer === undefined) {
      throw await this.#noLookupd(path);
    }
    return answer;
  }

  /** Whoever named a node in place of a lookupd is told so. */
  async #noLookupd(path: string): Promise<GafferError> {
    const greeting = await this.#http.ask('GET', '/').then(
      (answer) => this.#http.valueOf(answer),
      () => undefined,
    );
    const isNode = (greeting as { readonly welcome?: unknown } | undefined)?.welcome === 'gaffer';
    const error = this.#http.noNode(isNode ? 'it is a gafferd' : `its answer to ${path} is none that a lookupd gives`);
    // A gafferd will not be a lookupd when it is asked again.
    return isNode ? new GafferError('bad_usage', error.message, { cause: error }) : error;
  }
}

import type { EtcdHttp, Json } from './http.ts';
import { EtcdRefusal } from './http.ts';

/** What is under a key. */
export interface EtcdRecord {
  readonly key: string;
  /** Undefined when there is nothing any more. */
  readonly value: string | undefined;
  /** What it vanishes with. */
  readonly lease: string | undefined;
  /** Which change of the whole etcd has made it so. */
  readonly revision: number;
}

/** What is to be under a key; nothing where the value is undefined. */
export type EtcdWrite = Pick<EtcdRecord, 'key' | 'value'>;

/** Everything that begins with something, at one moment. */
export interface EtcdSnapshot {
  readonly revision: number;
  readonly records: readonly EtcdRecord[];
}

/** What has changed since; the first of a watch is empty and says that it has begun. */
export interface EtcdNews {
  readonly revision: number;
  readonly records: readonly EtcdRecord[];
}

/** Keys that are asked for at once. */
const PAGE = 500;

/** What of etcd a lookupd needs. Keys and values are text. */
export class EtcdClient {
  readonly #http: EtcdHttp;
  readonly #signal: AbortSignal;

  /** @param signal breaks off whatever is under way */
  constructor(http: EtcdHttp, signal: AbortSignal) {
    this.#http = http;
    this.#signal = signal;
  }

  get endpoint(): string {
    return this.#http.endpoint;
  }

  /** Asks in somebody's name from now on. */
  async login({ user, password }: { readonly user: string; readonly password: string }): Promise<void> {
    const { token } = await this.#call('auth/authenticate', { name: user, password });
    this.#http.authorize(String(token));
  }

  /** A lease that ends after that time, unless it is kept. */
  async grant(ttlMs: number): Promise<string> {
    const { ID: id } = await this.#call('lease/grant', { TTL: String(Math.ceil(ttlMs / 1000)) });
    return String(id);
  }

  /** Keeps a lease for as long again. Answers whether there still is such a lease. */
  async keepAlive(lease: string): Promise<boolean> {
    const { result } = await this.#call('lease/keepalive', { ID: lease });
    return Number((result as Json | undefined)?.['TTL'] ?? 0) > 0;
  }

  /** Everything that begins with a prefix. */
  async snapshot(prefix: string): Promise<EtcdSnapshot> {
    const records: EtcdRecord[] = [];
    let revision: number | undefined;
    for (let from = prefix, isMore = true; isMore; ) {
      const answer = await this.#call('kv/range', {
        ...rangeOf(prefix, from),
        limit: String(PAGE),
        ...(revision !== undefined && { revision: String(revision) }),
      });
      revision ??= revisionOf(answer);
      const page = listOf(answer['kvs']).map((kv) => recordOf(kv, false));
      records.push(...page);
      from = `${page.at(-1)?.key ?? ''}\0`;
      isMore = answer['more'] === true && page.length > 0;
    }
    return { revision: revision ?? 0, records };
  }

  /** Writes all of it or nothing. Answers the revision that it is since. */
  async write(writes: readonly EtcdWrite[], lease: string): Promise<number> {
    const answer = await this.#call('kv/txn', {
      success: writes.map(({ key, value }) =>
        value === undefined ? { request_delete_range: { key: encoded(key) } } : { request_put: { key: encoded(key), value: encoded(value), lease } },
      ),
    });
    return revisionOf(answer);
  }

  /**
   * Follows what becomes of everything that begins with a prefix. Ends when what has changed since then is not known any more.
   * @throws EtcdRefusal, GafferError when the connection is lost
   */
  async *watch(prefix: string, fromRevision: number): AsyncGenerator<EtcdNews> {
    const asked = { create_request: { ...rangeOf(prefix, prefix), start_revision: String(fromRevision) } };
    for await (const { result } of this.#http.stream('watch', asked, this.#signal)) {
      const news = (result ?? {}) as Json;
      if (news['canceled'] === true) {
        if (Number(news['compact_revision'] ?? 0) > 0) {
          return;
        }
        const reason = news['cancel_reason'];
        throw new EtcdRefusal(UNAVAILABLE, `etcd has ended the watch: ${typeof reason === 'string' ? reason : 'it gives no reason'}`);
      }
      yield {
        revision: revisionOf(news),
        records: listOf(news['events']).map(({ type, kv }) => recordOf((kv ?? {}) as Json, type === 'DELETE')),
      };
    }
    throw new EtcdRefusal(UNAVAILABLE, 'etcd has ended the watch: its connection is closed');
  }

  async #call(path: string, body: Json): Promise<Json> {
    return await this.#http.call(path, body, this.#signal);
  }
}

/** What gRPC calls a server that can't serve. */
const UNAVAILABLE = 14;

function rangeOf(prefix: string, from: string): Json {
  return { key: encoded(from), range_end: encoded(afterAll(prefix)) };
}

/** The first text behind all that begin with a prefix; its last character is never the last one of all. */
function afterAll(prefix: string): string {
  return `${prefix.slice(0, -1)}${String.fromCodePoint((prefix.codePointAt(prefix.length - 1) ?? 0) + 1)}`;
}

function recordOf(kv: Json, isDeleted: boolean): EtcdRecord {
  const lease = kv['lease'];
  return {
    key: decoded(kv['key']),
    value: isDeleted ? undefined : decoded(kv['value']),
    lease: typeof lease === 'string' && lease !== '0' ? lease : undefined,
    revision: Number(kv['mod_revision'] ?? 0),
  };
}

function revisionOf(answer: Json): number {
  return Number((answer['header'] as Json | undefined)?.['revision'] ?? 0);
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** What is empty is left out by etcd. */
function decoded(value: unknown): string {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : '';
}

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { GafferError, messageOf } from '../errors.ts';
import type { Unsubscribe } from '../job/node.ts';
import type { LookupEvent } from '../protocol/lookup-event.ts';
import { type EtcdAddress, parseEtcdAddress } from './etcd/address.ts';
import { Bell } from './etcd/bell.ts';
import { EtcdClient } from './etcd/client.ts';
import { EtcdHttp, type EtcdTls } from './etcd/http.ts';
import { OtherEntries } from './etcd/other-entries.ts';
import { OwnEntries } from './etcd/own-entries.ts';
import { LONGEST_PAUSE_MS, pauseBefore } from './etcd/pause.ts';
import { type EtcdOwn, EtcdSession } from './etcd/session.ts';
import type { EtcdTimes } from './etcd/times.ts';
import { WritePace } from './etcd/write-pace.ts';
import type { NodeEntry } from './node-entry.ts';
import type { TopologyStore } from './store.ts';
import { StoreListeners } from './store-listeners.ts';
import { Topology } from './topology.ts';

/** What a store in etcd needs. */
export interface EtcdStoreOptions {
  /** `etcd://HOST:PORT[,HOST:PORT...]`; {@link parseEtcdAddress} says what else there can be. */
  readonly address: string;
  readonly log: EtcdLog;
  /** What tells this lookupd from others. Default: made at random. */
  readonly id?: string;
  /** How long what was told here stays after this process. Default: 30 s, time enough for nodes to come back after a restart. */
  readonly ttlMs?: number;
  /** How long etcd may take for an answer. Default: 5 s. */
  readonly timeoutMs?: number;
  /** The longest time between two tries to reach etcd. Default: 5 s. */
  readonly longestPauseMs?: number;
  /** After etcd was away: how long others are believed to be coming back too. Default: as long as that takes at most. */
  readonly patienceMs?: number;
  /** How much is written. Default: what an etcd bears that forgets what is older than an hour. */
  readonly pace?: WritePace;
}

/** Where it is said that etcd is away, or back. */
export interface EtcdLog {
  info(message: string): void;
  warning(message: string): void;
}

const TTL_MS = 30_000;
const TIMEOUT_MS = 5000;

/** A session that held for so long was a good one: whatever comes after it is a new trouble. */
const STEADY_MS = 1000;

/**
 * Keeps what nodes have told in an etcd, where other lookupds see it: one key for each node, under a lease that ends some time after this
 * process. Answers come from memory, and go on with what was known when etcd is away; what is told meanwhile is written afterwards.
 */
export class EtcdStore implements TopologyStore {
  readonly topology = new Topology();
  readonly #address: EtcdAddress;
  readonly #id: string;
  readonly #log: EtcdLog;
  readonly #times: EtcdTimes & { readonly patienceMs: number };
  readonly #own: EtcdOwn;
  readonly #others: OtherEntries;
  readonly #listeners = new StoreListeners();
  readonly #closing = new AbortController();
  /** Rings when it may be settled. */
  readonly #settling = new Bell();
  #session: EtcdSession | undefined;
  #state: 'new' | 'away' | 'connected' = 'new';
  #isSettled = false;
  #endPatience: NodeJS.Timeout | undefined;
  #ended: Promise<void> = Promise.resolve();

  private constructor(address: EtcdAddress, { id = randomBytes(8).toString('hex'), log, ...times }: EtcdStoreOptions) {
    const { prefix } = address;
    const { ttlMs = TTL_MS, timeoutMs = TIMEOUT_MS, longestPauseMs = LONGEST_PAUSE_MS } = times;
    this.#address = address;
    this.#id = id;
    this.#log = log;
    this.#times = { ttlMs, timeoutMs, longestPauseMs, patienceMs: times.patienceMs ?? longestPauseMs + timeoutMs };
    this.#own = { entries: new OwnEntries(prefix, id), pace: times.pace ?? new WritePace(), lease: undefined };
    this.#others = new OtherEntries({ topology: this.topology, prefix, own: id, warn: (message) => log.warning(message) });
  }

  /** Begins to follow an etcd, and does not wait for it. @throws GafferError `bad_usage` when the address is none */
  static open(options: EtcdStoreOptions): EtcdStore {
    const store = new EtcdStore(parseEtcdAddress(options.address), options);
    store.#ended = store.#follow();
    return store;
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  put(entry: NodeEntry): void {
    this.#own.entries.put(entry);
    this.#changed();
    this.#listeners.tell(this.topology.put(this.#id, entry));
  }

  remove(identity: string): void {
    this.#own.entries.remove(identity);
    this.#changed();
    this.#listeners.tell(this.topology.remove(this.#id, identity));
  }

  onEvents(listener: (events: readonly LookupEvent[]) => void): Unsubscribe {
    return this.#listeners.add(listener);
  }

  async settled(timeoutMs: number): Promise<void> {
    const untilMs = performance.now() + timeoutMs;
    while (!(this.isConnected && this.#isSettled)) {
      const restMs = untilMs - performance.now();
      if (restMs <= 0 || this.#closing.signal.aborted) {
        throw new GafferError('no_answer', `etcd has not taken everything within ${timeoutMs / 1000} s`);
      }
      await this.#settling.wait(this.#closing.signal, restMs);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#endPatience);
    this.#listeners.clear();
    await this.#ended;
  }

  #changed(): void {
    this.#isSettled = false;
    this.#session?.wake();
  }

  /** One session after another, with one member after another, until it is closed. */
  async #follow(): Promise<void> {
    const { endpoints } = this.#address;
    const { signal } = this.#closing;
    for (let [tries, failures] = [0, 0]; !signal.aborted; tries += 1) {
      const endpoint = endpoints[tries % endpoints.length] ?? '';
      const sinceMs = performance.now();
      const reason = await this.#runSession(endpoint);
      const wasGood = this.#state === 'connected' && performance.now() - sinceMs >= STEADY_MS;
      failures = wasGood ? 0 : failures + 1;
      this.#lost(reason);
      await new Bell().wait(signal, pauseBefore(failures, endpoints.length, Math.random(), this.#times.longestPauseMs));
    }
  }

  /** Resolves with the reason why it has ended. */
  async #runSession(endpoint: string): Promise<string> {
    const { login, prefix, files } = this.#address;
    const stop = new AbortController();
    const breakOff = (): void => stop.abort();
    this.#closing.signal.addEventListener('abort', breakOff);
    let http: EtcdHttp | undefined;
    try {
      http = new EtcdHttp({ endpoint, timeoutMs: this.#times.timeoutMs, tls: await tlsOf(files) });
      const client = new EtcdClient(http, stop.signal);
      if (login !== undefined) {
        await client.login(login);
      }
      this.#session = new EtcdSession({
        client,
        prefix,
        teller: this.#id,
        own: this.#own,
        ...this.#times,
        signal: stop.signal,
        onSnapshot: (records) => this.#listeners.tell(this.#others.reset(records, this.#state === 'away' || this.#endPatience !== undefined)),
        onChanges: (records) => this.#listeners.tell(records.flatMap((record) => this.#others.see(record))),
        onConnected: () => this.#connected(endpoint),
        onSettled: (isSettled) => {
          this.#isSettled = isSettled;
          this.#settling.ring();
        },
        warn: (message) => this.#log.warning(message),
      });
      await this.#session.run();
      return 'closed';
    } catch (error) {
      return messageOf(error);
    } finally {
      this.#session = undefined;
      this.#closing.signal.removeEventListener('abort', breakOff);
      stop.abort();
      http?.close();
    }
  }

  #connected(endpoint: string): void {
    if (this.#state === 'connected') {
      return;
    }
    if (this.#state === 'away') {
      this.#endPatience = setTimeout(() => {
        this.#endPatience = undefined;
        this.#listeners.tell(this.#others.endPatience());
      }, this.#times.patienceMs);
    }
    const others = this.topology.tellers.filter((teller) => teller !== this.#id);
    this.#log.info(`connected with etcd at ${endpoint}: nodes known: ${this.topology.nodes.length}, other lookupds: ${others.length}`);
    this.#state = 'connected';
    this.#settling.ring();
  }

  #lost(reason: string): void {
    if (this.#state !== 'away' && !this.#closing.signal.aborted) {
      this.#log.warning(`etcd is away, answers go on with what is known: ${reason}`);
    }
    clearTimeout(this.#endPatience);
    this.#endPatience = undefined;
    this.#state = 'away';
    this.#isSettled = false;
  }
}

/** Read for each session: certificates are renewed. @throws GafferError `io_failed` when a file can't be read */
async function tlsOf({ cacert, certfile, keyfile }: EtcdAddress['files']): Promise<EtcdTls> {
  const read = async (name: keyof EtcdTls, file: string | undefined): Promise<EtcdTls> => {
    try {
      return file === undefined ? {} : { [name]: await readFile(file, 'utf8') };
    } catch (error) {
      throw new GafferError('io_failed', `cannot read what TLS to etcd takes: ${messageOf(error)}`, { cause: error });
    }
  };
  return { ...(await read('ca', cacert)), ...(await read('cert', certfile)), ...(await read('key', keyfile)) };
}

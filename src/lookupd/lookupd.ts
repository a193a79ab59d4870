import { CertificateWatch } from '../daemon/certificate-watch.ts';
import type { LogSettings } from '../daemon/config/log-settings.ts';
import { Listeners } from '../daemon/listeners.ts';
import type { Log } from '../daemon/log.ts';
import { Pidfile } from '../daemon/pidfile.ts';
import { RefusedConnections } from '../daemon/refused-connections.ts';
import { asksForKeys, guardOf } from '../daemon/safety.ts';
import { openSharedAccounts, type SharedAccounts } from '../daemon/shared-accounts.ts';
import { GafferError, messageOf } from '../errors.ts';
import type { LookupdConfig } from './config.ts';
import { etcdTimesOf } from './etcd/times.ts';
import { KeyWatch } from './key-watch.ts';
import { LookupApi } from './lookup-api.ts';
import { expectKeys, lookupdDoubts } from './lookupd-safety.ts';
import type { TopologyStore } from './store.ts';
import { EtcdStore } from './store-etcd.ts';
import { MemoryStore } from './store-memory.ts';

/** What a lookupd is made of. */
export interface LookupdOptions {
  readonly config: LookupdConfig;
  readonly version: string;
  readonly log: Log;
}

/** How long what others know is waited for before it answers. */
const STORE_MS = 2_000;

/** How long requests that have begun may take when it ends. */
const CLOSE_MS = 1_000;

/** gaffer_lookupd: is told by nodes what they run, and tells it. */
export class Lookupd {
  readonly #options: LookupdOptions;
  readonly #pidfile: Pidfile | undefined;
  readonly #accounts: SharedAccounts | undefined;
  readonly #keys: KeyWatch | undefined;
  readonly #store: TopologyStore;
  readonly #certificates: CertificateWatch;
  #api: LookupApi | undefined;
  #listeners: Listeners | undefined;

  /** @throws GafferError `already_running`, `bad_usage`, `io_failed` */
  constructor(options: LookupdOptions) {
    const { config, log } = options;
    this.#options = options;
    this.#pidfile = config.pidfile === undefined ? undefined : Pidfile.claim(config.pidfile, { program: 'gaffer_lookupd' });
    try {
      this.#accounts = asksForKeys(config) ? openSharedAccounts(config.stateDir, { onProblem: (message) => log.critical(message) }) : undefined;
      expectKeys(config, this.#accounts?.accounts.keys.all.length ?? 0);
    } catch (error) {
      this.#accounts?.close();
      this.#pidfile?.remove();
      throw error;
    }
    this.#accounts?.accounts.require(true);
    this.#keys = this.#accounts && new KeyWatch(this.#accounts.accounts.keys, (message) => log.error(message));
    this.#store = config.etcd === undefined ? new MemoryStore() : EtcdStore.open({ address: config.etcd, log, ...etcdTimesOf(config.heartbeatMs) });
    this.#certificates = new CertificateWatch((message) => log.warning(message));
  }

  /** Where it answers, as a client has to name it. */
  get addresses(): readonly string[] {
    return this.#listeners?.urls ?? [];
  }

  /** @throws GafferError `io_failed` when it cannot listen */
  async start(): Promise<void> {
    const { config, log, version } = this.#options;
    try {
      const refused = new RefusedConnections((message) => log.debug(message));
      this.#api = await LookupApi.open({
        ...guardOf(config),
        ...(this.#accounts !== undefined && { accounts: this.#accounts.accounts }),
        ...{ store: this.#store, version, heartbeatMs: config.heartbeatMs },
        onAnswer: ({ method, url, status, ms, address = 'unix' }) =>
          log.often(`${address} "${method} ${url}" ${status} ${ms.toFixed(1)}ms`, { method, url, status, ms, address }),
        log: (line) => log.info(line),
        warn: (message, error) => log.error(`${message}: ${textOf(error)}`),
      });
      await this.#store.settled(STORE_MS).catch(() => log.warning('what other lookupds know is not known yet: it is looked for'));
      this.#listeners = await Listeners.open(config.endpoints, { api: this.#api, onRefused: (reason, address) => refused.note(reason, address) });
      for (const doubt of lookupdDoubts(config, this.#accounts?.accounts.keys.all.length ?? 0)) {
        log.warning(doubt);
      }
      this.#certificates.watch(config.endpoints);
      log.info(`gaffer_lookupd ${version} listens on ${this.addresses.join(', ')}`);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Opens the log anew, and reads the certificates anew. */
  async refresh(settings: LogSettings): Promise<void> {
    const { config, log } = this.#options;
    try {
      log.reopen(settings);
    } catch (error) {
      log.error(messageOf(error));
    }
    await this.#listeners?.change(config.endpoints, { onProblem: (message) => log.error(message) });
    this.#certificates.watch(config.endpoints);
  }

  async stop(): Promise<void> {
    this.#certificates.close();
    // before nodes are sent away: what they have told is to be there when it is started again
    await this.#store.close();
    await Promise.all([this.#api?.close(), this.#listeners?.close(CLOSE_MS)]);
    this.#keys?.close();
    this.#accounts?.close();
    this.#pidfile?.remove();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error && !(error instanceof GafferError) ? (error.stack ?? error.message) : messageOf(error);
}

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Api, buildApi } from '../api/server.ts';
import { GafferError } from '../errors.ts';
import type { DescriptorStream } from '../output/sink.ts';
import { RunFolder } from '../runtime/run-folder.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { formatAddress, isLocal } from './config/address.ts';
import type { DaemonConfig } from './config/config.ts';
import { showOnConsole } from './console.ts';
import { JobFile } from './job-file.ts';
import { Listeners } from './listeners.ts';
import type { Log } from './log.ts';
import { logEvent } from './log-event.ts';
import { Pidfile } from './pidfile.ts';
import { makeStateFolder } from './state-folder.ts';
import { Store } from './store.ts';
import { loadStoredJobs } from './stored-jobs.ts';
import { StoredNode } from './stored-node.ts';

/** What a daemon is made of. */
export interface DaemonOptions {
  readonly config: DaemonConfig;
  readonly version: string;
  readonly log: Log;
  /** What jobs with `os_env` start from. */
  readonly env: NodeJS.ProcessEnv;
  /** Where `-v` shows what happens. */
  readonly stdout: DescriptorStream;
}

/** How long what a killed predecessor has left may take to end by itself. */
const LEFTOVER_MS = 10_000;

/** How long requests that have begun may take when gafferd ends. */
const CLOSE_MS = 1_000;

/** gafferd: supervises jobs, keeps them, and serves the API. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #pidfile: Pidfile | undefined;
  readonly #run: RunFolder;
  readonly #store: Store;
  readonly #supervisor: Supervisor;
  readonly #node: StoredNode;
  readonly #jobs: JobFile;
  #config: DaemonConfig;
  #api: Api | undefined;
  #listeners: Listeners | undefined;
  #flushConsole: () => Promise<void> = () => Promise.resolve();

  /**
   * Claims the state folder and opens what is in it.
   * @throws GafferError `already_running` when another gafferd has it, `io_failed`, `bad_usage`
   */
  constructor(options: DaemonOptions) {
    const { config, log, env } = options;
    expectSafe(config);
    this.#options = options;
    this.#config = config;
    this.#pidfile = config.pidfile === undefined ? undefined : Pidfile.claim(config.pidfile);
    const runId = randomUUID();
    try {
      makeStateFolder(config.stateDir);
      this.#run = claimState(config.stateDir, runId);
      this.#store = this.#openStore();
    } catch (error) {
      this.#pidfile?.remove();
      throw error;
    }
    this.#supervisor = new Supervisor({ runId, osEnv: env, folder: this.#run.runFolder, record: this.#run.ledger });
    this.#node = new StoredNode(this.#supervisor, this.#store);
    this.#jobs = new JobFile(this.#supervisor, this.#store, log);
  }

  /** Where it answers, as a client has to name it. */
  get addresses(): readonly string[] {
    return this.#listeners?.urls ?? [];
  }

  /** Ends what a killed predecessor has left, listens, and starts the jobs. @throws GafferError `io_failed` when it cannot listen */
  async start(): Promise<void> {
    const { log, env, stdout, version } = this.#options;
    const config = this.#config;
    try {
      const left = await this.#run.endLeftovers({ graceMs: LEFTOVER_MS });
      if (left > 0) {
        log.warning(`ended what a killed gafferd had left: ${left} processes`);
      }
      let open: () => void = () => undefined;
      const ready = new Promise<void>((resolve) => {
        open = resolve;
      });
      const { allowedHosts, allowedOrigins } = guardOf(config);
      this.#api = await buildApi(this.#node, {
        version,
        ready,
        allowedHosts,
        allowedOrigins,
        log: ({ method, url, status, ms, address = 'unix' }) =>
          log.info(`${address} "${method} ${url}" ${status} ${ms.toFixed(1)}ms`, { method, url, status, ms, address }),
        warn: (message, error) =>
          log.error(`${message}: ${error instanceof GafferError ? error.message : error instanceof Error ? error.stack : String(error)}`),
      });
      this.#listeners = await Listeners.open(config.endpoints, this.#api);
      this.#supervisor.onEvent((event) => logEvent(log, event));
      if (config.verbosity > 0) {
        this.#flushConsole = showOnConsole(this.#supervisor, config.verbosity === 1 ? 1 : 2, stdout, env);
      }
      await this.#supervisor.prepare(config.jobs.reduce((sum, { config: { numprocesses = 1 } }) => sum + numprocesses, 0));
      const loading = this.#loadJobs();
      open();
      for (const name of config.later) {
        log.warning(`${name} is read, but this version does not do it yet`);
      }
      log.info(`gafferd ${version} listens on ${this.addresses.join(', ')}`);
      await loading;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Goes over to another configuration: only what differs is touched. */
  async reload(config: DaemonConfig): Promise<void> {
    const { log } = this.#options;
    expectSafe(config);
    log.reopen();
    for (const change of unchangeable(this.#config, config)) {
      log.warning(`${change} is changed in the configuration: that needs a new start of gafferd`);
    }
    await this.#listeners?.change(config.endpoints, { onProblem: (message) => log.error(message) });
    this.#config = { ...config, stateDir: this.#config.stateDir, pidfile: this.#config.pidfile };
    await this.#jobs.apply(config.jobs);
    log.info('the configuration is read anew');
  }

  /** Ends everything: requests, jobs with all that they have started, the store. */
  async stop(): Promise<void> {
    await Promise.all([this.#api?.close(), this.#listeners?.close(CLOSE_MS)]);
    await this.#supervisor.stopAll({ keepDetached: true });
    await this.#flushConsole();
    this.#supervisor.close();
    this.#store.close();
    this.#run.close();
    this.#pidfile?.remove();
  }

  /** Ends the jobs without their grace time. */
  hurry(): void {
    this.#supervisor.killAll();
  }

  /** Jobs of the configuration first; one that came over the API under the same name stays, and theirs does not start. */
  async #loadJobs(): Promise<void> {
    const { log } = this.#options;
    const stored = this.#store.jobs();
    await Promise.all([this.#jobs.apply(this.#config.jobs), ...loadStoredJobs(this.#supervisor, stored, (message) => log.error(message))]);
  }

  #openStore(): Store {
    try {
      return Store.open(this.#config.stateDir, { onProblem: (message) => this.#options.log.critical(message) });
    } catch (error) {
      this.#run.close();
      throw error;
    }
  }
}

function claimState(stateDir: string, runId: string): RunFolder {
  return RunFolder.claim({
    folder: join(stateDir, 'run'),
    runId,
    remedy: 'choose another folder with --state-dir',
    busy: ({ pid }) =>
      new GafferError(
        'already_running',
        `gafferd is running already with the state folder ${stateDir} (pid ${pid}): stop that one, or choose another folder with --state-dir`,
      ),
  });
}

/** Refuses what would let anybody in: keys are asked for in a later version, and nothing that should ask for them may do without. */
function expectSafe({ requireKey, endpoints }: DaemonConfig): void {
  if (requireKey === true) {
    throw new GafferError(
      'bad_usage',
      'require_key: expected to do without, for this version cannot check keys yet; leave it out, and bind to a loopback address',
    );
  }
  const open = endpoints.find(({ address }) => !isLocal(address));
  if (open !== undefined && requireKey === undefined) {
    const place = formatAddress(open.address);
    throw new GafferError(
      'bad_usage',
      `bind: whoever reaches ${place} could run anything here, and this version cannot check keys yet; bind to a loopback address, or say --no-require-key if that is what you want`,
    );
  }
}

function guardOf({ endpoints, allowedHosts, allowedOrigins }: DaemonConfig) {
  const bound = endpoints.flatMap(({ address }) => (address.kind === 'tcp' && address.host !== undefined ? [address.host] : []));
  return { allowedHosts: [...allowedHosts, ...bound], allowedOrigins: allowedOrigins.includes('*') ? ('*' as const) : allowedOrigins };
}

/** What is decided at the start for good. */
function unchangeable(before: DaemonConfig, after: DaemonConfig): readonly string[] {
  const texts = (config: DaemonConfig): Readonly<Record<string, string>> => ({
    state_dir: config.stateDir,
    pidfile: config.pidfile ?? '',
    daemonize: String(config.daemonize),
    error_log: config.log.file ?? '',
    log_level: config.log.level,
    log_format: config.log.format,
    allowed_hosts: config.allowedHosts.join(),
    allowed_origins: config.allowedOrigins.join(),
  });
  const [old, now] = [texts(before), texts(after)];
  return Object.keys(old).filter((name) => old[name] !== now[name]);
}

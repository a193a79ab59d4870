import type { GuardOptions } from '../api/guard.ts';
import type { Api } from '../api/server.ts';
import { messageOf } from '../errors.ts';
import type { DescriptorStream } from '../output/sink.ts';
import { originalHint } from './accounts/original-hint.ts';
import { CertificateWatch } from './certificate-watch.ts';
import { formatAddress } from './config/address.ts';
import type { DaemonConfig } from './config/config.ts';
import { changeOf } from './config/config-change.ts';
import { showOnConsole } from './console.ts';
import { buildDaemonApi } from './daemon-api.ts';
import { DaemonState } from './daemon-state.ts';
import { becomeUser } from './handover.ts';
import { environmentForJobs } from './job-environment.ts';
import { Listeners, type ListeningSocket } from './listeners.ts';
import type { Log } from './log.ts';
import { logEvent } from './log-event.ts';
import type { OwnUser } from './own-user.ts';
import { PluginHost } from './plugins/plugin-host.ts';
import type { PluginSettings } from './plugins/plugin-settings.ts';
import { RefusedConnections } from './refused-connections.ts';
import { Registrations } from './registration/registrations.ts';
import { RunningNode } from './running-node.ts';
import { asksForKeys, doubtsAbout, expectSafe, guardOf } from './safety.ts';
import { expectTrusted, fileDoubts } from './trust/file-doubts.ts';
import type { Heritage } from './upgrade/heritage.ts';
import { HookBook } from './webhooks/hook-book.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** What a daemon is made of. */
export interface DaemonOptions {
  readonly config: DaemonConfig;
  readonly version: string;
  readonly log: Log;
  /** What jobs with `os_env` start from. */
  readonly env: NodeJS.ProcessEnv;
  /** Where `-v` shows what happens. */
  readonly stdout: DescriptorStream;
  /** The program that runs in plugins' threads. */
  readonly pluginThread: string;
  /** The program that keeps processes. */
  readonly keeper: string;
  /** Processes can't be had any more: their keeper has gone. */
  onLost(reason: string): void;
  /** Who it goes on as, once it listens. */
  readonly user?: OwnUser | undefined;
  /** What it takes over. */
  readonly heritage?: Heritage | undefined;
}

/** How long what a killed predecessor has left may take to end by itself. */
const LEFTOVER_MS = 10_000;

/** How long requests wait for the first processes, so that who asks at once is told of them. */
const FIRST_MS = 200;

/** How long requests that have begun may take when gafferd ends. */
const CLOSE_MS = 1_000;

/** How long whoever reads the console is waited for when gafferd ends. */
const CONSOLE_MS = 1_000;

/** How long events that wait for webhooks are sent when gafferd ends. */
const HOOKS_MS = 1_000;

/** gafferd: supervises jobs, keeps them, and serves the API. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #state: DaemonState;
  readonly #running: RunningNode;
  readonly #webhooks: HookBook;
  readonly #certificates: CertificateWatch;
  readonly #plugins: PluginHost;
  readonly #lookupds: Registrations;
  #config: DaemonConfig;
  #guard: GuardOptions;
  #api: Api | undefined;
  #listeners: Listeners | undefined;
  #isHurried = false;
  #flushConsole: () => Promise<void> = () => Promise.resolve();

  /**
   * Claims the state folder and opens what is in it.
   * @throws GafferError `already_running` when another gafferd has it, `io_failed`, `bad_usage`
   */
  constructor(options: DaemonOptions) {
    const { config, log, env, version, user, keeper, heritage } = options;
    this.#options = options;
    this.#config = config;
    this.#guard = guardOf(config);
    expectTrusted(config);
    const onProblem = (message: string): void => log.critical(message);
    this.#state = new DaemonState({ config, user, over: heritage?.pid, onProblem });
    const { run, store, accounts } = this.#state;
    const onLost = (reason: string): void => options.onLost(reason);
    this.#running = this.#orGiveBack(() => new RunningNode({ store, log, env: environmentForJobs(env), folder: run.folder, keeper, onLost }));
    this.#webhooks = new HookBook({ webhooks: new Webhooks({ version, log }), store: store.webhooks, log });
    this.#certificates = new CertificateWatch((message) => log.warning(message));
    this.#lookupds = new Registrations(this.#running.supervisor, { log, nextGeneration: (nowMs) => store.nextGeneration(nowMs) });
    this.#plugins = new PluginHost({
      ...{ node: this.#running.node, accounts, version, log },
      ...{ env: environmentForJobs(env), folder: run.runFolder, thread: options.pluginThread },
    });
  }

  /** Where it answers, as a client has to name it. */
  get addresses(): readonly string[] {
    return this.#listeners?.urls ?? [];
  }

  /** Where it listens, for a successor. */
  get sockets(): readonly ListeningSocket[] {
    return this.#listeners?.sockets ?? [];
  }

  /** What it runs with at present. */
  get config(): DaemonConfig {
    return this.#config;
  }

  /** Listens, ends what a killed predecessor has left, and starts the jobs. @throws GafferError `io_failed` when it cannot listen */
  async start(): Promise<void> {
    const { log, env, stdout, version } = this.#options;
    const config = this.#config;
    // the keeper is of the user that gafferd goes on as
    const settling = this.#options.user === undefined ? this.#running.settle() : undefined;
    settling?.catch(() => undefined);
    try {
      let open: () => void = () => undefined;
      const ready = new Promise<void>((resolve) => {
        open = resolve;
      });
      this.#api = await this.#buildApi(ready);
      const refused = new RefusedConnections((message) => log.debug(message));
      this.#listeners = await Listeners.open(config.endpoints, {
        ...{ api: this.#api, sockets: this.#options.heritage?.takeSockets(config.endpoints.map(({ address }) => formatAddress(address))) },
        onRefused: (reason, address) => refused.note(reason, address),
      });
      becomeUser(this.#options.user, config.endpoints, log); // requests wait until the node is ready: nothing of them is done as root
      const left = await this.#state.run.endLeftovers({ graceMs: LEFTOVER_MS });
      if (left > 0) {
        log.warning(`ended what the gafferd before this one had left: ${left} ${left === 1 ? 'process' : 'processes'}`);
      }
      await (settling ?? this.#running.settle());
      await this.#lookupds.resume(this.#running.supervisor);
      const { supervisor } = this.#running;
      supervisor.onEvent((event) => logEvent(log, event));
      if (config.verbosity > 0) {
        this.#flushConsole = showOnConsole(supervisor, config.verbosity === 1 ? 1 : 2, stdout, env);
      }
      const say = (name: string, value: unknown): void => supervisor.tellSuccessor(name, value);
      this.#webhooks.open(supervisor, { settings: config.webhooks, say, legacy: this.#running.legacy });
      this.#lookupds.configure(config.lookupd, this.addresses);
      this.#running.catchUp();
      await supervisor.prepare(config.jobs.reduce((sum, { config: { numprocesses = 1 } }) => sum + numprocesses, 0));
      await this.#plugins.start(this.#pluginSettings());
      const loading = this.#running.load(config.jobs);
      await Promise.race([loading, new Promise((resolve) => setTimeout(resolve, FIRST_MS))]);
      open();
      this.#sayDoubts();
      this.#sayWhatCanBeTakenOver();
      this.#certificates.watch(config.endpoints);
      log.info(`gafferd ${version} listens on ${this.addresses.join(', ')}`);
      await loading;
    } catch (error) {
      await settling?.catch(() => undefined);
      const isSomebodys = this.#options.heritage !== undefined || this.#running.hasTakenOver;
      await (isSomebodys ? this.leave([]) : this.stop()); // what was taken over runs on
      throw error;
    }
  }

  /**
   * Goes over to another configuration: only what differs is touched. Resolves when that has begun.
   * @throws GafferError `bad_usage` when it would let anybody in; nothing is changed then
   */
  async reload(config: DaemonConfig): Promise<void> {
    const { log } = this.#options;
    expectTrusted(config);
    expectSafe(config, this.#state.accounts.keys.all.length);
    const { config: next, kept } = changeOf(this.#config, config);
    for (const name of kept) {
      log.warning(`${name} is changed in the configuration: that needs a new start of gafferd`);
    }
    this.#config = next;
    this.#guard = guardOf(config);
    this.reopenLog();
    if (asksForKeys(config)) {
      this.#state.accounts.require(true);
    }
    const change = await this.#listeners?.change(config.endpoints, { onProblem: (message) => log.error(message) });
    void change?.gone.then(() => this.#state.accounts.require(asksForKeys(this.#config))); // who came from where other machines can come still needs one
    this.#webhooks.configure(config.webhooks);
    this.#lookupds.configure(config.lookupd, this.addresses);
    void this.#plugins.reload(this.#pluginSettings());
    this.#running.apply(config.jobs).catch((error: unknown) => log.error(`the jobs stay as they are: ${messageOf(error)}`));
    this.#sayDoubts();
    this.#certificates.watch(config.endpoints);
    log.info(`the configuration is read anew; gafferd listens on ${this.addresses.join(', ')}`);
  }

  /** Opens the log anew, for somebody may have renamed it; one that can't be opened is told of in the old one. */
  reopenLog(): void {
    const { log } = this.#options;
    try {
      log.reopen(this.#config.log);
    } catch (error) {
      log.error(messageOf(error));
    }
  }

  /** Ends everything: requests, jobs with all that they have started, the store. */
  async stop(): Promise<void> {
    this.#certificates.close();
    try {
      await Promise.all([this.#api?.close(), this.#listeners?.close(CLOSE_MS), this.#plugins.stop(), this.#lookupds.close()]);
      this.#webhooks.letGo();
      await this.#running.stop(() => this.#isHurried);
      await this.#webhooks.close(this.#isHurried ? 0 : HOOKS_MS);
      await this.#showRest();
    } finally {
      this.#state.close();
    }
  }

  /**
   * Leaves everything to a successor, which goes on with these of the {@link Daemon.sockets}: requests end, the jobs run on, the pidfile
   * stays. {@link Daemon.finish} does what needs nothing of that.
   */
  async leave(sockets: readonly string[]): Promise<void> {
    this.#certificates.close();
    this.#running.followers.leave(); // whose feeds end now will be back
    try {
      await this.#listeners?.leave(sockets);
      const others = [this.#plugins.stop(), this.#lookupds.close(), this.#webhooks.leave(CLOSE_MS)];
      await Promise.all([this.#api?.close(), this.#listeners?.close(CLOSE_MS), ...others]);
      this.#running.leave();
    } finally {
      this.#state.leave();
    }
  }

  /** Shows what is left on the console, after {@link Daemon.leave}. */
  async finish(): Promise<void> {
    await this.#showRest();
  }

  /** Ends the jobs without their grace time. */
  hurry(): void {
    this.#isHurried = true;
    this.#plugins.hurry();
    this.#running.supervisor.killAll({ keepDetached: true });
  }

  async #showRest(): Promise<void> {
    await Promise.race([this.#flushConsole(), new Promise((resolve) => setTimeout(resolve, CONSOLE_MS))]);
  }

  async #buildApi(ready: Promise<void>): Promise<Api> {
    const { log, version } = this.#options;
    const [accounts, webhooks, plugins, lookupds] = [this.#state.accounts, this.#webhooks, this.#plugins, this.#lookupds];
    return await buildDaemonApi(this.#running.node, {
      ...{ version, accounts, webhooks, plugins, lookupds, ready, log },
      followers: this.#running.followers,
      lookAt: (osPid) => this.#running.supervisor.lookAt(osPid),
      guard: () => this.#guard,
      hasOldApi: () => this.#config.oldApi,
    });
  }

  #pluginSettings(): PluginSettings {
    const { pluginsDir: dir, pluginSections: sections, configDir } = this.#config;
    return { dir, sections, configDir, addresses: this.addresses };
  }

  #sayDoubts(): void {
    for (const doubt of [...doubtsAbout(this.#config, this.#state.accounts.keys.all.length), ...fileDoubts(this.#config)]) {
      this.#options.log.warning(doubt);
    }
  }

  #sayWhatCanBeTakenOver(): void {
    const hint = originalHint(this.#config, this.#state.accounts);
    if (hint !== undefined) {
      this.#options.log.info(hint);
    }
  }

  #orGiveBack<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      this.#state.close();
      throw error;
    }
  }
}

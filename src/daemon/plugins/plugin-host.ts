import type { Accounts } from '../../access/book.ts';
import type { PluginAnswer, PluginBook, PluginInfo, PluginQuestion } from '../../api/plugins/plugin-book.ts';
import { GafferError, messageOf } from '../../errors.ts';
import type { GafferNode } from '../../job/node.ts';
import type { Route } from '../../plugin/route-path.ts';
import type { Log } from '../log.ts';
import { PluginAccounts } from './plugin-accounts.ts';
import { PluginDoor } from './plugin-door.ts';
import { findPlugin, findPlugins, type PluginFolder, siteIn } from './plugin-folders.ts';
import { infoOf } from './plugin-info.ts';
import { PLUGIN_LIMITS, type PluginLimits } from './plugin-limits.ts';
import { orderPlugins, TO_BE_USED, withoutCode } from './plugin-order.ts';
import { configOf, type PluginSettings, warnOfUnused } from './plugin-settings.ts';
import { untrustedCode } from './plugin-trust.ts';
import { identityOf, RunningPlugin } from './running-plugin.ts';

/** What plugins are run with. */
export interface PluginHostOptions {
  readonly node: GafferNode;
  readonly accounts: Accounts;
  readonly version: string;
  readonly log: Log;
  /** What plugins have as their environment. */
  readonly env: NodeJS.ProcessEnv;
  /** A folder of this run that only its user can use. */
  readonly folder: string;
  /** The program that runs in plugins' threads. */
  readonly thread: string;
  /** Default: {@link PLUGIN_LIMITS}. */
  readonly limits?: Partial<PluginLimits>;
}

/** The plugins of a node: finds, starts and ends them. None of them can hurt it. */
export class PluginHost implements PluginBook {
  readonly #options: PluginHostOptions;
  readonly #accounts: PluginAccounts;
  readonly #limits: PluginLimits;
  /** By name, the ones that count. */
  readonly #running = new Map<string, RunningPlugin>();
  /** All that have been made and may not have ended: also one that is being loaded, or that another takes the place of. */
  readonly #made = new Set<RunningPlugin>();
  /** What is no plugin, and why. */
  #problems = new Map<string, string>();
  #settings: PluginSettings | undefined;
  #door: Promise<PluginDoor> | undefined;
  #work: Promise<void> = Promise.resolve();
  #graceMs: number | undefined;
  #isClosed = false;

  constructor(options: PluginHostOptions) {
    this.#options = options;
    this.#accounts = new PluginAccounts(options.accounts);
    this.#limits = { ...PLUGIN_LIMITS, ...options.limits };
  }

  /**
   * Starts the plugins; resolves when they have started or failed, or take too long to be waited for.
   * @throws GafferError `invalid_config` when one requires another that is not there
   */
  async start(settings: PluginSettings): Promise<void> {
    const { log } = this.#options;
    this.#settings = settings;
    const found = this.#find(settings);
    warnOfUnused(found, settings, log);
    const plugins = await this.#load(found, settings);
    const { groups, refused } = orderPlugins([...plugins, ...found.filter((one) => !this.#running.has(one.name)).map(withoutCode)]);
    const [first] = [...refused];
    if (first !== undefined) {
      const [name, reason] = first;
      await this.stop();
      const remedy = reason.endsWith(TO_BE_USED)
        ? `put that into ${settings.dir}, or take "${name}" out of it`
        : `take "${name}" out of ${settings.dir}`;
      throw new GafferError('invalid_config', `the plugin "${name}" ${reason}: ${remedy}`);
    }
    this.#work = this.#startAll(groups);
    await Promise.race([this.#work, new Promise((resolve) => setTimeout(resolve, this.#limits.patienceMs).unref())]);
  }

  /**
   * Goes over to what is there now: ends plugins that are gone, starts new ones and those that have failed, takes code and sections
   * that are others; tells all others that the configuration was read anew. What can't be loaded leaves the old one as it is.
   */
  async reload(settings: PluginSettings): Promise<void> {
    this.#settings = settings;
    const work = this.#work.then(async () => {
      if (this.#settings === settings && !this.#isClosed) {
        await this.#change(settings);
      }
    });
    this.#work = work.catch((error: unknown) => this.#options.log.error(`the plugins stay as they are: ${messageOf(error)}`));
    await this.#work;
  }

  /** Ends all of them, those first that need others. */
  async stop(): Promise<void> {
    this.#isClosed = true;
    const running = [...this.#running.values()];
    const isRunning = (wanted: string): boolean => running.some(({ name, alias }) => name === wanted || alias === wanted);
    const { groups } = orderPlugins(running.map(({ name, alias, mandatory }) => ({ name, alias, mandatory: mandatory.filter(isRunning) })));
    for (const group of groups.toReversed()) {
      await Promise.all(group.map(async (name) => await this.#running.get(name)?.stop(this.#graceMs)));
    }
    await this.#endAll();
    await this.#work;
    await this.#endAll(); // one may have been made meanwhile
    await (await this.#door)?.close();
    this.#door = undefined;
  }

  /** Ends them without any time to do so themselves. */
  hurry(): void {
    this.#isClosed = true;
    this.#graceMs = 0;
    for (const plugin of this.#made) {
      void plugin.stop(0);
    }
  }

  list(): readonly PluginInfo[] {
    const { dir = '' } = this.#settings ?? {};
    const found = this.#settings === undefined ? [] : this.#find(this.#settings);
    const names = new Set([...found.map(({ name }) => name), ...this.#running.keys()]);
    return [...names].toSorted().map((name) => {
      const site = siteIn(dir, name) !== undefined;
      const running = this.#running.get(name);
      return running === undefined
        ? infoOf(name, { found: found.find((one) => one.name === name), site, problem: this.#problems.get(name) })
        : { ...running.info, site };
    });
  }

  siteOf(name: string): string | undefined {
    return this.#settings === undefined ? undefined : siteIn(this.#settings.dir, name);
  }

  has(name: string): boolean {
    return this.#running.has(name) || (this.#settings !== undefined && findPlugin(this.#settings.dir, name) !== undefined);
  }

  routesOf(name: string): readonly Route[] {
    return this.#running.get(name)?.worker?.routes ?? [];
  }

  isDown(name: string): boolean {
    const running = this.#running.get(name);
    return this.#problems.has(name) || (running !== undefined && running.state !== 'started');
  }

  async ask(name: string, route: Route, { caller, signal, ...question }: PluginQuestion): Promise<PluginAnswer> {
    const worker = this.#running.get(name)?.worker;
    if (worker === undefined) {
      throw new GafferError('plugin_unavailable', `the plugin "${name}" does not run; GET /plugins tells more`);
    }
    const grant = this.#accounts.grant(name, caller.holder);
    signal.addEventListener('abort', () => grant.end(), { once: true });
    try {
      return await worker.ask(route, { ...question, keyId: caller.keyId === 'nobody' ? undefined : caller.keyId, secret: grant.secret }, signal);
    } catch (error) {
      grant.end();
      throw error;
    }
  }

  async #change(settings: PluginSettings): Promise<void> {
    const { log, version } = this.#options;
    const found = this.#find(settings);
    warnOfUnused(found, settings, log);
    for (const [name, plugin] of this.#running) {
      if (!found.some((one) => one.name === name && (one.module !== undefined || one.problem !== undefined))) {
        await this.#end(plugin);
        this.#running.delete(name);
        log.info(`plugin ${name}: it is gone, and was stopped`);
      }
    }
    const kept: RunningPlugin[] = [];
    const fresh: PluginFolder[] = [];
    for (const one of found) {
      const plugin = this.#running.get(one.name);
      const isSame = plugin?.state === 'started' && plugin.identity === identityOf(one, configOf(one, settings, version));
      if (isSame) {
        plugin.complain(undefined);
        kept.push(plugin);
      } else {
        fresh.push(one);
      }
    }
    await Promise.all(kept.map(async (plugin) => await plugin.restart()));
    const before = new Map(this.#running);
    const loaded = await this.#load(fresh, settings);
    const { groups, refused } = orderPlugins([...this.#running.values(), ...found.filter((one) => !this.#running.has(one.name)).map(withoutCode)]);
    for (const [name, plugin] of this.#running) {
      await plugin.refuse(refused.get(name));
    }
    for (const plugin of loaded) {
      const old = before.get(plugin.name);
      if (plugin.state === 'failed' && old?.state === 'started') {
        old.complain(`its new code was not taken: ${plugin.error ?? ''}`);
        this.#running.set(plugin.name, old);
        await this.#end(plugin);
      } else if (old !== undefined) {
        await this.#end(old);
      }
    }
    await this.#startAll(groups);
  }

  async #startAll(groups: readonly (readonly string[])[]): Promise<void> {
    for (const group of this.#isClosed ? [] : groups) {
      await Promise.all(group.map(async (name) => await this.#startOne(name)));
    }
  }

  async #startOne(name: string): Promise<void> {
    const plugin = this.#running.get(name);
    const down = plugin?.mandatory.find((wanted) => {
      const other = this.#running.get(wanted) ?? [...this.#running.values()].find(({ alias }) => alias === wanted);
      return this.#problems.has(wanted) || (other !== undefined && other.state !== 'started');
    });
    await (down === undefined ? plugin?.start() : plugin?.refuse(`requires "${down}", which does not run`));
  }

  async #endAll(): Promise<void> {
    await Promise.all([...this.#made].map(async (plugin) => await this.#end(plugin)));
  }

  async #end(plugin: RunningPlugin): Promise<void> {
    await plugin.stop(this.#graceMs);
    this.#made.delete(plugin);
  }

  /** What has none that can be run: if it runs already, it goes on. */
  async #refuse(name: string, problem: string): Promise<void> {
    const old = this.#running.get(name);
    this.#options.log.error(`plugin ${name}: ${problem}`);
    if (old?.state === 'started') {
      old.complain(`its new code was not taken: ${problem}`);
      return;
    }
    this.#problems.set(name, problem);
    if (old !== undefined) {
      this.#running.delete(name);
      await this.#end(old);
    }
  }

  /** Loads the code of plugins, all at once. */
  async #load(found: readonly PluginFolder[], settings: PluginSettings): Promise<readonly RunningPlugin[]> {
    const plugins: RunningPlugin[] = [];
    this.#problems = new Map();
    for (const one of found) {
      const { name, module } = one;
      const problem = one.problem ?? (module === undefined ? undefined : untrustedCode({ folder: one.folder, module }));
      if (problem !== undefined) {
        await this.#refuse(name, problem);
      } else if (module !== undefined) {
        plugins.push(await this.#make({ ...one, module }, settings));
      }
    }
    await Promise.all(plugins.map(async (plugin) => await plugin.load()));
    for (const plugin of this.#isClosed ? [] : plugins) {
      this.#running.set(plugin.name, plugin);
    }
    return plugins;
  }

  async #make(found: PluginFolder & { readonly module: string }, settings: PluginSettings): Promise<RunningPlugin> {
    const { node, version, log, env, folder, thread } = this.#options;
    this.#door ??= PluginDoor.open({ node, accounts: this.#accounts, version, folder, warn: (message) => log.error(message) });
    const { endpoint } = await this.#door.catch((error: unknown) => {
      this.#door = undefined;
      throw error;
    });
    const plugin = new RunningPlugin({
      found,
      config: configOf(found, settings, version),
      thread,
      endpoint,
      grant: this.#accounts.grant(found.name),
      limits: this.#limits,
      env,
      log: (level, line) => log[level](`plugin ${found.name}: ${line}`),
    });
    this.#made.add(plugin);
    return plugin;
  }

  #find({ dir }: PluginSettings): readonly PluginFolder[] {
    try {
      return findPlugins(dir);
    } catch (error) {
      this.#options.log.error(`the plugins can't be read: ${messageOf(error)}`);
      return [];
    }
  }
}

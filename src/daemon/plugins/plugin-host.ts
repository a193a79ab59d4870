import type { Accounts } from '../../access/book.ts';
import type { PluginAnswer, PluginBook, PluginInfo, PluginQuestion } from '../../api/plugins/plugin-book.ts';
import { GafferError, messageOf } from '../../errors.ts';
import type { GafferNode } from '../../job/node.ts';
import type { PluginConfig } from '../../plugin/plugin.ts';
import type { Route } from '../../plugin/route-path.ts';
import { didYouMean } from '../../suggestion.ts';
import type { Log } from '../log.ts';
import { PluginAccounts } from './plugin-accounts.ts';
import { PluginDoor } from './plugin-door.ts';
import { findPlugin, findPlugins, type PluginFolder, siteIn } from './plugin-folders.ts';
import { type OrderedPlugin, orderPlugins } from './plugin-order.ts';
import { untrustedModule } from './plugin-trust.ts';
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
}

/** Where plugins are, and what is said to them. */
export interface PluginSettings {
  readonly dir: string;
  /** `[plugin:NAME]` by name. */
  readonly sections: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly configDir: string;
  readonly addresses: readonly string[];
}

/** How long the node waits for plugins that take their time to start. */
const PATIENCE_MS = 5_000;

/** The plugins of a node: finds, starts and ends them. None of them can hurt it. */
export class PluginHost implements PluginBook {
  readonly #options: PluginHostOptions;
  readonly #accounts: PluginAccounts;
  readonly #running = new Map<string, RunningPlugin>();
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
  }

  /**
   * Starts the plugins; resolves when they have started or failed, or take too long to be waited for.
   * @throws GafferError `bad_usage` when one requires another that is not there
   */
  async start(settings: PluginSettings): Promise<void> {
    this.#settings = settings;
    const found = this.#find(settings);
    this.#sayUnused(found, settings);
    const plugins = await this.#load(found, settings);
    const { groups, refused } = orderPlugins([...plugins, ...found.filter(isSite).map(orderedSite)]);
    const [first] = [...refused];
    if (first !== undefined) {
      const [name, reason] = first;
      await this.stop();
      throw new GafferError('bad_usage', `the plugin "${name}" ${reason}: put that into ${settings.dir}, or take "${name}" out of it`);
    }
    this.#work = this.#startAll(groups);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([this.#work, late]);
    clearTimeout(timer);
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
    const { groups } = orderPlugins([...this.#running.values()]);
    const names = groups.flat();
    const others = [...this.#running.keys()].filter((name) => !names.includes(name));
    for (const group of [others, ...groups.toReversed()]) {
      await Promise.all(group.map(async (name) => await this.#running.get(name)?.stop(this.#graceMs)));
    }
    await (await this.#door)?.close();
    this.#door = undefined;
  }

  /** Ends them without any time to do so themselves. */
  hurry(): void {
    this.#graceMs = 0;
    for (const plugin of this.#running.values()) {
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
        ? this.#infoOf(
            name,
            found.find((one) => one.name === name),
            site,
          )
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
    const found = this.#find(settings);
    this.#sayUnused(found, settings);
    for (const [name, plugin] of this.#running) {
      if (!found.some((one) => one.name === name && one.module !== undefined)) {
        await plugin.stop();
        this.#running.delete(name);
        this.#options.log.info(`plugin ${name}: it is gone, and was stopped`);
      }
    }
    const kept: RunningPlugin[] = [];
    const fresh: PluginFolder[] = [];
    for (const one of found) {
      const plugin = this.#running.get(one.name);
      const isSame = plugin?.state === 'started' && plugin.identity === identityOf(one, this.#configOf(one, settings));
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
    const { groups, refused } = orderPlugins([...kept, ...loaded, ...found.filter(isSite).map(orderedSite)]);
    for (const plugin of loaded) {
      const old = before.get(plugin.name);
      const reason = refused.get(plugin.name);
      if (reason !== undefined) {
        await plugin.refuse(reason);
      }
      if (plugin.state === 'failed' && old?.state === 'started') {
        old.complain(`its new code was not taken: ${plugin.error ?? ''}`);
        this.#running.set(plugin.name, old);
        await plugin.stop();
      } else {
        await old?.stop();
      }
    }
    await this.#startAll(groups);
  }

  async #startAll(groups: readonly (readonly string[])[]): Promise<void> {
    for (const group of groups) {
      await Promise.all(group.map(async (name) => await this.#startOne(name)));
    }
  }

  async #startOne(name: string): Promise<void> {
    const plugin = this.#running.get(name);
    const down = plugin?.mandatory.find((wanted) => {
      const other = this.#running.get(wanted) ?? [...this.#running.values()].find(({ alias }) => alias === wanted);
      return other !== undefined && other.state !== 'started';
    });
    await (down === undefined ? plugin?.start() : plugin?.refuse(`requires "${down}", which does not run`));
  }

  /** Loads the code of plugins, all at once. */
  async #load(found: readonly PluginFolder[], settings: PluginSettings): Promise<readonly RunningPlugin[]> {
    const plugins: RunningPlugin[] = [];
    this.#problems = new Map();
    for (const one of found) {
      const { name, module } = one;
      const problem = one.problem ?? (module === undefined ? undefined : untrustedModule(module));
      if (problem !== undefined) {
        this.#problems.set(name, problem);
        this.#options.log.error(`plugin ${name}: ${problem}`);
      } else if (module !== undefined) {
        plugins.push(await this.#make({ ...one, module }, settings));
      }
    }
    await Promise.all(plugins.map(async (plugin) => await plugin.load()));
    for (const plugin of plugins) {
      this.#running.set(plugin.name, plugin);
    }
    return plugins;
  }

  async #make(found: PluginFolder & { readonly module: string }, settings: PluginSettings): Promise<RunningPlugin> {
    const { node, version, log, env, folder, thread } = this.#options;
    this.#door ??= PluginDoor.open({ node, accounts: this.#accounts, version, folder, warn: (message) => log.error(message) });
    const { endpoint } = await this.#door;
    return new RunningPlugin({
      found,
      config: this.#configOf(found, settings),
      thread,
      endpoint,
      grant: this.#accounts.grant(found.name),
      env,
      log: (level, line) => log[level](`plugin ${found.name}: ${line}`),
    });
  }

  #configOf({ name, folder }: PluginFolder, { sections, configDir, addresses }: PluginSettings): PluginConfig {
    return { name, folder, section: sections.get(name.toLowerCase()) ?? {}, version: this.#options.version, configDir, addresses };
  }

  #sayUnused(found: readonly PluginFolder[], { dir, sections }: PluginSettings): void {
    const names = found.map(({ name }) => name.toLowerCase());
    for (const name of [...sections.keys()].filter((one) => !names.includes(one))) {
      this.#options.log.warning(`[plugin:${name}] is for nobody: there is no such plugin in ${dir}${didYouMean(name, names)}`);
    }
  }

  #find({ dir }: PluginSettings): readonly PluginFolder[] {
    try {
      return findPlugins(dir);
    } catch (error) {
      this.#options.log.error(`the plugins can't be read: ${messageOf(error)}`);
      return [];
    }
  }

  #infoOf(name: string, found: PluginFolder | undefined, site: boolean): PluginInfo {
    const { version = null, description = null, mandatory = [] } = found?.manifest ?? {};
    const isNew = found?.module !== undefined;
    const error =
      this.#problems.get(name) ?? found?.problem ?? (isNew ? 'it is new: it starts when gafferd reads its configuration anew (SIGHUP)' : null);
    const state = this.#problems.has(name) || found?.problem !== undefined ? 'failed' : isNew ? 'stopped' : 'site';
    return { name, version: version ?? null, description: description ?? null, mandatory, site, state, error, edited: false, routes: [] };
  }
}

function isSite({ module, problem }: PluginFolder): boolean {
  return module === undefined && problem === undefined;
}

function orderedSite({ name, manifest }: PluginFolder): OrderedPlugin {
  return { name, mandatory: manifest.mandatory };
}

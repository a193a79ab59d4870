import { pathToFileURL } from 'node:url';
import type { PluginInfo } from '../../api/plugins/plugin-book.ts';
import { messageOf } from '../../errors.ts';
import type { PluginAttributes, PluginLogLevel } from '../../plugin/messages.ts';
import type { PluginConfig } from '../../plugin/plugin.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Grant } from './plugin-accounts.ts';
import type { PluginFolder } from './plugin-folders.ts';
import type { PluginLimits } from './plugin-limits.ts';
import { PluginWorker } from './plugin-worker.ts';

/** What a plugin with code is run with. */
export interface RunningPluginOptions {
  readonly found: PluginFolder & { readonly module: string };
  readonly config: PluginConfig;
  /** The program that runs in its thread. */
  readonly thread: string;
  /** Where it asks the node. */
  readonly endpoint: string;
  readonly grant: Grant;
  readonly limits: PluginLimits;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (level: PluginLogLevel, line: string) => void;
}

/** How a plugin is. */
type State =
  | { readonly kind: 'starting' | 'started' | 'stopping'; readonly worker: PluginWorker }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly error: string };

/** A plugin with code: loaded, started and ended in a thread of its own. */
export class RunningPlugin {
  readonly name: string;
  /** Its code and its section, as they were when it was loaded. */
  readonly identity: string;
  readonly #options: RunningPluginOptions;
  #attributes: PluginAttributes | undefined;
  #state: State = { kind: 'stopped' };
  /** Why newer code was not taken. */
  #complaint: string | undefined;
  /** It has ended, or does. */
  #ended: Promise<void> | undefined;

  constructor(options: RunningPluginOptions) {
    this.#options = options;
    this.name = options.found.name;
    this.identity = identityOf(options.found, options.config);
  }

  get state(): PluginInfo['state'] {
    return this.#state.kind === 'stopping' ? 'stopped' : this.#state.kind;
  }

  /** What it calls itself. */
  get alias(): string | undefined {
    return this.#attributes?.name;
  }

  get mandatory(): readonly string[] {
    return this.#attributes?.mandatory ?? this.#options.found.manifest.mandatory;
  }

  get error(): string | undefined {
    return this.#state.kind === 'failed' ? this.#state.error : this.#complaint;
  }

  /** The thread that answers; undefined while it does not run. */
  get worker(): PluginWorker | undefined {
    return this.#state.kind === 'started' ? this.#state.worker : undefined;
  }

  /** All but whether it has a site. */
  get info(): Omit<PluginInfo, 'site'> {
    const { found, config } = this.#options;
    const { version, description } = found.manifest;
    return {
      name: this.name,
      version: this.#attributes?.version ?? version ?? null,
      description: this.#attributes?.description ?? description ?? null,
      mandatory: this.mandatory,
      state: this.state,
      error: this.error?.split('\n')[0] ?? null,
      edited: identityOf(found, config) !== this.identity,
      routes: this.worker?.routes ?? [],
    };
  }

  /** Loads its module; what it says of itself is known then. It has failed when that can't be done. */
  async load(): Promise<void> {
    const { found, config, thread, endpoint, grant, limits, env, log } = this.#options;
    if (this.#ended !== undefined) {
      return;
    }
    const worker: PluginWorker = new PluginWorker({
      file: thread,
      name: this.name,
      data: { module: pathToFileURL(found.module).href, config, endpoint, secret: grant.secret },
      ...{ limits, env, log },
      onEnd: (reason) => this.#fail(`it has ended: ${reason}`),
    });
    this.#state = { kind: 'starting', worker };
    try {
      this.#attributes = await worker.do('load', limits.loadMs);
      if (this.#attributes?.name !== undefined && this.#attributes.name !== this.name) {
        log('warning', `calls itself "${this.#attributes.name}"; in paths and in the configuration it is called as its folder, "${this.name}"`);
      }
    } catch (error) {
      await worker.end();
      this.#fail(`it can't be loaded: ${messageOf(error)}`);
    }
  }

  /** Starts it, if it is loaded. */
  async start(): Promise<void> {
    if (this.#state.kind !== 'starting') {
      return;
    }
    const { worker } = this.#state;
    try {
      await worker.do('start', this.#options.limits.startMs);
      if (this.state === 'starting') {
        this.#state = { kind: 'started', worker };
        this.#options.log('info', 'started');
      }
    } catch (error) {
      await worker.end();
      this.#fail(`it can't be started: ${messageOf(error)}`);
    }
  }

  /** Tells it that the configuration was read anew; what comes of that is its own affair. */
  async restart(): Promise<void> {
    try {
      await this.worker?.do('restart', this.#options.limits.stopMs);
    } catch (error) {
      this.#options.log('error', `it goes on as it is: ${messageOf(error)}`);
    }
  }

  /** Ends it, with some time to do so by itself. */
  async stop(graceMs = this.#options.limits.stopMs): Promise<void> {
    if (this.#state.kind === 'stopping' && graceMs === 0) {
      void this.#state.worker.end();
    }
    this.#ended ??= this.#end(graceMs);
    await this.#ended;
  }

  /** It can't run, for a reason outside of it, if there is one. */
  async refuse(reason: string | undefined): Promise<void> {
    if (reason !== undefined && (this.#state.kind === 'starting' || this.#state.kind === 'started')) {
      const { kind, worker } = this.#state;
      this.#fail(reason);
      await this.#leave(worker, kind === 'started' ? this.#options.limits.stopMs : 0);
    }
  }

  /** Says that it goes on with its old code, and why. */
  complain(complaint: string | undefined): void {
    this.#complaint = complaint;
  }

  async #end(graceMs: number): Promise<void> {
    if (this.#state.kind === 'starting' || this.#state.kind === 'started') {
      const { kind, worker } = this.#state;
      this.#state = { kind: 'stopping', worker };
      await this.#leave(worker, kind === 'started' ? graceMs : 0);
      this.#state = { kind: 'stopped' };
    }
    this.#options.grant.end();
  }

  async #leave(worker: PluginWorker, graceMs: number): Promise<void> {
    if (graceMs > 0) {
      await worker.do('stop', graceMs).catch((error: unknown) => this.#options.log('error', `it is ended: ${messageOf(error)}`));
    }
    await worker.end();
  }

  #fail(error: string): void {
    if (this.#state.kind === 'starting' || this.#state.kind === 'started') {
      this.#state = { kind: 'failed', error };
      for (const line of error.split('\n')) {
        this.#options.log('error', line);
      }
    }
  }
}

/** What a plugin is made of at this moment: its files, and its section. */
export function identityOf({ folder, module }: PluginFolder, { section }: Pick<PluginConfig, 'section'>): string {
  return JSON.stringify([module, fingerprintOf(folder), Object.entries(section).toSorted()]);
}

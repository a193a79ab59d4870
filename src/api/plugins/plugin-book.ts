import type { Route } from '../../plugin/route-path.ts';
import type { Caller } from '../access/caller.ts';

/** A plugin, as it is told of. */
export interface PluginInfo {
  /** Its folder's, and what it is called in paths. */
  readonly name: string;
  readonly version: string | null;
  readonly description: string | null;
  readonly mandatory: readonly string[];
  /** It has files that are served. */
  readonly site: boolean;
  /** `site`: it has no code. `edited` files take effect when the configuration is read anew. */
  readonly state: 'site' | 'starting' | 'started' | 'failed' | 'stopped';
  /** Why it has failed, or why its new code was not taken. */
  readonly error: string | null;
  /** Its files are others than those that it was started with. */
  readonly edited: boolean;
  readonly routes: readonly Route[];
}

/** A request for a plugin's route. */
export interface PluginQuestion {
  readonly method: string;
  /** The whole address. */
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller;
  readonly from: string | undefined;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** What a plugin answers. */
export interface PluginAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  /** Its bytes, as they come. It throws when the plugin breaks off. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The plugins of a node. */
export interface PluginBook {
  /** All of them, by name. */
  list(): readonly PluginInfo[];
  /** The folder of the files that a plugin serves, as it is at this moment. */
  siteOf(name: string): string | undefined;
  /** Whether there is a plugin of that name at this moment. */
  has(name: string): boolean;
  /** The routes of a plugin that is running; of another one none. */
  routesOf(name: string): readonly Route[];
  /** Whether a plugin has code that should run, and does not. */
  isDown(name: string): boolean;
  /** Asks a plugin. @throws GafferError `plugin_failed`, `plugin_unavailable`, `plugin_silent` */
  ask(name: string, route: Route, question: PluginQuestion): Promise<PluginAnswer>;
}

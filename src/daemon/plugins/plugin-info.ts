import type { PluginInfo } from '../../api/plugins/plugin-book.ts';
import type { PluginFolder } from './plugin-folders.ts';

/** What is known of a plugin that does not run. */
export interface IdlePlugin {
  /** Undefined when its folder has just vanished. */
  readonly found: PluginFolder | undefined;
  readonly site: boolean;
  /** Why its code is not run. */
  readonly problem: string | undefined;
}

/** Tells of a plugin that has no code, or whose code does not run. */
export function infoOf(name: string, { found, site, problem = found?.problem }: IdlePlugin): PluginInfo {
  const { version = null, description = null, mandatory = [] } = found?.manifest ?? {};
  const isNew = found?.module !== undefined;
  const error = problem ?? (isNew ? 'it is new: it starts when gafferd reads its configuration anew (SIGHUP)' : null);
  const state = problem !== undefined ? 'failed' : isNew ? 'stopped' : 'site';
  return { name, version, description, mandatory, site, state, error, edited: false, routes: [] };
}

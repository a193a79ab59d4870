import { join } from 'node:path';
import type { DaemonInput } from './outside.ts';
import type { Reading } from './reading.ts';
import type { Said } from './said.ts';
import { PLUGIN } from './sections.ts';

/** Where gafferd keeps its state when it is told nothing else; undefined for a user without a home. */
export function defaultStateDir({ env, home, isRoot }: Pick<DaemonInput, 'env' | 'home' | 'isRoot'>): string | undefined {
  const state = env['XDG_STATE_HOME'];
  if (state?.startsWith('/') === true) {
    return join(state, 'gaffer');
  }
  if (isRoot) {
    return '/var/lib/gaffer';
  }
  return home === undefined ? undefined : join(home, '.local/state/gaffer');
}

/** Reads where gafferd keeps its state; empty when that can't be told, which is complained of. */
export function readStateDir(reading: Reading): string {
  const said = reading.said('state-dir', 'state_dir');
  const path = said === undefined ? defaultStateDir(reading.input) : reading.path(said);
  if (path === undefined && said === undefined) {
    const message = 'expected a folder for the state, as this user has no home folder; name one';
    reading.complaints.error({ text: '', source: '--state-dir', folder: reading.input.cwd }, message);
  }
  return path ?? '';
}

/** What says where the plugins are; unlike elsewhere a file comes before the variable, as it always did. */
export function pluginsSaid(reading: Reading): Said | undefined {
  const entry = reading.oneOf(reading.entry('gaffer', 'plugins_dir'), reading.entry('gaffer', 'plugin_dir'));
  const isOption = reading.input.flags['plugin-dir'] !== undefined;
  return isOption ? reading.option('plugin-dir') : (entry ?? reading.option('plugin-dir'));
}

/** What the sections `[plugin:NAME]` say, by name in lower case, as it was written. */
export function readPluginSections({ sections }: Reading): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const own = [...sections].filter(([name]) => name.startsWith(PLUGIN));
  return new Map(
    own.map(([name, entries]) => [name.slice(PLUGIN.length).toLowerCase(), Object.fromEntries([...entries].map(([key, { text }]) => [key, text]))]),
  );
}

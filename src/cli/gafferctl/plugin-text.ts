import type { RemotePlugin } from '../../client/plugins.ts';
import { tableLines } from './table.ts';

/** Plugins for people, a line each: the name, the version, how it is, and why or what for. */
export function pluginLines(plugins: readonly RemotePlugin[]): readonly string[] {
  return tableLines(plugins.map((plugin) => [plugin.name, plugin.version ?? '-', stateOf(plugin), reasonOf(plugin)]));
}

function stateOf({ state, site, edited = false }: RemotePlugin): string {
  const notes = [...(site && state !== 'site' ? ['with a site'] : []), ...(edited ? ['edited since'] : [])];
  return notes.length === 0 ? state : `${state} (${notes.join(', ')})`;
}

function reasonOf({ error, description }: RemotePlugin): string {
  return error ?? description ?? '';
}

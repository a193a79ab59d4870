import type { PluginConfig } from '../../plugin/plugin.ts';
import { didYouMean } from '../../suggestion.ts';
import type { Log } from '../log.ts';
import type { PluginFolder } from './plugin-folders.ts';

/** Where plugins are, and what is said to them. */
export interface PluginSettings {
  readonly dir: string;
  /** `[plugin:NAME]` by name in lower case. */
  readonly sections: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly configDir: string;
  readonly addresses: readonly string[];
}

/** What a plugin is told of where it runs. */
export function configOf({ name, folder }: PluginFolder, { sections, configDir, addresses }: PluginSettings, version: string): PluginConfig {
  return { name, folder, section: sections.get(name.toLowerCase()) ?? {}, version, configDir, addresses };
}

/** Warns of what is said to plugins that there are not. */
export function warnOfUnused(found: readonly PluginFolder[], { dir, sections }: PluginSettings, log: Pick<Log, 'warning'>): void {
  const names = found.map(({ name }) => name.toLowerCase());
  for (const name of [...sections.keys()].filter((one) => !names.includes(one))) {
    log.warning(`[plugin:${name}] is for nobody: there is no such plugin in ${dir}${didYouMean(name, names)}`);
  }
}

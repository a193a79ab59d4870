/** A plugin, as far as its place among the others goes. */
export interface OrderedPlugin {
  readonly name: string;
  /** What it calls itself, where that is something else. */
  readonly alias?: string | undefined;
  /** Names of those that have to be there. */
  readonly mandatory: readonly string[];
}

/** In which order plugins are started. */
export interface PluginOrder {
  /** Those of a group do not need each other; each needs only those of groups before. */
  readonly groups: readonly (readonly string[])[];
  /** Why others can't be started, by their names. */
  readonly refused: ReadonlyMap<string, string>;
}

/** What has no code, or code that can't be run: it is there, and there is nothing to start. */
export function withoutCode({
  name,
  manifest,
}: {
  readonly name: string;
  readonly manifest: { readonly mandatory: readonly string[] };
}): OrderedPlugin {
  return { name, mandatory: manifest.mandatory };
}

/** How the reason ends where what is required is not there at all. */
export const TO_BE_USED = ' to be used';

/** Orders plugins so that each is started behind those that it needs. */
export function orderPlugins(plugins: readonly OrderedPlugin[]): PluginOrder {
  const refused = new Map<string, string>();
  const find = (wanted: string): OrderedPlugin | undefined =>
    plugins.find(({ name }) => name === wanted) ?? plugins.find(({ alias }) => alias === wanted);
  for (const { name, mandatory } of plugins) {
    const missing = mandatory.filter((wanted) => find(wanted) === undefined);
    if (missing.length > 0) {
      refused.set(name, `requires ${missing.map((one) => `"${one}"`).join(' and ')}${TO_BE_USED}`);
    }
  }
  const groups: string[][] = [];
  const placed = new Set<string>();
  let waiting = plugins.filter(({ name }) => !refused.has(name));
  while (waiting.length > 0) {
    const isReady = ({ mandatory }: OrderedPlugin): boolean => mandatory.every((wanted) => placed.has(find(wanted)?.name ?? ''));
    const ready = waiting.filter(isReady);
    if (ready.length === 0) {
      break;
    }
    groups.push(ready.map(({ name }) => name));
    for (const { name } of ready) {
      placed.add(name);
    }
    waiting = waiting.filter((one) => !ready.includes(one));
  }
  for (const { name, mandatory } of waiting) {
    const blocking = mandatory.filter((wanted) => !placed.has(find(wanted)?.name ?? '')).map((one) => `"${one}"`);
    refused.set(name, `requires ${blocking.join(' and ')}, which can't be started before it`);
  }
  return { groups, refused };
}

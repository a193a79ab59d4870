import { inspect } from 'node:util';
import type { PluginAttributes } from '../messages.ts';
import type { Plugin } from '../plugin.ts';

/** The plugin that a module exports by default. @throws Error that says what is wrong with it */
export function expectPlugin(module: unknown): Plugin {
  const { default: exported } = module as { readonly default?: unknown };
  // a CommonJS module that was made from one with a default export has it one deeper
  const plugin = isObject(exported) && isObject(exported['default']) ? exported['default'] : exported;
  if (!isObject(plugin)) {
    throw new Error(`expected the plugin as the default export of its main module, got ${inspect(plugin)}`);
  }
  for (const name of ['name', 'version', 'description'] as const) {
    expect(plugin[name] === undefined || typeof plugin[name] === 'string', `${name}: expected a text, got ${inspect(plugin[name])}`);
  }
  const { mandatory, app } = plugin;
  const isList = Array.isArray(mandatory) && mandatory.every((one) => typeof one === 'string');
  expect(mandatory === undefined || isList, `mandatory: expected a list of plugins' names, got ${inspect(mandatory)}`);
  expect(app === undefined || typeof app === 'function', `app: expected a function that makes the application, got ${inspect(app)}`);
  return plugin;
}

/** What a plugin says of itself. */
export function attributesOf({ name, version, description, mandatory }: Plugin): PluginAttributes {
  return { name, version, description, mandatory: mandatory && [...mandatory] };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function expect(isRight: boolean, message: string): void {
  if (!isRight) {
    throw new Error(message);
  }
}

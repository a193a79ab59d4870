import type { PluginBook } from '../../src/api/plugins/plugin-book.ts';
import { GafferError } from '../../src/errors.ts';

/** Plugins that are what a test says; every name is one, and has nothing unless told otherwise. */
export function fakePlugins(more: Partial<PluginBook>): PluginBook {
  return {
    list: () => [],
    siteOf: () => undefined,
    has: () => true,
    routesOf: () => [],
    isDown: () => false,
    ask: () => Promise.reject(new GafferError('plugin_unavailable', 'it is a fake')),
    ...more,
  };
}

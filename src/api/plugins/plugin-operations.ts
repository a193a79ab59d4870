import type { JsonSchema } from '../../job/settings.ts';
import type { Paths } from '../operation.ts';
import { FLAG, listOf, object, TEXT } from '../schemas.ts';
import type { PluginBook, PluginInfo } from './plugin-book.ts';

const TEXT_OR_NULL: JsonSchema = { anyOf: [TEXT, { type: 'null' }] };

const PLUGIN = object({
  name: TEXT,
  version: TEXT_OR_NULL,
  description: TEXT_OR_NULL,
  mandatory: listOf(TEXT),
  site: FLAG,
  state: { enum: ['site', 'starting', 'started', 'failed', 'stopped'] },
  error: TEXT_OR_NULL,
  edited: FLAG,
  routes: listOf(object({ method: TEXT, path: TEXT, need: TEXT })),
});

const EXAMPLE: PluginInfo = {
  name: 'exits',
  version: '1.0.0',
  description: 'Counts how often processes end',
  mandatory: [],
  site: false,
  state: 'started',
  error: null,
  edited: false,
  routes: [{ method: 'GET', path: '/jobs/:session/:job', need: 'read job' }],
};

/** What can be asked about plugins. @param plugins without them the node has none */
export function pluginOperations(plugins: PluginBook | undefined): Paths {
  return {
    '/plugins': {
      GET: {
        id: 'plugins',
        need: 'manage all',
        summary: 'Every plugin, and how it is',
        success: { status: 200, description: 'the plugins by name', schema: object({ plugins: listOf(PLUGIN) }), example: { plugins: [EXAMPLE] } },
        answer: () => Promise.resolve({ json: { plugins: plugins?.list() ?? [] } }),
      },
    },
  };
}

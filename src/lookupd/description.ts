import type { JsonSchema } from '../job/settings.ts';
import { COMPONENTS } from './answer-schemas.ts';
import type { LookupRoute } from './route.ts';

const DESCRIPTION =
  'Which node runs which job. Everything is only read; HEAD is served wherever GET is. Nodes register over a WebSocket at /ws, and what changes is told at /lookup/websocket and, by SockJS, at /lookup.';

/** How a key is sent to a lookupd that asks for one. */
const KEYS: JsonSchema = { key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' }, bearer: { type: 'http', scheme: 'bearer' } };

/** Describes a lookupd's API as OpenAPI 3.1, from the table that it is served from. */
export function describeLookup(routes: readonly LookupRoute[], version: string): JsonSchema {
  return {
    openapi: '3.1.0',
    info: { title: 'gaffer_lookupd', version, description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    paths: Object.fromEntries(routes.map((route) => [route.path.replaceAll(/:(\w+)/g, '{$1}'), { get: describeRoute(route) }])),
    components: { schemas: COMPONENTS, securitySchemes: KEYS },
    security: [{ key: [] }, { bearer: [] }, {}],
  };
}

function describeRoute({ path, summary, isPublic, query = {}, schema }: LookupRoute): JsonSchema {
  const parameters = [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...Object.entries(query).map(([name, { description, isOptional = false }]) => ({
      name,
      in: 'query',
      required: !isOptional,
      description,
      schema: { type: 'string' },
    })),
  ];
  const content = schema === undefined ? { 'text/html': { schema: { type: 'string' } } } : { 'application/json': { schema } };
  return {
    operationId: path === '/' ? 'greeting' : path.replaceAll(/\W+/g, ' ').trim().replaceAll(' ', '-'),
    summary,
    ...(isPublic === true && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    responses: {
      200: { description: summary, content },
      default: { description: 'a failure', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    },
  };
}

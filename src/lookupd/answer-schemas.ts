import type { JsonSchema } from '../job/settings.ts';

const NULLABLE_TEXT: JsonSchema = { type: ['string', 'null'] };

const COUNT: JsonSchema = { type: 'integer', minimum: 0 };

/** Parts of answers, by the names that {@link refTo} has them by. */
export const COMPONENTS = {
  Node: {
    type: 'object',
    description: 'a node; nulls until it has said who it is',
    properties: {
      name: NULLABLE_TEXT,
      origin: { ...NULLABLE_TEXT, description: 'its URL' },
      version: { ...NULLABLE_TEXT, description: 'of the protocol that it speaks' },
      generation: { type: 'integer', description: 'with ?seq=true: which run of the node it is; a later one has a higher number' },
      seq: { type: 'integer', description: 'with ?seq=true: how far that run had got with its events' },
    },
    required: ['name', 'origin', 'version'],
  },
  Source: {
    type: 'object',
    description: 'a node that runs a job',
    properties: {
      name: { ...NULLABLE_TEXT, description: "the node's" },
      pids: { type: 'array', items: { type: 'integer' }, description: "of the processes, as the node's API has them" },
      node_info: { $ref: '#/components/schemas/Node' },
    },
    required: ['name', 'pids', 'node_info'],
  },
  Error: {
    type: 'object',
    properties: { error: { type: 'integer' }, errno: { type: 'integer' }, reason: { type: 'string' }, message: { type: 'string' } },
    required: ['error', 'errno', 'reason'],
  },
} as const satisfies Record<string, JsonSchema>;

/** One of the parts, where it stands. */
function refTo(name: keyof typeof COMPONENTS): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

function objectOf(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** `{"sources"}` */
export const SOURCES = objectOf({ sources: listOf(refTo('Source')) });

/** `{"nodes"}` */
export const NODES = objectOf({ nodes: listOf(refTo('Node')) });

/** `{"nb_jobs","jobs"}` */
export const JOBS = objectOf({
  nb_jobs: COUNT,
  jobs: listOf(objectOf({ name: { type: 'string', description: 'the full name, SESSION.JOB' }, sources: listOf(refTo('Source')) })),
});

/** `{"nb_sessions","sessions"}` */
export const SESSIONS = objectOf({
  nb_sessions: COUNT,
  sessions: listOf(objectOf({ sessionid: { type: 'string' }, jobs: { type: 'object', additionalProperties: listOf(refTo('Source')) } })),
});

/** `{"welcome","version"}` */
export const GREETING = objectOf({ welcome: { const: 'gaffer-lookupd' }, version: { type: 'string' } });

/** `{"version"}` */
export const VERSION = objectOf({ version: { type: 'string' } });

import { GafferError } from '../errors.ts';
import type { JsonSchema } from '../job/settings.ts';
import { type ErrorBody, errorBody, frameworkErrorBody } from './error-body.ts';
import { type BodyKind, type Operation, type Paths, SEQ_HEADER } from './operation.ts';

const ERROR: JsonSchema = {
  type: 'object',
  properties: {
    error: { description: 'a word; the status where the request did not get as far as the node', anyOf: [{ type: 'string' }, { type: 'integer' }] },
    errno: { description: 'the status', type: 'integer' },
    reason: { description: 'what was expected, what was got, what to do', type: 'string' },
    code: { description: 'which failure it is, finer than the word', type: 'string' },
    message: { description: 'says more where the reason is a word', type: 'string' },
  },
  required: ['error', 'errno', 'reason'],
};

const SEQ: JsonSchema = {
  description:
    'the number of the last event, in its `seq`: of that before the answer began to be made, and where something was changed of that before it was sent; every answer has it',
  schema: { type: 'integer', minimum: 0 },
};

const DESCRIPTION =
  'Jobs and their processes on one node. HEAD is served wherever GET is, OPTIONS everywhere. Bodies are read as JSON whatever their type is said to be.';

/** How a key is sent to a node that asks for one. */
const KEYS: JsonSchema = {
  key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
  bearer: { type: 'http', scheme: 'bearer' },
  password: { type: 'http', scheme: 'basic' },
};

/** Describes the API as OpenAPI 3.1, from the same tables that it is served from. */
export function describeApi(paths: Paths, version: string): JsonSchema {
  return {
    openapi: '3.1.0',
    info: { title: 'gaffer', version, description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    paths: Object.fromEntries(Object.entries(paths).map(([path, methods]) => [path.replaceAll(/:(\w+)/g, '{$1}'), describePath(path, methods)])),
    components: { schemas: { Error: ERROR }, headers: { Seq: SEQ }, securitySchemes: KEYS },
    security: [{ key: [] }, { bearer: [] }, {}],
  };
}

function describePath(path: string, methods: Paths[string]): JsonSchema {
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'pid' ? { type: 'integer', minimum: 0 } : { type: 'string' },
  }));
  const operations = Object.entries(methods).map(([method, operation]) => [method.toLowerCase(), describeOperation(operation)] as const);
  return { ...(parameters.length > 0 && { parameters }), ...Object.fromEntries(operations) };
}

function describeOperation({ id, summary, need, query, body, success, errors = [] }: Operation): JsonSchema {
  const parameters = Object.entries(query ?? {}).map(([name, { description, schema }]) => ({
    name,
    in: 'query',
    required: false,
    description,
    schema,
  }));
  const { type = 'application/json', schema, example, also } = success;
  const content = { [type]: { ...(schema !== undefined && { schema }), ...(example !== undefined && { example }) }, ...also };
  return {
    operationId: id,
    summary,
    ...(need === 'public' && { security: id === 'login' ? [{ password: [] }] : [] }),
    'x-need': typeof need === 'string' ? need : need.words,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, content: describeBody(body) } }),
    responses: {
      [success.status]: { description: success.description, headers: { [SEQ_HEADER]: { $ref: '#/components/headers/Seq' } }, content },
      ...describeErrors(query === undefined && body === undefined ? errors : ['bad_request', ...errors]),
      default: describeError('any other failure', frameworkErrorBody(403, 'what was expected, what was got, what to do')),
    },
  };
}

function describeBody(body: BodyKind): JsonSchema {
  switch (body.kind) {
    case 'json':
      return { 'application/json': { schema: body.schema, example: body.example } };
    case 'text':
      return { 'text/plain': { schema: { type: 'string', enum: Object.keys(body.words) }, example: body.example } };
    case 'bytes':
      return { 'application/octet-stream': {} };
  }
}

function describeErrors(codes: NonNullable<Operation['errors']>): JsonSchema {
  return Object.fromEntries(
    [...groupByStatus(codes)].map(([status, errors]) => [
      status,
      describeError(errors.map(({ code }) => code).join(', '), errorBody(errors[0] as GafferError)),
    ]),
  );
}

function describeError(description: string, example: ErrorBody): JsonSchema {
  return { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' }, example } } };
}

function groupByStatus(codes: NonNullable<Operation['errors']>): ReadonlyMap<number, readonly GafferError[]> {
  const groups = new Map<number, GafferError[]>();
  for (const error of codes.map((code) => new GafferError(code, 'what was expected, what was got, what to do'))) {
    groups.set(error.status, [...(groups.get(error.status) ?? []), error]);
  }
  return groups;
}

import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { describeApi } from '../../src/api/openapi.ts';
import type { Operation } from '../../src/api/operation.ts';
import { allOperations } from '../../src/api/operations.ts';
import { FakeWebhooks } from '../support/fake-webhooks.ts';
import { type ApiAnswer, openApi, type TestApi, test } from '../support/test-api.ts';

interface Content {
  readonly schema?: object;
  readonly example?: unknown;
}

interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Content>> }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const PATHS = allOperations('1.2.3');
const DOCUMENT = JSON.parse(JSON.stringify(describeApi(PATHS, '1.2.3'))) as Document;
const METHODS = ['get', 'post', 'put', 'delete'];

const OPERATIONS = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([method]) => METHODS.includes(method))
    .map(([method, operation]) => ({ path, method, operation })),
);

const ajv = new Ajv2020({ strict: false });
ajv.addSchema({ $id: 'document', ...DOCUMENT });

/** Compiles a schema of the document. */
function checkOf(schema: object): ValidateFunction {
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object);
}

describe('the description of the API', () => {
  it('is OpenAPI 3.1', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(DOCUMENT)) as Record<string, unknown>);
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
  });

  it('has every path and every method that is served', () => {
    const served = Object.entries(PATHS).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    const described = OPERATIONS.map(({ path, method }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`);
    expect(described).toEqual(served);
  });

  it('has a name of its own for every operation', () => {
    const ids = OPERATIONS.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names every part of a path', () => {
    for (const [path, methods] of Object.entries(DOCUMENT.paths)) {
      const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const { parameters = [] } = methods as { parameters?: { name: string }[] };
      expect(parameters.map(({ name }) => name)).toEqual(parts);
    }
  });

  it.each(OPERATIONS.map(({ path, method, operation }) => [method, path, operation] as const))(
    'has examples that are right: %s %s',
    (_, __, operation) => {
      const contents = [operation.requestBody?.content ?? {}, ...Object.values(operation.responses).map(({ content }) => content)];
      for (const [type, { schema, example }] of contents.flatMap((content) => Object.entries(content))) {
        expect(type).toMatch(/^(application|text)\//);
        if (example !== undefined) {
          const check = checkOf(schema ?? {});
          expect([check(example), check.errors, schema === undefined]).toEqual([true, null, false]);
        }
      }
    },
  );

  test('is served', async ({ api }) => {
    const { status, json, headers } = await api.ask('GET', '/openapi.json');
    expect([status, headers['content-type'], json]).toEqual([200, 'application/json; charset=utf-8', DOCUMENT]);
  });
});

/** Fills in a path. */
function filled(path: string, pid: number): string {
  return path
    .replace('{session}', 'test')
    .replace('{job}', 'web')
    .replace('{pid}', String(pid))
    .replace('{label}', 'stdin')
    .replace('{id}', `api-${pid}`);
}

/** Whether an answer is one of those that are described. */
function expectDescribed(operation: Described, answer: ApiAnswer): void {
  const described = operation.responses[answer.status] ?? operation.responses['default'];
  const [type = '', content = {}] = Object.entries(described?.content ?? {})[0] ?? [];
  expect([operation.operationId, answer.headers['content-type']]).toEqual([operation.operationId, expect.stringMatching(`^${type}`) as string]);
  if (content.schema !== undefined) {
    const check = checkOf(content.schema);
    const value = type === 'application/json' ? answer.json : answer.text;
    expect([operation.operationId, check(value), check.errors]).toEqual([operation.operationId, true, null]);
  }
}

/** Asks as the description says. */
async function askAs({ path, method, operation }: (typeof OPERATIONS)[number], api: TestApi, pid: number): Promise<ApiAnswer> {
  const [content] = Object.values(operation.requestBody?.content ?? {});
  const example = content?.example ?? (content === undefined ? undefined : 'bytes');
  // The example of /jobs/{session} is the job that is there already.
  const body = path === '/jobs/{session}' ? { ...(example as object), name: 'other' } : (example as string | object | undefined);
  return await api.ask(method.toUpperCase(), filled(path, pid), body === undefined ? {} : { body });
}

describe('what is really answered', () => {
  const goesOn = (operation: Described): boolean => ['events', 'stream', 'processStatsFeed', 'jobStatsFeed'].includes(operation.operationId);

  test('is as the description says, by every operation', async () => {
    const webhooks = new FakeWebhooks();
    const api = await openApi({ webhooks });
    for (const one of OPERATIONS.filter(({ operation }) => !goesOn(operation))) {
      await api.load('web', 'cat', { redirect_input: true, redirect_output: ['out', 'err'] });
      const [pid = 0] = await api.supervisor.pids();
      while (webhooks.added.length < pid) {
        webhooks.add({ event: '.', url: 'http://hooks.example/' });
      }
      const answer = await askAs(one, api, pid);
      expect([one.operation.operationId, String(answer.status)]).toEqual([one.operation.operationId, Object.keys(one.operation.responses)[0]]);
      expectDescribed(one.operation, answer);
      await Promise.all((await api.supervisor.sessions()).map((session) => api.supervisor.unloadSession(session)));
    }
    expect(api.warnings).toEqual([]);
  });

  test('is as the description says where there is nothing', async ({ api }) => {
    for (const one of OPERATIONS.filter(({ path }) => path.includes('{') && path !== '/jobs/{session}')) {
      const answer = await askAs(one, api, 99);
      expect([one.operation.operationId, answer.status]).toEqual([one.operation.operationId, 404]);
      expect(Object.keys(one.operation.responses)).toContain('404');
      expectDescribed(one.operation, answer);
    }
  });

  test('is as the description says where it is asked wrongly', async ({ api }) => {
    await api.load('web', 'cat');
    for (const one of OPERATIONS.filter(({ operation }) => operation.requestBody !== undefined && operation.operationId !== 'write')) {
      const answer = await api.ask(one.method.toUpperCase(), filled(one.path, 1), { body: '{"x":' });
      expect([one.operation.operationId, answer.status]).toEqual([one.operation.operationId, 400]);
      expectDescribed(one.operation, answer);
    }
  });
});

describe('an operation', () => {
  const all = Object.values(PATHS).flatMap((methods) => Object.values<Operation>(methods));

  it('changes nothing by GET', () => {
    expect(Object.values(PATHS).every(({ GET }) => GET?.body === undefined)).toBe(true);
  });

  it('has a summary that is a sentence without an end', () => {
    expect(all.filter(({ summary }) => !/^[A-Z].*[^.]$/.test(summary))).toEqual([]);
  });
});

import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { describeApi } from '../../src/api/openapi.ts';
import type { Operation } from '../../src/api/operation.ts';
import { allOperations } from '../../src/api/operations.ts';
import { FakeWebhooks } from '../support/fake-webhooks.ts';

import { openLockedApi } from '../support/test-accounts.ts';
import { type ApiAnswer, type TestApi, test } from '../support/test-api.ts';

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

const PATHS = allOperations({ version: '1.2.3' });
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
  const parts: Readonly<Record<string, string>> = {
    session: 'test',
    job: 'web',
    pid: String(pid),
    label: 'stdin',
    id: `api-${pid}`,
    name: 'test:web',
    process: String(pid),
    proc: 'proc',
    template: 'test:web',
    type: path === '/watch/{type}' ? 'start' : 'exit',
    user: 'ada',
    count: '1',
    signal: 'CONT',
  };
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? 'nothing');
}

/** The path of an operation: what is read and what is written are streams of their own. */
function filledFor({ operationId }: Described, path: string, pid: number): string {
  return filled(operationId === 'stream' ? path.replace('{label}', 'out') : path, pid);
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
  const headers = operation.operationId === 'login' ? { authorization: `Basic ${btoa('ada:correct horse battery')}` } : {};
  return await api.ask(method.toUpperCase(), filledFor(operation, path, pid), { headers, ...(body !== undefined && { body }) });
}

/** Those whose answers end only when something happens, or not at all. */
const GO_ON = ['events', 'stream', 'processStatsFeed', 'jobStatsFeed', 'watch', 'watchType', 'watchTemplate', 'watchTemplateType'];

describe('what is really answered', () => {
  const goesOn = ({ operationId }: Described): boolean => GO_ON.includes(operationId);
  const isWebSocket = (operation: Described): boolean => '101' in operation.responses;

  test('is as the description says, by every operation', async () => {
    const webhooks = new FakeWebhooks();
    const { api, accounts, key } = await openLockedApi({ webhooks });
    for (const one of OPERATIONS.filter(({ operation }) => !goesOn(operation) && !isWebSocket(operation))) {
      await api.load('web', 'cat', { redirect_input: true, redirect_output: ['out', 'err'] });
      const [pid = 0] = await api.supervisor.pids();
      while (webhooks.added.length < pid) {
        webhooks.add({ event: '.', url: 'http://hooks.example/' });
      }
      if (accounts.users.all.every(({ name }) => name !== 'ada')) {
        await accounts.users.create('ada', { password: 'correct horse battery', type: 1, key: key({}), extra: {} });
      }
      key({}, { label: 'to be seen and deleted' });
      const path = one.path.replace('{key}', accounts.keys.all.at(-1)?.id ?? '');
      const answer = await askAs({ ...one, path }, api, pid);
      expect([one.operation.operationId, String(answer.status)]).toEqual([one.operation.operationId, Object.keys(one.operation.responses)[0]]);
      expectDescribed(one.operation, answer);
      await Promise.all((await api.supervisor.sessions()).map((session) => api.supervisor.unloadSession(session)));
    }
    expect(api.warnings).toEqual([]);
  }, 120_000);

  test('is as the description says where it goes on, in each of its types', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true });
    const [pid = 0] = await api.supervisor.pids();
    for (const { path, operation } of OPERATIONS.filter((one) => goesOn(one.operation))) {
      const content = Object.keys(operation.responses['200']?.content ?? {});
      const kinds = content.includes('text/event-stream') ? ['', '?feed=eventsource'] : [''];
      const feeds = await Promise.all(kinds.map((kind) => api.follow(filledFor(operation, path, pid) + kind)));
      expect([operation.operationId, ...feeds.map(({ status, headers }) => [status, headers['content-type']?.split(';')[0]])]).toEqual([
        operation.operationId,
        ...content.map((type) => [200, type]),
      ]);
      for (const feed of feeds) {
        feed.leave();
      }
    }
  });

  it('is as the description says where there is nothing', async () => {
    const { api } = await openLockedApi();
    for (const one of OPERATIONS.filter(({ path, operation }) => path.includes('{') && path !== '/jobs/{session}' && !isWebSocket(operation))) {
      const path = one.path.replace(/\{(type|proc)\}/, 'nothing'); // a template may come later
      const answer = await askAs({ ...one, path }, api, 99);
      expect([one.operation.operationId, answer.status]).toEqual([one.operation.operationId, 404]);
      expect(Object.keys(one.operation.responses)).toContain('404');
      expectDescribed(one.operation, answer);
    }
  });

  test('is as the description says where a WebSocket is and none was asked for', async ({ api }) => {
    for (const one of OPERATIONS.filter(({ operation }) => isWebSocket(operation))) {
      const answer = await askAs(one, api, 1);
      expect([one.operation.operationId, answer.status]).toEqual([one.operation.operationId, 400]);
      expectDescribed(one.operation, answer);
    }
  });

  it('is as the description says where it is asked wrongly', async () => {
    const { api, accounts } = await openLockedApi();
    await accounts.users.create('ada', { password: 'correct horse battery', type: 1, key: undefined, extra: {} });
    await api.load('web', 'cat', { redirect_input: true });
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

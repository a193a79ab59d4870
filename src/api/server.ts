import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { GafferError } from '../errors.ts';
import type { GafferNode } from '../job/node.ts';
import { corsHeaders } from './cors.ts';
import { errorBody, frameworkErrorBody } from './error-body.ts';
import { type GuardOptions, isAllowedOrigin, refusal } from './guard.ts';
import { parseJsonBody } from './json-body.ts';
import type { Answer, Call, Operation } from './operation.ts';
import { allOperations } from './operations.ts';
import { BodyValidator } from './validate.ts';

/** What an API is served with. */
export interface ApiOptions extends GuardOptions {
  readonly version: string;
  /** Requests wait for it. Default: nothing to wait for. */
  readonly ready?: Promise<unknown>;
  /** Takes note of every answer. */
  readonly log?: (entry: AccessEntry) => void;
  /** Takes note of what should not happen, and of what fails after it was answered. */
  readonly warn?: (message: string, error: unknown) => void;
}

/** One request and its answer, for a log. */
export interface AccessEntry {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Milliseconds. */
  readonly ms: number;
  /** Undefined for a unix socket. */
  readonly address: string | undefined;
}

/** A node's API, to be put behind as many listening servers as one likes. */
export interface Api {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Ends the feeds. */
  close(): Promise<void>;
}

/** How large a request's body may be. */
const BODY_LIMIT = 1024 * 1024;

/** Every answer says in this header which was the last event before it. */
export const SEQ_HEADER = 'x-gaffer-seq';

const ALL_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const;

/** Builds the API of a node; it does not listen. */
export async function buildApi(node: GafferNode, options: ApiOptions): Promise<Api> {
  const app = fastify({ bodyLimit: BODY_LIMIT, routerOptions: { maxParamLength: 4096 }, exposeHeadRoutes: false, return503OnClosing: false });
  const server = new ApiServer(app, node, options);
  await app.ready();
  return { handle: (request, response) => app.routing(request, response), close: () => server.close() };
}

class ApiServer {
  readonly #app: FastifyInstance;
  readonly #node: GafferNode;
  readonly #options: ApiOptions;
  readonly #validator = new BodyValidator();
  readonly #feeds = new Set<ServerResponse>();
  readonly #unsubscribe: () => void;
  #seq = 0;

  constructor(app: FastifyInstance, node: GafferNode, options: ApiOptions) {
    this.#app = app;
    this.#node = node;
    this.#options = options;
    this.#unsubscribe = node.onEvent(({ seq }) => {
      this.#seq = seq;
    });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.addHook('onRequest', async (request, reply) => await this.#admit(request, reply));
    app.addHook('onSend', async (request, reply, payload) => this.#finish(request, reply, payload));
    if (options.log !== undefined) {
      this.#logAnswers(options.log);
    }
    app.setErrorHandler((error, _request, reply) => this.#fail(error, reply));
    app.setNotFoundHandler((request, reply) => notFound(request, reply));
    for (const [path, methods] of Object.entries(allOperations(options.version))) {
      this.#route(path.replace(':pid', ':pid(^\\d+$)'), methods);
    }
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    for (const feed of this.#feeds) {
      feed.end();
    }
    await this.#app.close();
  }

  #route(url: string, methods: Readonly<Partial<Record<string, Operation>>>): void {
    const supported = [...Object.keys(methods), ...(methods['GET'] === undefined ? [] : ['HEAD']), 'OPTIONS'];
    const allow = supported.join(', ');
    for (const method of ALL_METHODS) {
      const operation = methods[method === 'HEAD' ? 'GET' : method];
      if (operation !== undefined) {
        this.#app.route({ method, url, handler: async (request, reply) => await this.#answer(operation, request, reply) });
      } else if (method === 'OPTIONS') {
        this.#app.route({ method, url, handler: async (_request, reply) => await reply.code(204).header('allow', allow).send() });
      } else {
        this.#app.route({
          method,
          url,
          handler: async (_request, reply) => await reply.code(405).header('allow', allow).send(frameworkErrorBody(405)),
        });
      }
    }
  }

  async #answer(operation: Operation, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const call: Call = {
      node: this.#node,
      params: request.params as Record<string, string>,
      query: singleValues(request.query as Record<string, string | string[]>),
      body: this.#bodyOf(operation, request.body as Buffer | undefined),
      failedLater: (error) => this.#options.warn?.(`${request.method} ${request.url} failed after it was answered`, error),
    };
    const answer = await operation.answer(call);
    return this.#send(answer, operation, request, reply);
  }

  #bodyOf({ body: kind }: Operation, bytes: Buffer | undefined): unknown {
    switch (kind?.kind) {
      case undefined:
        return undefined;
      case 'bytes':
        return bytes ?? Buffer.alloc(0);
      case 'text': {
        const text = bytes?.toString() ?? '';
        if (!(kind.schema['enum'] as readonly string[]).includes(text)) {
          throw new GafferError(
            'bad_request',
            `expected one of ${(kind.schema['enum'] as readonly string[]).join(', ')} as the body, got "${text.slice(0, 60)}"`,
          );
        }
        return text;
      }
      case 'json': {
        const body = parseJsonBody(bytes);
        this.#validator.expect(kind.schema, body);
        return body;
      }
    }
  }

  #send(answer: Answer, { success }: Operation, request: FastifyRequest, reply: FastifyReply): unknown {
    if ('json' in answer) {
      return reply
        .code(answer.status ?? success.status)
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(answer.json));
    }
    if ('text' in answer) {
      return reply.type('text/html; charset=UTF-8').send(answer.text);
    }
    if ('bytes' in answer) {
      return reply.type('application/octet-stream').send(Buffer.from(answer.bytes));
    }
    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { ...this.#headers(request), 'content-type': answer.type, 'cache-control': 'no-store' });
    if (request.method === 'HEAD') {
      out.end();
      return reply;
    }
    out.flushHeaders();
    this.#feeds.add(out);
    out.once('close', () => this.#feeds.delete(out));
    out.on('error', () => undefined);
    answer.feed(out);
    return reply;
  }

  async #admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { host, origin } = request.headers;
    const refused = refusal({ host, origin, localAddress: request.socket.localAddress }, this.#options);
    if (refused !== undefined) {
      await reply.code(403).send(frameworkErrorBody(403, refused));
      return;
    }
    await this.#options.ready;
  }

  #headers(request: FastifyRequest): Readonly<Record<string, string>> {
    const { origin } = request.headers;
    const { allowedOrigins } = this.#options;
    const isOpen = allowedOrigins === '*' || (origin !== undefined && isAllowedOrigin(origin, allowedOrigins));
    return { [SEQ_HEADER]: String(this.#seq), ...(isOpen && corsHeaders(origin)) };
  }

  /** Adds what every answer has; a reader who has got the same before gets its name only. */
  #finish(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
    void reply.headers(this.#headers(request));
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || reply.statusCode !== 200 || (typeof payload !== 'string' && !Buffer.isBuffer(payload))) {
      return payload;
    }
    const etag = `"${createHash('sha1').update(payload).digest('hex')}"`;
    void reply.header('etag', etag);
    if (isSameTag(request.headers['if-none-match'], etag)) {
      void reply.code(304).removeHeader('content-length').removeHeader('content-type');
      return '';
    }
    return payload;
  }

  #fail(error: unknown, reply: FastifyReply): FastifyReply {
    const body = this.#bodyOfFailure(error);
    return reply.code(body.errno).type('application/json; charset=utf-8').send(JSON.stringify(body));
  }

  #bodyOfFailure(error: unknown) {
    if (error instanceof GafferError) {
      return errorBody(error);
    }
    const { statusCode = 500, message = '' } = error as { readonly statusCode?: number; readonly message?: string };
    if (statusCode >= 500) {
      this.#options.warn?.('a request failed', error);
      return frameworkErrorBody(statusCode);
    }
    return frameworkErrorBody(statusCode, message);
  }

  #logAnswers(log: (entry: AccessEntry) => void): void {
    this.#app.addHook('onResponse', async (request, reply) => {
      const { method, url } = request;
      log({ method, url, status: reply.raw.statusCode, ms: reply.elapsedTime, address: request.socket.remoteAddress });
    });
  }
}

function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { pathname } = new URL(request.url, 'http://node');
  return /^\/\d/.test(pathname)
    ? reply.code(400).send(errorBody(new GafferError('invalid_operand', `expected a process's number as the path, got "${pathname.slice(1)}"`)))
    : reply.code(404).send(frameworkErrorBody(404, `there is nothing at ${pathname}; /openapi.json tells what there is`));
}

function singleValues(query: Readonly<Record<string, string | readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : (value.at(-1) ?? '')]));
}

function isSameTag(header: string | undefined, etag: string): boolean {
  return header !== undefined && header.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}

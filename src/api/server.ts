import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Accounts } from '../access/book.ts';
import { GafferError } from '../errors.ts';
import type { GafferNode } from '../job/node.ts';
import type { LookAt } from '../job/process-look.ts';
import type { Caller } from './access/caller.ts';
import { Doorkeeper } from './access/doorkeeper.ts';
import { type AccessEntry, noteAnswer, shownUrl } from './access-log.ts';
import { AnswerHeaders } from './answer-headers.ts';
import { CallReader, operationOf } from './call-reader.ts';
import { ChannelEntry, isChannelPath } from './channel-entry.ts';
import { contentType, FEED_HEADERS } from './content-type.ts';
import { failureBody, frameworkErrorBody } from './error-body.ts';
import { onlyNews } from './etag.ts';
import { Feeds } from './feeds/feeds.ts';
import type { Followers } from './followers.ts';
import { type GuardOptions, refusalOf } from './guard.ts';
import type { LookupdBook } from './lookupd-book.ts';
import { Metrics } from './metrics/metrics.ts';
import { SWITCHED_OFF } from './old/old-paths.ts';
import { type Answer, type Call, type Feed, type FeedAnswer, type Operation, SEQ_HEADER } from './operation.ts';
import { allOperations } from './operations.ts';
import type { PluginBook } from './plugins/plugin-book.ts';
import { addPluginRoutes, isPluginRequest, PluginGate } from './plugins/plugin-gate.ts';
import { RecentAnswers } from './recent-answers.ts';
import { addRoutes, isOldRoute } from './routes.ts';
import type { WebhookBook } from './webhooks.ts';

/** What an API is served with. */
export interface ApiOptions extends GuardOptions {
  readonly version: string;
  /** Without it nobody has to show a key, and there are none. */
  readonly accounts?: Accounts;
  /** Without it the node has no webhooks. */
  readonly webhooks?: WebhookBook;
  /** Without it the node has no plugins. */
  readonly plugins?: PluginBook;
  /** Without it the node registers with no lookupd. */
  readonly lookupds?: LookupdBook;
  /** Serve the paths of 0.4; asked with each request. Default true. */
  readonly oldApi?: boolean;
  /** Those who follow output and come back. Default: nobody is waited for. */
  readonly followers?: Followers;
  /** Tells of processes what only 0.4 told. Default: nothing. */
  readonly lookAt?: LookAt;
  /** Requests wait for it. Default: nothing to wait for. */
  readonly ready?: Promise<unknown>;
  /** Takes note of every answer. */
  readonly log?: (entry: AccessEntry) => void;
  /** Takes note of what should not happen, and of what fails after it was answered. */
  readonly warn?: (message: string, error: unknown) => void;
}

/** A node's API, to be put behind as many listening servers as one likes. */
export interface Api {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Takes requests for a WebSocket. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Ends the feeds and the channels. */
  close(): Promise<void>;
}

/** How large a request's body may be. */
const BODY_LIMIT = 1024 * 1024;

/** Bodies are checked by {@link RequestBodies}: Fastify need not load what it would do so with, 10 MB of it. */
const NO_COMPILERS = { buildValidator: (() => () => () => true) as never, buildSerializer: (() => () => JSON.stringify) as never };

/** Longer than anything that fits into the first line of a request. */
const MAX_PARAM_LENGTH = 64 * 1024;

/** Builds the API of a node; it does not listen. */
export async function buildApi(node: GafferNode, options: ApiOptions): Promise<Api> {
  const server = new ApiServer(node, options);
  await server.prepare();
  return {
    handle: (request, response) => server.handle(request, response),
    upgrade: (request, socket, head) => server.upgrade(request, socket, head),
    close: () => server.close(),
  };
}

class ApiServer {
  readonly #app: FastifyInstance;
  readonly #node: GafferNode;
  readonly #options: ApiOptions;
  readonly #calls: CallReader;
  readonly #headers: AnswerHeaders;
  readonly #feeds = new Feeds();
  readonly #metrics: Metrics;
  readonly #door: Doorkeeper;
  readonly #channels: ChannelEntry;
  readonly #plugins: PluginGate;
  readonly #recent = new RecentAnswers();
  readonly #unsubscribe: () => void;
  readonly #ready: Promise<void>;
  #isReady = false;

  constructor(node: GafferNode, options: ApiOptions) {
    this.#node = node;
    this.#options = options;
    this.#headers = new AnswerHeaders(options);
    this.#unsubscribe = node.onEvent(({ seq }) => {
      this.#headers.seq = seq;
    });
    this.#ready = Promise.resolve(options.ready).then(() => {
      this.#isReady = true;
    });
    const app = fastify({
      bodyLimit: BODY_LIMIT,
      routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
      exposeHeadRoutes: false,
      schemaController: { compilersFactory: NO_COMPILERS },
      return503OnClosing: false,
      frameworkErrors: (error, request, reply) => void this.#fail(error, request, reply),
    });
    this.#app = app;
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    // a hook that answers with a promise costs each request a fifth of its time
    app.addHook('onRequest', (request, reply, done) => this.#admit(request, reply, done));
    app.addHook('onSend', (request, reply, payload, done) => done(null, onlyNews(request, this.#headers.put(request, reply), payload)));
    app.setErrorHandler((error, request, reply) => this.#fail(error, request, reply));
    const { version, webhooks, accounts, plugins, lookupds, lookAt } = options;
    this.#door = new Doorkeeper(accounts);
    this.#calls = new CallReader({ node, door: this.#door, followers: options.followers, warn: (message, error) => options.warn?.(message, error) });
    this.#channels = new ChannelEntry(node, this.#door, options);
    this.#metrics = new Metrics({
      node,
      version,
      feeds: () => this.#feeds.counts,
      channels: () => this.#channels.counts(),
      webhooks: () => webhooks?.list() ?? [],
    });
    this.#plugins = new PluginGate({ node, door: this.#door, plugins });
    const metrics = (): Promise<string> => this.#metrics.text();
    const hasOldApi = (): boolean => options.oldApi !== false;
    const paths = allOperations({ version, webhooks, accounts, plugins, lookupds, lookAt, metrics, hasOldApi });
    addRoutes(app, paths, { hasOldApi, answer: async (operation, request, reply) => await this.#answer(operation, request, reply) });
    addPluginRoutes(app, async (request, reply) => await this.#askPlugin(request, reply));
  }

  /** Gets ready, and learns which was the last event so far. */
  async prepare(): Promise<void> {
    await this.#app.ready();
    await this.#metrics.begin();
    const entries = await this.#node.recentLog({}, Number.MAX_SAFE_INTEGER);
    this.#headers.seq = entries.reduce((last, entry) => (entry.kind === 'event' ? Math.max(last, entry.event.seq) : last), this.#headers.seq);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    if (this.#options.log !== undefined) {
      noteAnswer(request, response, this.#options.log);
    }
    if (isChannelPath(request.url)) {
      void this.#channels.request(request, response);
    } else {
      this.#app.routing(request, response);
    }
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    void this.#channels.upgrade(request, socket, head);
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#metrics.end();
    this.#door.close();
    this.#feeds.close();
    await this.#channels.close();
    await this.#app.close();
  }

  async #answer(operation: Operation, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { status, type = 'application/json' } = operation.success;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const isKept = isRead && operation.isRepeatable === true;
    if (isRead) {
      void reply.header(SEQ_HEADER, String(this.#headers.seq)); // what happens while the answer is made may be in it or not
    }
    const call = await this.#calls.read(operation, request);
    const { caller } = call;
    const question = caller.keyId === undefined ? request.url : `${caller.keyId} ${request.url}`; // not everybody is told everything
    const moment = this.#recent.moment(this.#headers.seq);
    const ready = isKept ? this.#recent.find(question, moment) : undefined;
    if (ready !== undefined) {
      return reply.header('content-type', contentType(type)).header('etag', ready.etag).send(ready.text);
    }
    const answer = await this.#ask(operation, call, isRead);
    if ('json' in answer && isKept) {
      const { text, etag } = this.#recent.keep(question, moment, JSON.stringify(answer.json));
      return reply.header('content-type', contentType(type)).header('etag', etag).send(text);
    }
    if ('json' in answer) {
      return reply
        .code(answer.status ?? status)
        .headers(answer.headers ?? {})
        .header('content-type', contentType(type))
        .send(JSON.stringify(answer.json));
    }
    if ('open' in answer) {
      return await this.#open(answer, { status, type, caller }, request, reply);
    }
    return reply.header('content-type', contentType(type)).send('text' in answer ? answer.text : Buffer.from(answer.bytes));
  }

  /** A plugin may change whatever it likes. */
  async #askPlugin(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      return await this.#plugins.answer(request, reply);
    } finally {
      this.#recent.change();
    }
  }

  /** Begins what goes on; of HEAD only the head is answered. */
  async #open(
    answer: FeedAnswer,
    success: { status: number; type: string; caller: Caller },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const isHead = request.method === 'HEAD';
    const { feed, headers } = isHead ? {} : await answer.open();
    const type = contentType(answer.type ?? success.type);
    reply.hijack();
    reply.raw.writeHead(success.status, { ...this.#headers.of(request, reply), 'content-type': type, ...FEED_HEADERS, ...headers });
    if (feed === undefined) {
      reply.raw.end();
    } else {
      reply.raw.flushHeaders();
      this.#begin(feed, success.caller, request, reply);
    }
    return reply;
  }

  /** What is not only read may change what is answered: from its beginning, and until it is over. */
  async #ask(operation: Operation, call: Call, isRead: boolean): Promise<Answer> {
    if (isRead) {
      return await operation.answer(call);
    }
    try {
      return await operation.answer(call);
    } finally {
      this.#recent.change();
    }
  }

  #begin(feed: Feed, caller: Caller, request: FastifyRequest, reply: FastifyReply): void {
    const leave = this.#door.watch(caller, () => reply.raw.destroy());
    reply.raw.once('close', leave);
    try {
      this.#feeds.begin(reply.raw, feed);
    } catch (error) {
      this.#options.warn?.(`${request.method} ${shownUrl(request.url)} failed`, error);
      reply.raw.destroy(); // it has begun as if all were well
    }
  }

  #admit(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    const refused = refusalOf(request.raw, this.#options);
    if (refused !== undefined) {
      reply.code(403).send(frameworkErrorBody(403, refused));
      return;
    }
    if (this.#options.oldApi === false && isOldRoute(request.routeOptions)) {
      reply.code(404).send(frameworkErrorBody(404, SWITCHED_OFF));
      return;
    }
    try {
      if (isPluginRequest(request)) {
        this.#plugins.expectKey(request);
      } else {
        this.#calls.expectKey(request);
      }
    } catch (error) {
      done(error as Error);
      return;
    }
    if (request.headers['content-type'] !== undefined) {
      request.raw.headers['content-type'] = 'application/octet-stream'; // what a body is, the operation knows
    }
    if (this.#isReady) {
      done();
    } else {
      void this.#ready.then(() => done());
    }
  }

  #fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const body = failureBody(error, operationOf(request.routeOptions)?.hasOldErrors);
    if (body.errno === 500 && !(error instanceof GafferError)) {
      this.#options.warn?.(`${request.method} ${shownUrl(request.url)} failed`, error);
    }
    return reply.code(body.errno).headers(this.#headers.of(request, reply)).type('application/json; charset=utf-8').send(JSON.stringify(body));
  }
}

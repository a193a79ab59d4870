import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Accounts } from '../access/book.ts';
import { Doorkeeper } from '../api/access/doorkeeper.ts';
import { type AccessEntry, noteAnswer, noteChannel, shownUrl } from '../api/access-log.ts';
import { refuseUpgrade } from '../api/channels/upgrade-answer.ts';
import { corsHeaders } from '../api/cors.ts';
import { sendError } from '../api/error-answer.ts';
import { failureBody, frameworkErrorBody } from '../api/error-body.ts';
import { onlyNews } from '../api/etag.ts';
import { type GuardOptions, isAllowedOrigin, refusalOf } from '../api/guard.ts';
import type { Api } from '../api/server.ts';
import { GafferError } from '../errors.ts';
import { isNodePath, LookupChannels } from './lookup-channels.ts';
import { NodeConnections } from './node-connections.ts';
import type { LookupRoute } from './route.ts';
import { isRoutePath, LOOKUP_ROUTES } from './routes.ts';
import type { TopologyStore } from './store.ts';
import { Watchers } from './watchers.ts';

/** What a lookupd is served with. */
export interface LookupApiOptions extends GuardOptions {
  readonly store: TopologyStore;
  readonly version: string;
  /** Without it nobody has to show a key. */
  readonly accounts?: Accounts;
  /** How often nodes are asked whether they are there. A node that shows nothing of itself for twice as long is forgotten. */
  readonly heartbeatMs: number;
  /** Takes note of every answer. */
  readonly onAnswer?: (entry: AccessEntry) => void;
  readonly log: (line: string) => void;
  readonly warn: (message: string, error: unknown) => void;
}

const METHODS = ['GET', 'HEAD', 'OPTIONS'];
const ALLOW = METHODS.join(', ');

/** The API of a lookupd, to be put behind as many listening servers as one likes. */
export class LookupApi implements Api {
  readonly #options: LookupApiOptions;
  readonly #app: FastifyInstance;
  readonly #door: Doorkeeper;
  readonly #nodes: NodeConnections;
  readonly #watchers: Watchers;
  readonly #channels: LookupChannels;
  readonly #unsubscribe: () => void;

  private constructor(options: LookupApiOptions) {
    const { store, accounts, log, warn } = options;
    this.#options = options;
    this.#door = new Doorkeeper(accounts);
    this.#watchers = new Watchers(this.#door);
    this.#nodes = new NodeConnections({ store, door: this.#door, onEvents: (events) => this.#watchers.tell(events), log });
    this.#channels = new LookupChannels(
      {
        nodes: this.#nodes,
        watchers: this.#watchers,
        door: this.#door,
        allowedOrigins: options.allowedOrigins,
        warn: (message) => warn(message, undefined),
      },
      options.heartbeatMs,
    );
    this.#unsubscribe = store.onEvents((events) => this.#watchers.tell(events));
    this.#app = this.#build();
  }

  static async open(options: LookupApiOptions): Promise<LookupApi> {
    const api = new LookupApi(options);
    await api.#app.ready();
    return api;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (this.#options.onAnswer !== undefined) {
      noteAnswer(request, response, this.#options.onAnswer);
    }
    if (!/^\/lookup([/?]|$)/.test(request.url ?? '')) {
      this.#app.routing(request, response);
      return;
    }
    const refused = refusalOf(request, this.#options);
    if (refused === undefined) {
      this.#channels.request(request, response);
    } else {
      sendError(response, frameworkErrorBody(403, refused));
    }
  };

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => undefined);
    if (this.#options.onAnswer !== undefined) {
      noteChannel(request, socket, this.#options.onAnswer);
    }
    const refused = refusalOf(request, this.#options);
    if (refused === undefined) {
      this.#channels.upgrade(request, socket, head);
    } else {
      refuseUpgrade(socket, frameworkErrorBody(403, refused));
    }
  };

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#channels.close();
    this.#door.close();
    await this.#app.close();
  }

  #build(): FastifyInstance {
    const app = fastify({
      frameworkErrors: (error, request, reply) => void this.#fail(error, request, reply),
      routerOptions: { maxParamLength: 64 * 1024 },
      exposeHeadRoutes: false,
      schemaController: {
        compilersFactory: { buildValidator: (() => () => () => true) as never, buildSerializer: (() => () => JSON.stringify) as never },
      },
      return503OnClosing: false,
    });
    app.addHook('onRequest', (request, reply, done) => {
      const refused = refusalOf(request.raw, this.#options);
      if (refused !== undefined) {
        reply.code(403).send(frameworkErrorBody(403, refused));
      } else if (request.is404) {
        refuse(request, reply); // before what is sent with it is read
      } else {
        done();
      }
    });
    app.addHook('onSend', (request, reply, payload, done) => done(null, onlyNews(request, this.#withCors(request, reply), payload)));
    app.setErrorHandler((error, request, reply) => this.#fail(error, request, reply));
    for (const route of LOOKUP_ROUTES) {
      const url = route.path.replaceAll(/:(\w+)/g, ':$1(^[^]+$)'); // without an expression the router takes an empty part for a name
      app.route({ method: ['GET', 'HEAD'], url, handler: async (request, reply) => await this.#answer(route, request, reply) });
      app.route({ method: 'OPTIONS', url, handler: async (_request, reply) => await reply.code(204).header('allow', ALLOW).send() });
    }
    app.setNotFoundHandler(refuse);
    return app;
  }

  async #answer(route: LookupRoute, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (route.isPublic !== true) {
      this.#door.admit(request.headers).expect({ kind: 'right', right: 'read', target: { kind: 'all' } });
    }
    const { store, version } = this.#options;
    const answer = route.answer({
      topology: store.topology,
      unknownNodes: this.#nodes.unknown,
      version,
      params: request.params as Record<string, string>,
      query: lastOfEach(request.query as Record<string, string | string[]>),
    });
    return typeof answer === 'string'
      ? await reply.header('content-type', 'text/html; charset=UTF-8').send(answer)
      : await reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(answer));
  }

  #withCors(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { origin } = request.headers;
    const { allowedOrigins } = this.#options;
    const isOpen = allowedOrigins === '*' || (origin !== undefined && isAllowedOrigin(origin, allowedOrigins));
    return isOpen ? reply.headers(corsHeaders(origin)) : reply;
  }

  #fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const body = failureBody(error, true);
    if (body.errno === 500 && !(error instanceof GafferError)) {
      this.#options.warn(`${request.method} ${shownUrl(request.url)} failed`, error);
    }
    return this.#withCors(request, reply).code(body.errno).type('application/json; charset=utf-8').send(JSON.stringify(body));
  }
}

/** Says what is wrong with a request that fits no route. */
function refuse({ url }: FastifyRequest, reply: FastifyReply): void {
  const [path = ''] = url.split('?');
  if (isNodePath(path)) {
    reply.code(400).send(frameworkErrorBody(400, 'expected a WebSocket: a GET with "Upgrade: websocket"'));
  } else if (isRoutePath(path)) {
    reply
      .code(405)
      .header('allow', ALLOW)
      .send(frameworkErrorBody(405, `this path knows ${ALLOW}`));
  } else {
    reply.code(404).send(frameworkErrorBody(404, `there is nothing at ${shownUrl(path)}; ${PATHS}`));
  }
}

const PATHS = `there are ${LOOKUP_ROUTES.map(({ path }) => path).join(', ')}, and WebSockets at /ws and /lookup/websocket`;

function lastOfEach(query: Readonly<Record<string, string | readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : (value.at(-1) ?? '')]));
}

import { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { needOf } from '../../access/need-word.ts';
import { NOTHING } from '../../access/permissions.ts';
import { GafferError } from '../../errors.ts';
import { parseJobName } from '../../job/name.ts';
import type { GafferNode } from '../../job/node.ts';
import { findRoute, type Route } from '../../plugin/route-path.ts';
import { Caller } from '../access/caller.ts';
import type { Doorkeeper } from '../access/doorkeeper.ts';
import { frameworkErrorBody } from '../error-body.ts';
import type { PluginBook } from './plugin-book.ts';
import { sendSiteFile } from './site.ts';

/** What stands before the names of plugins in a path. */
const PLUGIN_PATH = '/_plugin/:name/*';

/** The methods of requests for plugins. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Whether a request is for a plugin, as far as that can be told at once: other spellings of the path are looked at when they are answered. */
export function isPluginRequest({ url }: FastifyRequest): boolean {
  return url.startsWith('/_plugin/');
}

/** Routes requests for plugins. */
export function addPluginRoutes(app: FastifyInstance, answer: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>): void {
  app.route({ method: METHODS, url: PLUGIN_PATH, handler: async (request, reply) => await answer(request, reply) });
  app.route({
    method: METHODS,
    url: '/_plugin/:name',
    handler: ({ params }) => {
      const { name = '' } = params as Readonly<Record<string, string>>;
      throw new GafferError('plugin_not_found', `there is nothing at /_plugin/${name}; with a slash at its end it is a plugin`);
    },
  });
}

/** What the gate needs. */
export interface PluginGateOptions {
  readonly node: GafferNode;
  readonly door: Doorkeeper;
  /** Without them there are none. */
  readonly plugins: PluginBook | undefined;
}

/** Statuses of answers without a body. */
const BODILESS: readonly number[] = [204, 205, 304];

/** What a plugin must not learn: the sender's key is his. */
const SECRET_HEADERS: readonly string[] = ['authorization', 'x-api-key', 'proxy-authorization'];

/** What is between two ends of a connection, and what gafferd says itself. */
const OWN_HEADERS: readonly string[] = [
  ...['connection', 'keep-alive', 'proxy-authenticate', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'content-length', 'date'],
  ...['x-gaffer-seq', 'x-gaffer-run'],
];

/** Somebody without a key, where one is asked for. */
const NOBODY = new Caller({ keyId: 'nobody', chain: [NOTHING] });

/** Passes requests for `/_plugin/NAME/…` on to the routes of plugins, if who sends them may; all others are for files. */
export class PluginGate {
  readonly #options: PluginGateOptions;

  constructor(options: PluginGateOptions) {
    this.#options = options;
  }

  /** Refuses who has no key, before what he sends is read. @throws GafferError `unauthorized`, `forbidden` */
  expectKey(request: FastifyRequest): void {
    const found = this.#find(request);
    if ('route' in found && found.route.need !== 'public') {
      this.#options.door.admit(request.headers);
    }
  }

  /** Answers a request. @throws GafferError */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { plugins } = this.#options;
    const { name, path } = placeOf(request);
    if (plugins?.has(name) !== true) {
      throw new GafferError('plugin_not_found', `there is no plugin "${name}"; GET /plugins tells which there are`);
    }
    const found = this.#find(request);
    if ('route' in found) {
      return await this.#ask(plugins, found, request, reply);
    }
    const site = plugins.siteOf(name);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (plugins.isDown(name) && (site === undefined || !isRead)) {
      throw new GafferError('plugin_unavailable', `the plugin "${name}" does not run; GET /plugins tells more`);
    }
    if (site !== undefined && isRead) {
      return await sendSiteFile({ name, folder: site, path }, request, reply);
    }
    const methods = [...new Set([...found.allow, ...(site === undefined ? [] : ['GET', 'HEAD'])])];
    if (methods.length > 0 && request.method === 'OPTIONS') {
      return await allow(reply, methods);
    }
    if (methods.length > 0) {
      const allowed = [...methods, 'OPTIONS'].join(', ');
      return await reply
        .code(405)
        .header('allow', allowed)
        .send(frameworkErrorBody(405, `this path knows ${allowed}`));
    }
    throw new GafferError('plugin_not_found', `the plugin "${name}" has nothing at ${path}`);
  }

  #find(request: FastifyRequest): ReturnType<typeof findRoute<Route>> {
    const { name, path } = placeOf(request);
    return findRoute(this.#options.plugins?.routesOf(name) ?? [], request.method, path);
  }

  async #ask(
    plugins: PluginBook,
    { route, params }: { readonly route: Route; readonly params: Readonly<Record<string, string>> },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { door } = this.#options;
    const caller = this.#callerOf(route, request);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const decoded = decodedParams(params);
    await this.#expectNeed(route, decoded, caller);
    if (gone.signal.aborted || reply.raw.destroyed) {
      return reply.hijack(); // nobody is there any more
    }
    if (route.need !== 'public') {
      reply.raw.once(
        'close',
        door.watch(caller, () => reply.raw.destroy()),
      );
    }
    const answer = await plugins.ask(placeOf(request).name, route, {
      method: request.method,
      url: urlOf(request),
      headers: headersOf(request),
      body: request.body === undefined ? undefined : new Uint8Array(request.body as Buffer), // of a buffer that is shared all would be passed on
      params: decoded,
      caller,
      from: request.raw.socket.remoteAddress,
      signal: gone.signal,
    });
    for (const [header, value] of answer.headers.filter(([header]) => !OWN_HEADERS.includes(header))) {
      void reply.header(header, value); // that of cookies is there once for each
    }
    const isBodiless = request.method === 'HEAD' || BODILESS.includes(answer.status);
    return await reply.code(answer.status).send(isBodiless ? undefined : Readable.from(answer.body, { objectMode: false }));
  }

  /** Who asks. Where everybody may, and whoever asks shows no key that is known, it is nobody: the node refuses him everything. */
  #callerOf({ need }: Route, { headers }: FastifyRequest): Caller {
    try {
      return this.#options.door.admit(headers);
    } catch (error) {
      if (need === 'public') {
        return NOBODY;
      }
      throw error;
    }
  }

  /** @throws GafferError `forbidden`, or what is wrong with the target */
  async #expectNeed({ need }: Route, params: Readonly<Record<string, string>>, caller: Caller): Promise<void> {
    if (caller.holder === undefined || need === 'public') {
      return;
    }
    const { session = '', job = '', pid = '' } = params;
    caller.expect(
      await needOf(need, {
        session: () => session,
        job: () => ({ session, job }),
        jobOfProcess: async () => parseJobName((await this.#options.node.processInfo(expectPid(pid))).name),
      }),
    );
  }
}

/** Whatever else could be read as a number, the plugin might read as another one. @throws GafferError `process_not_found` */
function expectPid(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new GafferError('process_not_found', `there is no process ${JSON.stringify(text)}; a pid is a number`);
  }
  return Number(text);
}

async function allow(reply: FastifyReply, methods: readonly string[]): Promise<FastifyReply> {
  return await reply
    .code(204)
    .header('allow', [...methods, 'OPTIONS'].join(', '))
    .send();
}

/** The plugin, and what stands behind its name as it was sent. */
function placeOf({ params, url }: FastifyRequest): { readonly name: string; readonly path: string } {
  const { name = '' } = params as Readonly<Record<string, string>>;
  const [path = ''] = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split('?');
  return { name, path: `/${path.split('/').slice(3).join('/')}` };
}

/** @throws GafferError `bad_request` for what is no UTF-8 */
function decodedParams(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(Object.entries(params).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch (error) {
    throw new GafferError('bad_request', 'expected a path in UTF-8', { cause: error });
  }
}

function urlOf({ raw, headers, url }: FastifyRequest): string {
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const origin = `${raw.socket instanceof TLSSocket ? 'https' : 'http'}://${headers.host ?? 'localhost'}`;
  const found = URL.canParse(path, origin) ? new URL(path, origin) : undefined;
  // no Request is made of an address with a user in it
  return found === undefined || found.username !== '' || found.password !== '' ? `http://localhost${path}` : found.href;
}

function headersOf({ raw }: FastifyRequest): readonly (readonly [string, string])[] {
  const { rawHeaders } = raw;
  const pairs = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ''] as const] : []));
  return pairs.filter(([name]) => !SECRET_HEADERS.includes(name));
}

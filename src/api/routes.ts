import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { allowOf, KnownPaths } from './known-paths.ts';
import { isOldPath } from './old/old-paths.ts';
import type { Operation, Paths } from './operation.ts';

/** Answers a request for an operation. */
export type AnswerOperation = (operation: Operation, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** What routes are added with. */
export interface RouteOptions {
  readonly answer: AnswerOperation;
  /** Whether the paths of 0.4 are served, now. */
  readonly hasOldApi: () => boolean;
}

/** Whether a request is for a path of 0.4. */
export function isOldRoute({ config }: FastifyRequest['routeOptions']): boolean {
  return (config as { readonly isOld?: boolean }).isOld === true;
}

/** Routes every path of an API, and says what is wrong with requests that fit none. */
export function addRoutes(app: FastifyInstance, paths: Paths, { answer, hasOldApi }: RouteOptions): void {
  const known = new KnownPaths(paths);
  for (const [path, methods] of Object.entries(paths)) {
    // without an expression the router takes an empty part for a name
    const url = path.replaceAll(/:(\w+)/g, (_, name: string) => (name === 'pid' ? ':pid(^\\d+$)' : `:${name}(^[^]+$)`));
    const isOld = isOldPath(path);
    for (const [method, operation] of Object.entries(methods)) {
      app.route({
        method: method === 'GET' ? ['GET', 'HEAD'] : method,
        url,
        config: { operation, isOld },
        handler: (request, reply) => answer(operation, request, reply),
      });
    }
    app.route({
      method: 'OPTIONS',
      url,
      config: { isOld },
      handler: async (_request, reply) => await reply.code(204).header('allow', allowOf(methods)).send(),
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const { body, allow } = known.nothingAt(request.url, hasOldApi());
    return reply
      .code(body.errno)
      .headers(allow === undefined ? {} : { allow })
      .send(body);
  });
}

import type { GuardOptions } from '../api/guard.ts';
import { type Api, type ApiOptions, buildApi } from '../api/server.ts';
import { GafferError, messageOf } from '../errors.ts';
import type { GafferNode } from '../job/node.ts';
import type { Log } from './log.ts';

/** What gafferd's API is made of; what can change while it runs is asked each time. */
export interface DaemonApiOptions
  extends Pick<ApiOptions, 'version' | 'accounts' | 'webhooks' | 'plugins' | 'lookupds' | 'ready' | 'lookAt' | 'followers'> {
  readonly log: Log;
  readonly guard: () => GuardOptions;
  readonly hasOldApi: () => boolean;
}

/** Builds gafferd's API: every answer, and what fails, stands in the log. */
export async function buildDaemonApi(node: GafferNode, { log, guard, hasOldApi, ...options }: DaemonApiOptions): Promise<Api> {
  return await buildApi(node, {
    ...options,
    get oldApi() {
      return hasOldApi();
    },
    get allowedHosts() {
      return guard().allowedHosts;
    },
    get allowedOrigins() {
      return guard().allowedOrigins;
    },
    log: ({ method, url, status, ms, address = 'unix' }) =>
      log.often(`${address} "${method} ${url}" ${status} ${ms.toFixed(1)}ms`, { method, url, status, ms, address }),
    warn: (message, error) => log.error(`${message}: ${textOf(error)}`),
  });
}

/** What is expected in one line; what is a mistake of gafferd's own with where it was made. */
function textOf(error: unknown): string {
  return error instanceof Error && !(error instanceof GafferError) ? (error.stack ?? error.message) : messageOf(error);
}

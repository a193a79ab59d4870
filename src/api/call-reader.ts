import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import type { GafferNode } from '../job/node.ts';
import { FOLLOWER_HEADER } from '../protocol/follower-header.ts';
import { needOfCall } from './access/call-need.ts';
import { ANYBODY } from './access/caller.ts';
import type { Doorkeeper } from './access/doorkeeper.ts';
import { shownUrl } from './access-log.ts';
import { type Followers, PASSING } from './followers.ts';
import type { Call, Operation } from './operation.ts';
import { queryOf } from './params.ts';
import { RequestBodies } from './request-body.ts';

/** What calls are read with. */
export interface CallReaderOptions {
  readonly node: GafferNode;
  readonly door: Doorkeeper;
  readonly followers?: Followers | undefined;
  /** Takes note of what fails after it was answered. */
  readonly warn: (message: string, error: unknown) => void;
}

/** Makes a call of a request, if whoever sends it may ask that. */
export class CallReader {
  readonly #options: CallReaderOptions;
  readonly #bodies = new RequestBodies();

  constructor(options: CallReaderOptions) {
    this.#options = options;
  }

  /** Refuses who has no key, before what he sends is read. @throws GafferError `unauthorized`, `forbidden` */
  expectKey({ headers, method, routeOptions }: FastifyRequest): void {
    const operation = operationOf(routeOptions);
    if (operation !== undefined && operation.need !== 'public' && method !== 'OPTIONS') {
      this.#options.door.admit(headers);
    }
  }

  /** Reads a request of somebody who may ask that. The body of others is not even looked at. @throws GafferError */
  async read(operation: Operation, request: FastifyRequest): Promise<Call> {
    const { node, door, followers, warn } = this.#options;
    const { headers, raw } = request;
    const follower = headers[FOLLOWER_HEADER] as string | undefined;
    const caller = operation.need === 'public' ? ANYBODY : door.admit(headers);
    const call: Call = {
      node,
      caller,
      from: raw.socket.remoteAddress,
      isHead: request.method === 'HEAD',
      authorization: headers.authorization,
      origin: `${raw.socket instanceof TLSSocket ? 'https' : 'http'}://${headers.host ?? 'localhost'}`,
      params: request.params as Record<string, string>,
      query: queryOf(operation, request.query as Record<string, string | string[]>),
      body: undefined,
      accept: headers.accept ?? '',
      lastEventId: headers['last-event-id'] as string | undefined,
      follows: (selection) => (follower === undefined ? undefined : followers?.came(follower, selection)) ?? PASSING,
      failedLater: (error) => warn(`${request.method} ${shownUrl(request.url)} failed after it was answered`, error),
    };
    if (caller.holder !== undefined) {
      caller.expect(await needOfCall(operation, call));
    }
    return { ...call, body: this.#bodies.read(operation.body, request.body as Buffer | undefined) };
  }
}

/** What a request is for; undefined where there is no such path. */
export function operationOf({ config }: FastifyRequest['routeOptions']): Operation | undefined {
  return (config as { readonly operation?: Operation }).operation;
}

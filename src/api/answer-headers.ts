import type { FastifyReply, FastifyRequest } from 'fastify';
import { corsHeaders } from './cors.ts';
import { type GuardOptions, isAllowedOrigin } from './guard.ts';
import { SEQ_HEADER } from './operation.ts';

/** What every answer says beside what was asked: which was the last event before it, and to which pages it may be told. */
export class AnswerHeaders {
  /** The number of the node's last event. */
  seq = 0;
  readonly #guard: Pick<GuardOptions, 'allowedOrigins'>;

  /** @param guard is asked with each answer */
  constructor(guard: Pick<GuardOptions, 'allowedOrigins'>) {
    this.#guard = guard;
  }

  /** Puts them into an answer; one that says which was the last event before it keeps that. */
  put(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const isPlain = request.headers.origin === undefined && this.#guard.allowedOrigins !== '*';
    if (!isPlain) {
      return reply.headers(this.of(request, reply));
    }
    return reply.hasHeader(SEQ_HEADER) ? reply : reply.header(SEQ_HEADER, String(this.seq));
  }

  /** The headers for an answer. */
  of(request: FastifyRequest, reply: FastifyReply): Readonly<Record<string, string>> {
    const { origin } = request.headers;
    const { allowedOrigins } = this.#guard;
    const isOpen = allowedOrigins === '*' || (origin !== undefined && isAllowedOrigin(origin, allowedOrigins));
    const seq = (reply.getHeader(SEQ_HEADER) as string | undefined) ?? String(this.seq);
    return { [SEQ_HEADER]: seq, ...(isOpen && corsHeaders(origin, request.routeOptions.url === '/auth')) };
  }
}

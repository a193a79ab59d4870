import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Gives an answer a name, the same for the same bytes; a reader who has got these before gets the name only. */
export function onlyNews(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || reply.statusCode !== 200 || (typeof payload !== 'string' && !Buffer.isBuffer(payload))) {
    return payload;
  }
  const etag = (reply.getHeader('etag') as string | undefined) ?? `"${hash('sha1', payload, 'hex')}"`;
  void reply.header('etag', etag);
  if (isSameTag(request.headers['if-none-match'], etag)) {
    void reply.code(304).removeHeader('content-length').removeHeader('content-type');
    return null;
  }
  return payload;
}

/** Whether an `If-None-Match` header has the name; weak ones count, as the rules for this header say. */
function isSameTag(header: string | undefined, etag: string): boolean {
  return header !== undefined && header.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}

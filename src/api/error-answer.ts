import type { ServerResponse } from 'node:http';
import type { ErrorBody } from './error-body.ts';

/** Answers a request that no route has seen with a failure; one that is being answered already is broken off. */
export function sendError(response: ServerResponse, body: ErrorBody): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = body.errno;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}

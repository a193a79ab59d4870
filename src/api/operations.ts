import { FEED_OPERATIONS } from './feed-operations.ts';
import { JOB_OPERATIONS } from './job-operations.ts';
import { nodeOperations } from './node-operations.ts';
import { describeApi } from './openapi.ts';
import type { Paths } from './operation.ts';
import { PROCESS_OPERATIONS } from './process-operations.ts';
import { SESSION_OPERATIONS } from './session-operations.ts';
import { STATS_OPERATIONS } from './stats-operations.ts';
import { webhookOperations } from './webhook-operations.ts';
import type { WebhookBook } from './webhooks.ts';

/** Every operation of the API. @param version of the product @param webhooks without them the node has none */
export function allOperations(version: string, webhooks?: WebhookBook): Paths {
  const own: Paths = {
    ...nodeOperations(version),
    ...SESSION_OPERATIONS,
    ...JOB_OPERATIONS,
    ...PROCESS_OPERATIONS,
    ...FEED_OPERATIONS,
    ...STATS_OPERATIONS,
    ...webhookOperations(webhooks),
  };
  let description: unknown;
  const paths: Paths = {
    ...own,
    '/openapi.json': {
      GET: {
        id: 'describe',
        summary: 'This description',
        success: { status: 200, description: 'OpenAPI 3.1', schema: { type: 'object' } },
        answer: () => {
          description ??= describeApi(paths, version);
          return Promise.resolve({ json: description });
        },
      },
    },
  };
  return paths;
}

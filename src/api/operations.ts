import type { Accounts } from '../access/book.ts';
import type { LookAt } from '../job/process-look.ts';
import { keyOperations } from './access/key-operations.ts';
import { userOperations } from './access/user-operations.ts';
import { CHANNEL_OPERATIONS } from './channel-operations.ts';
import { EVENT_OPERATIONS } from './feeds/event-operations.ts';
import { LOG_OPERATIONS } from './feeds/log-operations.ts';
import { STREAM_OPERATIONS } from './feeds/stream-operations.ts';
import { JOB_OPERATIONS } from './job-operations.ts';
import type { LookupdBook } from './lookupd-book.ts';
import { lookupdOperations } from './lookupd-operations.ts';
import { metricsOperations } from './metrics/metrics-operation.ts';
import { nodeOperations } from './node-operations.ts';
import { oldOperations } from './old/old-operations.ts';
import { describeApi } from './openapi.ts';
import type { Paths } from './operation.ts';
import type { PluginBook } from './plugins/plugin-book.ts';
import { pluginOperations } from './plugins/plugin-operations.ts';
import { PROCESS_OPERATIONS } from './process-operations.ts';
import { SESSION_OPERATIONS } from './session-operations.ts';
import { STATS_OPERATIONS } from './stats-operations.ts';
import { webhookOperations } from './webhook-operations.ts';
import type { WebhookBook } from './webhooks.ts';

/** What operations need that is not of the node itself. */
export interface OperationParts {
  /** Of the product. */
  readonly version: string;
  /** Without them the node has none. */
  readonly webhooks?: WebhookBook | undefined;
  /** Without them the node has none. */
  readonly plugins?: PluginBook | undefined;
  /** Without them the node registers with none. */
  readonly lookupds?: LookupdBook | undefined;
  /** Without them nobody has a key. */
  readonly accounts?: Accounts | undefined;
  /** Everything that is measured, as Prometheus reads it. Default: nothing. */
  readonly metrics?: () => Promise<string>;
  /** Tells of processes what only 0.4 told. Default: nothing. */
  readonly lookAt?: LookAt | undefined;
  /** Whether the paths of 0.4 are served, now. Default: they are. */
  readonly hasOldApi?: () => boolean;
}

/** Every operation of the API. */
export function allOperations(parts: OperationParts): Paths {
  const { version, hasOldApi = () => true } = parts;
  const own = ownOperations(parts);
  const old = oldOperations(parts.lookAt ?? (() => undefined));
  const describe = (further: Paths): (() => unknown) => {
    let description: unknown;
    return () => {
      description ??= describeApi({ ...own, ...further, ...described }, version);
      return description;
    };
  };
  const [withOld, withoutOld] = [describe(old), describe({})];
  const described: Paths = {
    '/openapi.json': {
      GET: {
        id: 'describe',
        need: 'public',
        summary: 'This description',
        success: { status: 200, description: 'OpenAPI 3.1', schema: { type: 'object' } },
        answer: () => Promise.resolve({ json: hasOldApi() ? withOld() : withoutOld() }),
      },
    },
  };
  return { ...own, ...old, ...described };
}

function ownOperations({ version, webhooks, plugins, lookupds, accounts, metrics = () => Promise.resolve('') }: OperationParts): Paths {
  return {
    ...nodeOperations(version),
    ...SESSION_OPERATIONS,
    ...JOB_OPERATIONS,
    ...PROCESS_OPERATIONS,
    ...EVENT_OPERATIONS,
    ...LOG_OPERATIONS,
    ...STREAM_OPERATIONS,
    ...STATS_OPERATIONS,
    ...CHANNEL_OPERATIONS,
    ...webhookOperations(webhooks),
    ...pluginOperations(plugins),
    ...lookupdOperations(lookupds),
    ...metricsOperations(metrics),
    ...keyOperations(accounts),
    ...userOperations(accounts),
  };
}

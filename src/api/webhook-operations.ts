import { GafferError, messageOf } from '../errors.ts';
import type { JsonSchema } from '../job/settings.ts';
import { parseHookEvent } from '../protocol/hook-event.ts';
import { expectSecret } from '../protocol/hook-signature.ts';
import { parseHookUrl } from '../protocol/hook-url.ts';
import type { NewWebhook, WebhookInfo } from '../protocol/webhook.ts';
import { type Call, type JsonBody, OK, type Paths } from './operation.ts';
import { COUNT, FLAG, listOf, OK_ANSWER, object, TEXT } from './schemas.ts';
import type { WebhookBook } from './webhooks.ts';

const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

const WEBHOOK = object({
  id: TEXT,
  event: TEXT,
  url: TEXT,
  source: { enum: ['api', 'ini'] },
  has_secret: FLAG,
  sent: COUNT,
  failed: COUNT,
  dropped: COUNT,
  retried: COUNT,
  waiting: COUNT,
  last_status: orNull(COUNT),
  last_error: orNull(TEXT),
  last_error_time: orNull({ type: 'number' }),
  last_success_time: orNull({ type: 'number' }),
});

const EXAMPLE: WebhookInfo = {
  id: '5f3c9a01',
  event: 'job.shop',
  url: 'https://hooks.example/gaffer',
  source: 'api',
  has_secret: true,
  sent: 12,
  failed: 0,
  dropped: 0,
  retried: 1,
  waiting: 0,
  last_status: 200,
  last_error: 'it answered 503',
  last_error_time: 1_763_770_000.5,
  last_success_time: 1_763_770_001.7,
};

/** How the members of a new webhook are read. */
const READERS: Readonly<Record<keyof NewWebhook, (text: string) => unknown>> = { event: parseHookEvent, url: parseHookUrl, secret: expectSecret };

/** A webhook to be added. */
const NEW_WEBHOOK: JsonBody = {
  kind: 'json',
  schema: object({ event: TEXT, url: TEXT, secret: TEXT }, ['secret']),
  example: { event: 'job.shop', url: 'https://hooks.example/gaffer', secret: 'correct horse battery' },
  problems: (body) =>
    Object.entries(READERS).flatMap(([member, read]) => {
      const value = (body as Readonly<Record<string, unknown>> | null)?.[member];
      return typeof value === 'string' ? problemOf(member, () => read(value)) : [];
    }),
};

/** What can be done with webhooks. @param book without it there are none */
export function webhookOperations(book: WebhookBook | undefined): Paths {
  const known = (): WebhookBook => {
    if (book === undefined) {
      throw new GafferError(
        'webhook_not_found',
        'webhooks are sent by gafferd, and this node is a session of "gaffer start": ask a gafferd with --endpoint',
      );
    }
    return book;
  };
  return {
    '/webhooks': {
      GET: {
        id: 'webhooks',
        need: 'admin',
        summary: 'Every webhook, and what has become of its deliveries',
        success: {
          status: 200,
          description: 'those of the configuration first; secrets, users and passwords are not told',
          schema: object({ webhooks: listOf(WEBHOOK) }),
          example: { webhooks: [EXAMPLE] },
        },
        errors: ['webhook_not_found'],
        answer: async () => ({ json: { webhooks: known().list() } }),
      },
      POST: {
        id: 'addWebhook',
        need: 'admin',
        summary: 'Adds a webhook: its address is told of an event, of all below a name, or of every one (`.`)',
        body: NEW_WEBHOOK,
        success: { status: 201, description: 'it is kept', schema: object({ ok: { const: true }, id: TEXT }), example: { ...OK, id: '5f3c9a01' } },
        errors: ['webhook_not_found', 'webhook_exists'],
        answer: async ({ body }) => ({ json: { ...OK, id: known().add(body as NewWebhook) } }),
      },
    },
    '/webhooks/:id': {
      GET: {
        id: 'webhook',
        need: 'admin',
        summary: 'A webhook, and what has become of its deliveries',
        success: { status: 200, description: 'the webhook', schema: WEBHOOK, example: EXAMPLE },
        errors: ['webhook_not_found'],
        answer: async (call) => ({ json: known().find(idOf(call)) }),
      },
      DELETE: {
        id: 'removeWebhook',
        need: 'admin',
        summary: 'Removes a webhook that came over the API, and what waits for it',
        success: { status: 200, description: 'it is removed', schema: OK_ANSWER, example: OK },
        errors: ['webhook_not_found', 'webhook_in_file'],
        answer: async (call) => {
          known().remove(idOf(call));
          return { json: OK };
        },
      },
    },
    '/webhooks/:id/test': {
      POST: {
        id: 'testWebhook',
        need: 'admin',
        summary: 'Sends a webhook a message of the event `test`, behind what waits for it',
        success: { status: 202, description: 'it waits to be sent', schema: OK_ANSWER, example: OK },
        errors: ['webhook_not_found'],
        answer: async (call) => {
          known().test(idOf(call));
          return { json: OK };
        },
      },
    },
  };
}

function idOf({ params }: Call): string {
  return params['id'] ?? '';
}

function problemOf(member: string, read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    return [`${member}: ${messageOf(error)}`];
  }
}

import { webhookCommand } from '../webhook-deed.ts';

/** `gafferctl webhook:delete`. */
export const WebhookDelete = webhookCommand({
  summary: 'Remove a webhook',
  description: 'And what waits for it. One of the configuration has to be removed there. Needs +a (admin).',
  example: 'webhook:delete 5f3c9a01',
  act: (webhooks, id) => webhooks.remove(id),
});

/** `gafferctl webhook:test`. */
export const WebhookTest = webhookCommand({
  summary: 'Send a webhook a message of the event test',
  description: 'It is sent behind what waits; webhooks tells what has become of it. Needs +a (admin).',
  example: 'webhook:test 5f3c9a01',
  act: (webhooks, id) => webhooks.test(id),
});

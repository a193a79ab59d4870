import type { WebhookInfo } from '../../protocol/webhook.ts';
import { tableLines } from './table.ts';

/** Webhooks for people, a line each. */
export function webhookLines(webhooks: readonly WebhookInfo[]): readonly string[] {
  return tableLines(webhooks.map((webhook) => [webhook.id, webhook.event, webhook.url, notesOf(webhook), webhook.last_error ?? '']));
}

function notesOf({ source, has_secret, sent, failed, dropped, waiting }: WebhookInfo): string {
  const counts = Object.entries({ sent, failed, dropped, waiting }).filter(([word, count]) => count > 0 || word === 'sent');
  return [
    ...counts.map(([word, count]) => `${count} ${word}`),
    ...(has_secret ? ['signed'] : []),
    ...(source === 'ini' ? ['of the configuration'] : []),
  ].join(', ');
}

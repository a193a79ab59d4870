import type { RemoteWebhook } from '../../client/webhooks.ts';
import { tableLines } from './table.ts';

/** Webhooks for people, a line each. */
export function webhookLines(webhooks: readonly RemoteWebhook[]): readonly string[] {
  return tableLines(webhooks.map((webhook) => [webhook.id, webhook.event, webhook.url, notesOf(webhook), webhook.last_error ?? '']));
}

function notesOf({ source, has_secret, sent, failed, dropped, waiting }: RemoteWebhook): string {
  const counts = Object.entries({ sent, failed, dropped, waiting }).filter(([word, count]) => count > 0 || word === 'sent');
  return [
    ...counts.map(([word, count]) => `${count} ${word}`),
    ...(has_secret ? ['signed'] : []),
    ...(source === 'ini' ? ['of the configuration'] : []),
  ].join(', ');
}

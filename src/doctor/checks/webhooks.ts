import type { WebhookSettings } from '../../daemon/config/webhooks.ts';
import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';

const say = diagnosesOf('config');

/** Judges webhooks that go to other machines in the clear. */
export function checkWebhooks(webhooks: readonly Pick<WebhookSettings, 'event' | 'url' | 'secret' | 'place'>[]): readonly Diagnosis[] {
  return webhooks.flatMap(({ event, url, secret, place }) => {
    if (!isInClear(url)) {
      return [];
    }
    const { host } = new URL(url);
    return secret === undefined
      ? [
          say.warning(
            'webhook-in-clear',
            `${place}: "${event}" is told to ${host} so that everybody on the way can read and forge it`,
            'use https://, or at least a secret ([webhook:NAME])',
          ),
        ]
      : [say.advice('webhook-in-clear', `${place}: "${event}" is told to ${host} so that everybody on the way can read it`, 'use https://')];
  });
}

function isInClear(url: string): boolean {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  return protocol === 'http:' && hostname !== 'localhost' && hostname !== '[::1]' && !/^127\./.test(hostname);
}

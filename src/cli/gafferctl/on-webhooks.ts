import type { RemoteWebhooks } from '../../client/webhooks.ts';
import { type ConnectFlagValues, optionsAt } from './place.ts';

/** Does something with the webhooks of the node that the options mean, and closes the connection. @throws GafferError */
export async function onWebhooks<T>(flags: ConnectFlagValues, act: (webhooks: RemoteWebhooks) => Promise<T>): Promise<T> {
  const { RemoteWebhooks } = await import('../../client/webhooks.ts');
  const webhooks = new RemoteWebhooks(await optionsAt(flags));
  try {
    return await act(webhooks);
  } finally {
    webhooks.close();
  }
}

import type { NewWebhook, WebhookInfo } from '../protocol/webhook.ts';

/** The webhooks of a node. Methods that name one throw `webhook_not_found` when there is none. */
export interface WebhookBook {
  /** All of them, those of the configuration first. */
  list(): readonly WebhookInfo[];
  find(id: string): WebhookInfo;
  /** Adds one, and tells its id; it is kept when this returns. @throws GafferError `bad_request`, `webhook_exists`, `io_failed` */
  add(hook: NewWebhook): string;
  /** Removes one, and what waits for it. @throws GafferError `webhook_in_file` for one of the configuration, `io_failed` */
  remove(id: string): void;
  /** Sends one a message without an event. */
  test(id: string): void;
}

import type { WebhookBook } from '../../src/api/webhooks.ts';
import { GafferError } from '../../src/errors.ts';
import type { NewWebhook, WebhookInfo } from '../../src/protocol/webhook.ts';

const UNTOUCHED = { sent: 0, failed: 0, dropped: 0, retried: 0, waiting: 0, last_status: null, last_error: null };

/** A book of webhooks that sends nothing; one of a configuration is in it, `ini-1`. */
export class FakeWebhooks implements WebhookBook {
  readonly added: NewWebhook[] = [];
  readonly removed: string[] = [];
  readonly tested: string[] = [];
  readonly #hooks = new Map<string, WebhookInfo>();

  constructor() {
    this.#put('ini-1', { event: '.', url: 'http://hooks.example/' }, 'ini');
  }

  list(): readonly WebhookInfo[] {
    return [...this.#hooks.values()];
  }

  find(id: string): WebhookInfo {
    const hook = this.#hooks.get(id);
    if (hook === undefined) {
      throw new GafferError('webhook_not_found', `no webhook has the id "${id}"`);
    }
    return hook;
  }

  add(hook: NewWebhook): string {
    const id = `api-${this.added.push(hook)}`;
    this.#put(id, hook, 'api');
    return id;
  }

  remove(id: string): void {
    if (this.find(id).source === 'ini') {
      throw new GafferError('webhook_in_file', `the webhook ${id} is in the configuration`);
    }
    this.#hooks.delete(id);
    this.removed.push(id);
  }

  test(id: string): void {
    this.tested.push(this.find(id).id);
  }

  #put(id: string, { event, url, secret }: NewWebhook, source: WebhookInfo['source']): void {
    this.#hooks.set(id, { id, event, url, source, has_secret: secret !== undefined, ...UNTOUCHED, last_error_time: null, last_success_time: null });
  }
}

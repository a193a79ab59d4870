import type { NewWebhook, WebhookInfo } from '../protocol/webhook.ts';
import { parseEndpoint } from './endpoint.ts';
import { HttpClient } from './http.ts';
import { pathPart } from './path-part.ts';
import type { RemoteNodeOptions } from './remote-node.ts';

/** The webhooks of a gafferd, over HTTP. */
export class RemoteWebhooks {
  readonly #http: HttpClient;

  /** Nothing is connected before something is asked. @throws GafferError `bad_usage` for what is no endpoint */
  constructor(options: RemoteNodeOptions) {
    this.#http = new HttpClient({ ...options, endpoint: parseEndpoint(options.endpoint) });
  }

  /** Every webhook, those of the configuration first. */
  async list(): Promise<readonly WebhookInfo[]> {
    return (this.#http.valueOf(await this.#http.ask('GET', '/webhooks')) as { webhooks: WebhookInfo[] }).webhooks;
  }

  /** Adds one, and tells its id. @throws GafferError `webhook_exists`, `bad_request` for an event or an address that will not do */
  async add(request: NewWebhook): Promise<string> {
    return (this.#http.valueOf(await this.#http.ask('POST', '/webhooks', { json: request })) as { id: string }).id;
  }

  /** Removes one, and what waits for it. @throws GafferError `webhook_not_found`, `webhook_in_file` */
  async remove(id: string): Promise<void> {
    await this.#http.ask('DELETE', `/webhooks/${pathPart(id)}`);
  }

  /** Sends one a message of the event `test`. @throws GafferError `webhook_not_found` */
  async test(id: string): Promise<void> {
    await this.#http.ask('POST', `/webhooks/${pathPart(id)}/test`);
  }

  /** Closes every connection. */
  close(): void {
    this.#http.close();
  }
}

import { parseEndpoint } from './endpoint.ts';
import { HttpClient } from './http.ts';
import { pathPart } from './path-part.ts';
import type { RemoteNodeOptions } from './remote-node.ts';

/** A webhook as a node tells it: what it is told of, where, and what has become of that. */
export interface RemoteWebhook {
  readonly id: string;
  readonly event: string;
  readonly url: string;
  /** `ini` is one of the node's configuration. */
  readonly source: 'api' | 'ini';
  readonly has_secret: boolean;
  readonly sent: number;
  readonly failed: number;
  readonly dropped: number;
  readonly retried: number;
  readonly waiting: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

/** What a new webhook is to be. */
export interface RemoteWebhookRequest {
  readonly event: string;
  readonly url: string;
  /** Deliveries are signed with it. */
  readonly secret?: string | undefined;
}

/** The webhooks of a gafferd, over HTTP. */
export class RemoteWebhooks {
  readonly #http: HttpClient;

  /** Nothing is connected before something is asked. @throws GafferError `bad_usage` for what is no endpoint */
  constructor(options: RemoteNodeOptions) {
    this.#http = new HttpClient({ ...options, endpoint: parseEndpoint(options.endpoint) });
  }

  /** Every webhook, those of the configuration first. */
  async list(): Promise<readonly RemoteWebhook[]> {
    return (this.#http.valueOf(await this.#http.ask('GET', '/webhooks')) as { webhooks: RemoteWebhook[] }).webhooks;
  }

  /** Adds one, and tells its id. @throws GafferError `webhook_exists`, `bad_request` for an event or an address that will not do */
  async add(request: RemoteWebhookRequest): Promise<string> {
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

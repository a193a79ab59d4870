import { randomUUID } from 'node:crypto';
import type { ServerMessage } from './channel-client.ts';
import type { ApiAnswer, TestApi } from './test-api.ts';

/** A session of SockJS by hand: one request after the other. */
export class SockJsSession {
  readonly #api: Pick<TestApi, 'ask'>;
  /** `PREFIX/SERVER/SESSION` */
  readonly path: string;

  constructor(api: Pick<TestApi, 'ask'>, name: string = randomUUID(), prefix = '/channel') {
    this.#api = api;
    this.path = `${prefix}/000/${name}`;
  }

  /** Asks at one of its transports. */
  ask(
    transport: string,
    { method = 'POST', body = '', headers = {} }: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ): Promise<ApiAnswer> {
    return this.#api.ask(method, `${this.path}/${transport}`, { headers, ...(method === 'POST' && { body }) });
  }

  /** Opens it. */
  async open(): Promise<void> {
    const { text } = await this.ask('xhr');
    if (text !== 'o\n') {
      throw new Error(`expected an open frame, got ${text}`);
    }
  }

  /** Sends messages. */
  async send(...messages: readonly unknown[]): Promise<ApiAnswer> {
    return await this.ask('xhr_send', {
      body: JSON.stringify(messages.map((message) => (typeof message === 'string' ? message : JSON.stringify(message)))),
    });
  }

  /** Resolves with the next messages; of another frame with its text. */
  async poll(): Promise<readonly ServerMessage[] | string> {
    const { text } = await this.ask('xhr');
    return text.startsWith('a') ? (JSON.parse(text.slice(1)) as string[]).map((message) => JSON.parse(message) as ServerMessage) : text;
  }
}

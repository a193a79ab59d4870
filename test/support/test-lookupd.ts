import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { createApiServer } from '../../src/api/http-server.ts';
import { LookupApi } from '../../src/lookupd/lookup-api.ts';
import { MemoryStore } from '../../src/lookupd/store-memory.ts';

/** A lookupd in this process, and nodes that say what they are told to say. */
export class TestLookupd {
  readonly #api: LookupApi;
  readonly #store: MemoryStore;
  readonly #server: Server;
  readonly #nodes: WebSocket[] = [];

  static async open(): Promise<TestLookupd> {
    const store = new MemoryStore();
    const quiet = (): void => undefined;
    const api = await LookupApi.open({
      store,
      version: '1.2.3',
      heartbeatMs: 15_000,
      allowedHosts: [],
      allowedOrigins: [],
      log: quiet,
      warn: quiet,
    });
    const server = createApiServer(api);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TestLookupd(api, store, server);
  }

  private constructor(api: LookupApi, store: MemoryStore, server: Server) {
    this.#api = api;
    this.#store = store;
    this.#server = server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A node says who and where it is, and which jobs it has; resolves when that is known. */
  async register(name: string, origin: string, jobs: readonly string[]): Promise<void> {
    const node = new WebSocket(`${this.endpoint.replace('http', 'ws')}/ws`);
    this.#nodes.push(node);
    await once(node, 'open');
    const messages = [
      { type: 'IDENTIFY', name, origin, version: '0.1' },
      ...jobs.map((job_name) => ({ type: 'REGISTER_JOB', job_name })),
      { type: 'PING' },
    ];
    for (const [index, message] of messages.entries()) {
      node.send(JSON.stringify({ ...message, msgid: String(index) }));
      const [answer] = (await once(node, 'message')) as [Buffer];
      if ((JSON.parse(answer.toString()) as { readonly ok?: boolean }).ok !== true) {
        throw new Error(`the lookupd refused ${JSON.stringify(message)}: ${answer.toString()}`);
      }
    }
    await new Promise((resolve) => setImmediate(resolve)); // messages that come together are taken together
  }

  async close(): Promise<void> {
    for (const node of this.#nodes) {
      node.terminate();
    }
    await this.#api.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#store.close();
  }
}

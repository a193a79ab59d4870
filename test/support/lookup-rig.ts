import { once } from 'node:events';
import { type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createApiServer } from '../../src/api/http-server.ts';
import { LookupApi, type LookupApiOptions } from '../../src/lookupd/lookup-api.ts';
import { MemoryStore } from '../../src/lookupd/store-memory.ts';
import { ChannelClient } from './channel-client.ts';
import { NodeClient } from './node-client.ts';
import type { ApiAnswer, ApiQuestion } from './test-api.ts';

/** The server part of a lookupd, on a port of its own, for one test. */
export class LookupRig {
  readonly store = new MemoryStore();
  readonly log: string[] = [];
  readonly warnings: string[] = [];
  #api: LookupApi | undefined;
  #server: Server | undefined;

  private constructor() {
    // opened by a promise
  }

  /** Opens it; it is closed with the test. */
  static async open(options: Partial<LookupApiOptions> = {}): Promise<LookupRig> {
    const rig = new LookupRig();
    const api = await LookupApi.open({
      store: rig.store,
      version: '1.2.3',
      heartbeatMs: 15_000,
      allowedHosts: [],
      allowedOrigins: [],
      log: (line) => rig.log.push(line),
      warn: (message, error) => rig.warnings.push(`${message}: ${String(error)}`),
      ...options,
    });
    const server = createApiServer(api);
    rig.#api = api;
    rig.#server = server;
    onTestFinished(() => rig.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return rig;
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo).port;
  }

  /** Asks, and reads the whole answer. */
  ask(method: string, path: string, { body, headers = {} }: ApiQuestion = {}): Promise<ApiAnswer> {
    const sent = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const length = sent === undefined ? {} : { 'content-length': Buffer.byteLength(sent) };
    return new Promise((resolve, reject) => {
      const options = { port: this.port, host: '127.0.0.1', method, path, headers: { ...length, ...headers }, agent: false };
      const asked = request(options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('end', () => resolve(answerOf(answer.statusCode ?? 0, answer.headers, Buffer.concat(chunks))));
      });
      asked.on('error', reject);
      asked.end(sent);
    });
  }

  /** What is at a path. */
  async get(path: string): Promise<unknown> {
    return (await this.ask('GET', path)).json;
  }

  /** The names of the nodes that are known; null for those that have not said theirs. */
  async names(): Promise<readonly (string | null)[]> {
    const { nodes } = (await this.get('/nodes')) as { readonly nodes: readonly { readonly name: string | null }[] };
    return nodes.map(({ name }) => name);
  }

  /** Connects as a node. */
  async node(headers: Readonly<Record<string, string>> = {}): Promise<NodeClient> {
    return await NodeClient.open(this.port, { headers });
  }

  /** Follows what happens, over a raw WebSocket. */
  async watch(headers: Readonly<Record<string, string>> = {}): Promise<ChannelClient> {
    return await ChannelClient.open(this.port, '/lookup/websocket', headers);
  }

  /** Ends the API, and not its server. */
  async closeApi(): Promise<void> {
    await this.#api?.close();
  }

  async close(): Promise<void> {
    await this.#api?.close();
    this.#server?.closeAllConnections();
    this.#server?.close();
    await this.store.close();
  }
}

function answerOf(status: number, headers: IncomingHttpHeaders, bytes: Buffer): ApiAnswer {
  const text = bytes.toString();
  return {
    status,
    headers,
    bytes,
    text,
    json: headers['content-type']?.startsWith('application/json') === true && text !== '' ? JSON.parse(text) : undefined,
  };
}

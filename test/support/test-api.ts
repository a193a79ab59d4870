import { type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, test as plainTest } from 'vitest';
import type { AccessEntry } from '../../src/api/access-log.ts';
import { createApiServer } from '../../src/api/http-server.ts';
import { type Api, type ApiOptions, buildApi } from '../../src/api/server.ts';
import type { JobConfig } from '../../src/job/config.ts';
import type { GafferNode } from '../../src/job/node.ts';
import { Supervisor } from '../../src/supervisor/supervisor.ts';
import { ApiFeed } from './api-feed.ts';

/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** Undefined where it is no JSON. */
  readonly json: unknown;
}

/** What a test asks. */
export interface ApiQuestion {
  /** An object is sent as JSON. */
  readonly body?: string | Buffer | object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API of a supervisor of real processes, on a port of its own. */
export class TestApi {
  readonly supervisor: Supervisor;
  readonly access: AccessEntry[] = [];
  readonly warnings: string[] = [];
  /** The secret of the key that it is asked with. */
  key: string | undefined;
  readonly #server: Server;
  readonly #api: Api;
  readonly #followed: ApiFeed[] = [];

  private constructor(api: Api, supervisor: Supervisor) {
    this.#api = api;
    this.supervisor = supervisor;
    this.#server = createApiServer(api);
  }

  /** @param around what the API is given in place of the supervisor itself */
  static async open(options: Partial<ApiOptions> = {}, around: (node: GafferNode) => GafferNode = (node) => node): Promise<TestApi> {
    const supervisor = new Supervisor();
    const told: Pick<TestApi, 'access' | 'warnings'> = { access: [], warnings: [] };
    const api = await buildApi(around(supervisor), {
      version: '1.2.3',
      lookAt: (osPid) => supervisor.lookAt(osPid),
      allowedHosts: [],
      allowedOrigins: [],
      log: (entry) => told.access.push(entry),
      warn: (message, error) => told.warnings.push(`${message}: ${String(error)}`),
      ...options,
      get oldApi() {
        return options.oldApi !== false; // it can change
      },
    });
    const opened = Object.assign(new TestApi(api, supervisor), told);
    await new Promise<void>((resolve) => opened.#server.listen(0, '127.0.0.1', resolve));
    return opened;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Asks, and reads the whole answer. */
  ask(method: string, path: string, { body, headers = {} }: ApiQuestion = {}): Promise<ApiAnswer> {
    return new Promise((resolve, reject) => {
      const sent = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      const length = sent === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': Buffer.byteLength(sent) };
      const own = this.key === undefined || 'authorization' in headers ? {} : { 'x-api-key': this.key };
      const asked = request(
        { port: this.port, host: '127.0.0.1', method, path, headers: { ...length, ...own, ...headers }, agent: false },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            const bytes = Buffer.concat(chunks);
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes, text: bytes.toString(), json: parse(bytes.toString()) });
          });
        },
      );
      asked.on('error', reject);
      asked.end(sent);
    });
  }

  /** Asks for what goes on; resolves when the answer has begun. @param isRead false: only the head is read */
  async follow(path: string, isRead = true, headers: Readonly<Record<string, string>> = {}): Promise<ApiFeed> {
    const own = this.key === undefined ? {} : { 'x-api-key': this.key };
    const feed = await ApiFeed.open(this.port, path, isRead, { ...own, ...headers });
    this.#followed.push(feed);
    return feed;
  }

  /** Loads a job into session `test`, with its outputs in one pipe. */
  async load(name: string, cmd: string, more: Partial<JobConfig> = {}): Promise<void> {
    await this.supervisor.load('test', { name, cmd, os_env: true, redirect_output: ['out', 'out'], ...more });
  }

  /** Breaks off every connection. */
  cutConnections(): void {
    this.#server.closeAllConnections();
  }

  /** Ends the API, and neither its server nor its node. */
  async closeApi(): Promise<void> {
    await this.#api.close();
  }

  async close(): Promise<void> {
    await this.#api.close();
    for (const feed of this.#followed) {
      feed.leave();
    }
    this.#server.closeAllConnections();
    this.#server.close();
    this.supervisor.killAll();
    await this.supervisor.stopAll();
    this.supervisor.close();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An API with options of its own, for one test. */
export async function openApi(options: Partial<ApiOptions> = {}, around?: (node: GafferNode) => GafferNode): Promise<TestApi> {
  const api = await TestApi.open(options, around);
  onTestFinished(() => api.close());
  return api;
}

/** A test with an API of its own. */
export const test = plainTest.extend<{ api: TestApi }>({
  api: async ({ task: _ }, use) => {
    const api = await TestApi.open();
    await use(api);
    await api.close();
  },
});

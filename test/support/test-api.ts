import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { test as plainTest } from 'vitest';
import { type AccessEntry, type Api, type ApiOptions, buildApi } from '../../src/api/server.ts';
import { Supervisor } from '../../src/supervisor/supervisor.ts';

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
  readonly supervisor = new Supervisor();
  readonly access: AccessEntry[] = [];
  readonly warnings: string[] = [];
  readonly #server: Server;
  readonly #api: Api;

  private constructor(api: Api, supervisor: Supervisor) {
    this.#api = api;
    this.supervisor = supervisor;
    this.#server = createServer(api.handle);
  }

  static async open(options: Partial<ApiOptions> = {}): Promise<TestApi> {
    const supervisor = new Supervisor();
    const told: Pick<TestApi, 'access' | 'warnings'> = { access: [], warnings: [] };
    const api = await buildApi(supervisor, {
      version: '1.2.3',
      allowedHosts: [],
      allowedOrigins: [],
      log: (entry) => told.access.push(entry),
      warn: (message, error) => told.warnings.push(`${message}: ${String(error)}`),
      ...options,
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
      const asked = request({ port: this.port, host: '127.0.0.1', method, path, headers, agent: false }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes, text: bytes.toString(), json: parse(bytes.toString()) });
        });
      });
      asked.on('error', reject);
      asked.end(body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  }

  async close(): Promise<void> {
    await this.#api.close();
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

/** A test with an API of its own. */
export const test = plainTest.extend<{ api: TestApi }>({
  api: async ({ task: _ }, use) => {
    const api = await TestApi.open();
    await use(api);
    await api.close();
  },
});

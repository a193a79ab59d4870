import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server as NetServer } from 'node:net';
import { describe, expect, test as plainTest } from 'vitest';
import { parseEndpoint } from '../../src/client/endpoint.ts';
import { HttpClient, type HttpOptions } from '../../src/client/http.ts';

/** Servers of one test, and clients to them. */
class Servers {
  readonly #servers: (Server | NetServer)[] = [];
  readonly #clients: HttpClient[] = [];

  async listen(server: Server | NetServer): Promise<number> {
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  async http(listener: RequestListener, options: Partial<HttpOptions> = {}): Promise<HttpClient> {
    return this.client(`http://127.0.0.1:${await this.listen(createServer(listener))}`, options);
  }

  client(endpoint: string, options: Partial<HttpOptions> = {}): HttpClient {
    const client = new HttpClient({ endpoint: parseEndpoint(endpoint), ...options });
    this.#clients.push(client);
    return client;
  }

  close(): void {
    for (const client of this.#clients) {
      client.close();
    }
    for (const server of this.#servers) {
      server.close();
      (server as Partial<Server>).closeAllConnections?.();
    }
  }
}

const test = plainTest.extend<{ servers: Servers }>({
  servers: async ({ task: _ }, use) => {
    const servers = new Servers();
    await use(servers);
    servers.close();
  },
});

describe('what is sent', () => {
  test('has the key, the query without what is undefined, and JSON', async ({ servers }) => {
    const seen: unknown[] = [];
    const client = await servers.http(
      (request, response) => {
        let body = '';
        request.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        request.on('end', () => {
          seen.push([request.method, request.url, request.headers['x-api-key'], request.headers['content-type'], body]);
          response.end('{}');
        });
      },
      { apiKey: 'secret' },
    );
    await client.ask('POST', '/jobs/a%20b', { query: { wait: true, lines: 3, none: undefined }, json: { a: 1 } });
    await client.ask('POST', '/x', { body: Buffer.from([0x41, 0x0a]) });
    expect(seen).toEqual([
      ['POST', '/jobs/a%20b?wait=true&lines=3', 'secret', 'application/json', '{"a":1}'],
      ['POST', '/x', 'secret', undefined, 'A\n'],
    ]);
  });
});

const UNAUTHORIZED = 'Unauthorized access. You need an API key: gaffer login gets one, --api-key or GAFFER_API_KEY names one';
const FORBIDDEN = "Forbidden access. API key permissions aren't enough";

describe('a refusal', () => {
  test.for([
    [404, '{"error":"not_found","errno":404,"reason":"no job \\"a\\" is loaded","code":"job_not_found"}', 'job_not_found', 'no job "a" is loaded'],
    [409, '{"error":"process_conflict","errno":409}', 'job_exists', 'process_conflict'],
    [400, '{"error":"bad_request","errno":400,"reason":"cmd: expected"}', 'bad_request', 'cmd: expected'],
    [401, '{"error":401,"reason":"unauthorized"}', 'unauthorized', UNAUTHORIZED],
    [403, '{"error":403,"reason":"forbidden","message":"the Host"}', 'forbidden', `${FORBIDDEN} (the Host)`],
    [
      403,
      '{"error":403,"reason":"forbidden","message":"expected a key that may x","code":"forbidden"}',
      'forbidden',
      `${FORBIDDEN} (expected a key that may x); --api-key names another key, gaffer login gets one`,
    ],
    [500, '{"error":500,"reason":"Internal Server Error"}', 'bad_answer', 'Internal Server Error'],
    [418, '{"code":"no such code","error":"teapot"}', 'bad_answer', 'teapot'],
  ] as const)('with %i is told by its code and its reason', async ([status, body, code, message], { servers }) => {
    const client = await servers.http((_request, response) => response.writeHead(status).end(body));
    await expect(client.ask('GET', '/')).rejects.toMatchObject({ name: 'GafferError', code, message });
  });

  test.for([200, 301, 404])('of a server that is no node (%i) names the endpoint', async (status, { servers }) => {
    const client = await servers.http((_request, response) =>
      response.writeHead(status, { 'content-type': 'text/html', location: '/x' }).end('<html>'),
    );
    const answer = client.ask('GET', '/');
    if (status !== 200) {
      await expect(answer).rejects.toMatchObject({ code: 'bad_answer', message: expect.stringMatching(/is not a node: .*--endpoint/) as string });
    }
    await answer.catch(() => undefined);
  });
});

describe('a node that can not be asked', () => {
  test('because nobody listens: says how to have one', async ({ servers }) => {
    const port = await servers.listen(createNetServer());
    servers.close();
    await expect(servers.client(`http://127.0.0.1:${port}`).ask('GET', '/')).rejects.toMatchObject({
      code: 'unreachable',
      message: `no node answers at http://127.0.0.1:${port}: run "gaffer start" in this folder, start gafferd, or name another node with --endpoint`,
    });
    await expect(servers.client('unix:///nowhere/node.sock').ask('GET', '/')).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/^no node answers at unix:\/\/\/nowhere\/node\.sock: /) as string,
    });
  });

  test('because its name is not known', async ({ servers }) => {
    await expect(servers.client('http://no-such-host.invalid').ask('GET', '/')).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('no-such-host.invalid') as string,
    });
  });

  test('because it does not answer in time', async ({ servers }) => {
    const client = await servers.http(() => undefined, { timeoutMs: 50 });
    await expect(client.ask('GET', '/')).rejects.toMatchObject({ code: 'no_answer', message: expect.stringContaining('within 0.05 s') as string });
  });

  test('because it hangs up', async ({ servers }) => {
    const port = await servers.listen(createNetServer((socket) => socket.destroy()));
    await expect(servers.client(`http://127.0.0.1:${port}`).ask('GET', '/')).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('because it hangs up in the middle of an answer', async ({ servers }) => {
    const client = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{');
      setImmediate(() => response.destroy());
    });
    await expect(client.ask('GET', '/')).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('in the middle of an answer') as string,
    });
  });

  test('because it does not speak HTTP', async ({ servers }) => {
    const port = await servers.listen(createNetServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')));
    await expect(servers.client(`http://127.0.0.1:${port}`).ask('GET', '/')).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('does not speak HTTP') as string,
    });
  });
});

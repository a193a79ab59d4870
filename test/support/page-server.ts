import { readFileSync } from 'node:fs';
import { request as ask, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createRequire } from 'node:module';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { CERTIFICATE, KEY } from '../daemon/config/certificate.ts';

const SOCKJS = readFileSync(createRequire(import.meta.url).resolve('sockjs-client/dist/sockjs.min.js'));

/** Serves a page with a script in it, SockJS's client beside it, and takes what the script reports. */
export class PageServer {
  readonly #server: Server;
  readonly #script: string;
  #report: (report: unknown) => void = () => undefined;
  /** What the page has reported. */
  readonly report: Promise<unknown>;

  private constructor(script: string, server: Server) {
    this.#script = script;
    this.#server = server;
    this.report = new Promise((resolve) => {
      this.#report = resolve;
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.answer(request, response));
  }

  /** @param script is run as a module, in which `SockJS` is there and `report(…)` ends it. @param isSecure over TLS, with a certificate that nobody has signed */
  static async open(script: string, isSecure = false): Promise<PageServer> {
    const server = isSecure ? createTlsServer({ cert: CERTIFICATE, key: KEY }) : createServer();
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PageServer(script, server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Answers a request; false where it is for nothing that is here. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const [path = ''] = (request.url ?? '').replace(/^http:\/\/[^/]+/, '').split('?');
    if (path === '/page') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><body><script src="/sockjs.min.js"></script><script type="module">${PRELUDE}${this.#script}</script>`);
    } else if (path.endsWith('/sockjs.min.js')) {
      response.setHeader('content-type', 'application/javascript');
      response.setHeader('access-control-allow-origin', '*');
      response.end(SOCKJS);
    } else if (path === '/report') {
      void read(request).then((text) => this.#report(JSON.parse(text)));
      response.end();
    } else {
      return false;
    }
    return true;
  }
}

/** What pages have at hand. A script that fails reports that. */
const PRELUDE = `
const report = (value) => fetch('/report', { method: 'POST', body: JSON.stringify(value) });
addEventListener('error', ({ message }) => report({ failed: message }));
addEventListener('unhandledrejection', ({ reason }) => report({ failed: String(reason) }));
`;

/**
 * A proxy that plays a foreign name server: pages come from a page server, and everything else of the same name and port
 * from a node on this machine, as if the name pointed there since the page was loaded.
 */
export async function openRebindingProxy(pages: PageServer, nodePort: number): Promise<number> {
  const server = createServer((request, response) => {
    if (!pages.answer(request, response)) {
      const { method, headers, url = '' } = request;
      const asked = ask({ port: nodePort, host: '127.0.0.1', method, headers, path: url.replace(/^http:\/\/[^/]+/, ''), agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      asked.on('error', () => response.destroy());
      request.pipe(asked);
    }
  });
  server.on('connect', (_request, socket) => {
    const node = connect(nodePort, '127.0.0.1');
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(node).pipe(socket);
    socket.on('error', () => node.destroy());
    node.on('error', () => socket.destroy());
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

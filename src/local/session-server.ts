import { chmodSync, readdirSync, rmSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Api } from '../api/server.ts';
import { messageOf } from '../errors.ts';
import type { GafferNode } from '../job/node.ts';
import type { LookAt } from '../job/process-look.ts';
import { MAX_SOCKET_PATH } from '../runtime/socket-path.ts';
import { isSocketName } from './session-address.ts';

/** What a session's server is made of. */
export interface SessionServerOptions {
  readonly node: GafferNode;
  /** Tells who the processes are, as only 0.4 told. */
  readonly lookAt: LookAt;
  /** The path of its unix socket. */
  readonly socket: string;
  readonly version: string;
  /** Requests wait for it. */
  readonly ready: Promise<unknown>;
  /** Is told in one line what does not work. */
  readonly warn: (line: string) => void;
}

interface Served {
  readonly api: Api;
  readonly server: HttpServer;
}

/** How long whoever has asked may take to read the last answer. */
const FLUSH_MS = 500;

/**
 * Serves the API of a session on a unix socket, so that commands reach what runs in this folder. The API itself is loaded
 * with the first connection: a session that nobody asks anything starts without it.
 */
export class SessionServer {
  readonly #options: SessionServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #served: Promise<Served> | undefined;

  constructor(options: SessionServerOptions) {
    this.#options = options;
    this.#server = createServer({ pauseOnConnect: true }, (socket) => void this.#accept(socket));
    this.#server.on('error', (error) => options.warn(`commands can't reach this session: ${messageOf(error)}`));
  }

  /** Begins to listen; a session goes on without when that can't be done. */
  listen(): void {
    const { socket } = this.#options;
    const folder = dirname(socket);
    for (const stale of readdirSync(folder).filter(isSocketName)) {
      rmSync(join(folder, stale), { force: true });
    }
    if (Buffer.byteLength(socket) > MAX_SOCKET_PATH) {
      this.#options.warn(`commands can't reach this session: ${socket} is too long for a socket; set XDG_RUNTIME_DIR to another place`);
      return;
    }
    this.#server.listen(socket, () => chmodSync(socket, 0o600));
  }

  /** Ends what goes on, and removes the socket. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await (await this.#served)?.api.close();
    for (const socket of this.#sockets) {
      socket.end(); // behind what is still to be sent
    }
    const timer = setTimeout(() => this.#destroyAll(), FLUSH_MS);
    await closed;
    clearTimeout(timer);
  }

  #destroyAll(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  async #accept(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
    try {
      this.#served ??= this.#load();
      const { server } = await this.#served;
      server.emit('connection', socket);
      socket.resume();
    } catch (error) {
      this.#options.warn(`commands can't reach this session: ${messageOf(error)}`);
      socket.destroy();
    }
  }

  async #load(): Promise<Served> {
    const [{ buildApi }, { createApiServer }] = await Promise.all([import('../api/server.ts'), import('../api/http-server.ts')]);
    const { node, lookAt, version, ready, warn } = this.#options;
    const api = await buildApi(node, {
      version,
      lookAt,
      ready,
      allowedHosts: [],
      allowedOrigins: [],
      warn: (message, error) => warn(`${message}: ${messageOf(error)}`),
    });
    return { api, server: createApiServer(api) };
  }
}

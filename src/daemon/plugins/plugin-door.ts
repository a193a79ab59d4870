import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Accounts } from '../../access/book.ts';
import { createApiServer } from '../../api/http-server.ts';
import { type Api, buildApi } from '../../api/server.ts';
import { GafferError, messageOf } from '../../errors.ts';
import type { GafferNode } from '../../job/node.ts';
import { MAX_SOCKET_PATH } from '../../runtime/socket-path.ts';

/** What the door leads to. */
export interface PluginDoorOptions {
  readonly node: GafferNode;
  readonly accounts: Accounts;
  readonly version: string;
  /** A folder of this run that only its user can use. */
  readonly folder: string;
  readonly warn: (message: string) => void;
}

/** Where plugins ask the node: its API on a unix socket of their own. Nobody waits there until the jobs are loaded. */
export class PluginDoor {
  readonly #api: Api;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #path: string;
  /** Was made where the folder's path is too long for a socket. */
  readonly #ownFolder: string | undefined;

  private constructor(api: Api, path: string, ownFolder: string | undefined) {
    this.#api = api;
    this.#path = path;
    this.#ownFolder = ownFolder;
    const http = createApiServer(api);
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
      http.emit('connection', socket);
    });
  }

  /** @throws GafferError `io_failed` when it can't listen */
  static async open({ node, accounts, version, folder, warn }: PluginDoorOptions): Promise<PluginDoor> {
    const inFolder = join(folder, 'plugins.sock');
    const isShort = Buffer.byteLength(inFolder) <= MAX_SOCKET_PATH;
    const path = isShort ? inFolder : join(mkdtempSync(join(tmpdir(), 'gafferd-')), 'plugins.sock');
    const api = await buildApi(node, {
      version,
      accounts,
      allowedHosts: '*',
      allowedOrigins: [],
      warn: (message, error) => warn(`${message}: ${messageOf(error)}`),
    });
    const door = new PluginDoor(api, path, isShort ? undefined : dirname(path));
    try {
      await door.#listen();
    } catch (error) {
      await door.close();
      throw new GafferError('io_failed', `cannot listen on ${path} for the plugins: ${messageOf(error)}`, { cause: error });
    }
    return door;
  }

  get endpoint(): string {
    return `unix://${this.#path}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#api.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
    if (this.#ownFolder !== undefined) {
      rmSync(this.#ownFolder, { recursive: true, force: true });
    }
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      const umask = process.umask(0o177);
      try {
        this.#server.listen(this.#path, resolve);
      } finally {
        process.umask(umask);
      }
    });
  }
}

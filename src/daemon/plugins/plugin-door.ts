import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Where a socket is. */
interface SocketPlace {
  readonly path: string;
  readonly leave: () => void;
}

/** Where plugins ask the node: its API on a unix socket of their own. Nobody waits there until the jobs are loaded. */
export class PluginDoor {
  readonly #api: Api;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #place: SocketPlace;

  private constructor(api: Api, place: SocketPlace) {
    this.#api = api;
    this.#place = place;
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
    const api = await buildApi(node, {
      version,
      accounts,
      allowedHosts: '*',
      allowedOrigins: [],
      warn: (message, error) => warn(`${message}: ${messageOf(error)}`),
    });
    const place = placeIn(folder);
    const door = new PluginDoor(api, place);
    try {
      await door.#listen();
    } catch (error) {
      await door.close();
      throw new GafferError('io_failed', `cannot listen on ${place.path} for the plugins: ${messageOf(error)}`, { cause: error });
    }
    return door;
  }

  get endpoint(): string {
    return `unix://${this.#place.path}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#api.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
    this.#place.leave();
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      const umask = process.umask(0o177);
      try {
        this.#server.listen(this.#place.path, resolve);
      } finally {
        process.umask(umask);
      }
    });
  }
}

/** A place in a folder. Where its path is too long for a socket, Linux knows a short one, in this process; others have a folder elsewhere. */
function placeIn(folder: string): SocketPlace {
  const name = 'plugins.sock';
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) {
    return { path, leave: () => undefined };
  }
  if (process.platform === 'linux') {
    const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    return { path: `/proc/self/fd/${fd}/${name}`, leave: () => closeSync(fd) };
  }
  const own = mkdtempSync(join(tmpdir(), 'gafferd-'));
  return { path: join(own, name), leave: () => rmSync(own, { recursive: true, force: true }) };
}

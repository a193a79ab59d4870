import { chmodSync, lstatSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { createApiServer } from '../api/http-server.ts';
import type { Api } from '../api/server.ts';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { formatAddress } from './config/address.ts';
import type { Endpoint } from './config/endpoints.ts';
import { tlsOptionsOf } from './config/tls-settings.ts';

/** One place where the API answers. */
export class Listener {
  readonly endpoint: Endpoint;
  readonly #server: Server;

  private constructor(endpoint: Endpoint, server: Server) {
    this.endpoint = endpoint;
    this.#server = server;
  }

  /** Begins to listen. @throws GafferError `io_failed` when that can't be done there */
  static async open(endpoint: Endpoint, api: Api): Promise<Listener> {
    const { address, backlog, tls } = endpoint;
    const server = createApiServer(api, tls && tlsOptionsOf(tls));
    if (address.kind === 'unix') {
      await removeStaleSocket(address.path);
    }
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(address.kind === 'unix' ? { path: address.path, backlog } : { host: address.host, port: address.port, backlog }, resolve);
      });
    } catch (error) {
      throw new GafferError('io_failed', explain(error, formatAddress(address)), { cause: error });
    }
    server.on('error', () => undefined);
    if (address.kind === 'unix') {
      chmodSync(address.path, 0o600);
    }
    return new Listener(endpoint, server);
  }

  /** As a client has to name it. */
  get url(): string {
    const { address, tls } = this.endpoint;
    if (address.kind === 'unix') {
      return `unix://${address.path}`;
    }
    const { port } = this.#server.address() as AddressInfo;
    return `${tls === undefined ? 'http' : 'https'}://${formatAddress({ ...address, port })}`;
  }

  /** Reads the certificates anew. */
  renewTls(): void {
    const { tls } = this.endpoint;
    if (tls !== undefined) {
      (this.#server as Server & { setSecureContext?: (options: SecureContextOptions) => void }).setSecureContext?.(tlsOptionsOf(tls));
    }
  }

  /** Takes no more connections; requests that have begun are answered, for some time. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(timer);
  }
}

/** Removes the socket of somebody who is gone; one that is answered is left, and listening there fails then. */
async function removeStaleSocket(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) {
    return;
  }
  const isAnswered = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  if (!isAnswered) {
    rmSync(path, { force: true });
  }
}

function explain(error: unknown, address: string): string {
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return `cannot listen on ${address}: another program listens there; stop it, or name another address with --bind`;
    case 'EADDRNOTAVAIL':
      return `cannot listen on ${address}: this machine has no such address; name another with --bind`;
    case 'EACCES':
      return `cannot listen on ${address}: this user may not; name another address with --bind`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `cannot listen on ${address}: there is no host of that name; name another address with --bind`;
    default:
      return `cannot listen on ${address}: ${messageOf(error)}`;
  }
}

import { existsSync, lstatSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { Server as TlsServer } from 'node:https';
import { type AddressInfo, connect, type ListenOptions, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { createApiServer } from '../api/http-server.ts';
import type { Api } from '../api/server.ts';
import { type OnRefused, renewTls } from '../api/tls-server.ts';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { type Address, formatAddress } from './config/address.ts';
import type { Endpoint } from './config/endpoints.ts';
import { tlsOptionsOf } from './config/tls-settings.ts';

/** One place where the API answers. */
export class Listener {
  readonly #server: Server;
  /** All connections: the server does not know those that have become channels, or have not got as far as a request. */
  readonly #connections = new Set<Socket>();
  #endpoint: Endpoint;

  private constructor(endpoint: Endpoint, server: Server) {
    this.#endpoint = endpoint;
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
  }

  get endpoint(): Endpoint {
    return this.#endpoint;
  }

  /** Begins to listen. @throws GafferError `io_failed` when that can't be done there */
  static async open(endpoint: Endpoint, api: Api, onRefused?: OnRefused): Promise<Listener> {
    const { address, backlog, tls } = endpoint;
    const server = createApiServer(api, tls && tlsOptionsOf(tls), onRefused);
    if (address.kind === 'unix') {
      await removeStaleSocket(address.path);
    }
    try {
      await listen(server, address.kind === 'unix' ? { path: address.path, backlog } : { host: address.host, port: address.port, backlog });
    } catch (error) {
      throw new GafferError('io_failed', explain(error, address), { cause: error });
    }
    server.on('error', () => undefined);
    return new Listener(endpoint, server);
  }

  /** As a client has to name it. */
  get url(): string {
    const { address, tls } = this.#endpoint;
    if (address.kind === 'unix') {
      return `unix://${address.path}`;
    }
    const { port, address: everywhere } = this.#server.address() as AddressInfo;
    return `${tls === undefined ? 'http' : 'https'}://${formatAddress({ ...address, host: address.host ?? everywhere, port })}`;
  }

  /** Goes over to what is said of the same address now, and reads the certificates anew. @throws what reading them throws; all stays then */
  renew(endpoint: Endpoint): void {
    if (endpoint.tls !== undefined && this.#server instanceof TlsServer) {
      renewTls(this.#server as TlsServer, tlsOptionsOf(endpoint.tls));
    }
    this.#endpoint = endpoint;
  }

  /** Takes no more connections; requests that have begun are answered, for some time. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#breakOff(), graceMs);
    await closed;
    clearTimeout(timer);
  }

  #breakOff(): void {
    for (const socket of this.#connections) {
      socket.destroy();
    }
  }
}

/** Resolves when the server listens. A unix socket is this user's alone from its first moment: it is made before the call returns. */
async function listen(server: Server, options: ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const umask = process.umask(0o177);
    try {
      server.listen(options, resolve);
    } finally {
      process.umask(umask);
    }
  });
}

/** Removes the socket of somebody who is gone; any other is left, and listening there fails then. */
async function removeStaleSocket(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) {
    return;
  }
  const isStale = await new Promise<boolean>((resolve) => {
    const socket = connect(path);
    socket.once('error', (error) => resolve(systemCode(error) === 'ECONNREFUSED'));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
  if (isStale) {
    rmSync(path, { force: true });
  }
}

function explain(error: unknown, at: Address): string {
  const address = formatAddress(at);
  if (at.kind === 'unix' && !existsSync(dirname(at.path))) {
    return `cannot listen on ${address}: there is no such folder; make it, or name another address with --bind`;
  }
  switch (systemCode(error) ?? '') {
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

import { closeSync, existsSync, linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import type { Server, ServerResponse } from 'node:http';
import { Server as TlsServer } from 'node:https';
import { type AddressInfo, connect, type ListenOptions, Server as NetServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { createApiServer } from '../api/http-server.ts';
import type { Api } from '../api/server.ts';
import { type OnRefused, renewTls } from '../api/tls-server.ts';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { type Address, formatAddress } from './config/address.ts';
import type { Endpoint } from './config/endpoints.ts';
import { tlsOptionsOf } from './config/tls-settings.ts';

/** What a listener is opened with. */
export interface ListenerOptions {
  readonly api: Api;
  readonly onRefused?: OnRefused | undefined;
  /** A descriptor that listens there already: it was taken over. */
  readonly fd?: number | undefined;
}

/** How long connections that are there may send their first bytes when gafferd goes over to its successor. */
const LINGER_MS = 50;

/** One place where the API answers. */
export class Listener {
  readonly #server: Server;
  /** All connections: the server does not know those that have become channels, or have not got as far as a request. */
  readonly #connections = new Set<Socket>();
  #endpoint: Endpoint;
  /** Node does not know the path of a socket that was taken over, and does not remove it. */
  #ownsPath: boolean;

  private constructor(endpoint: Endpoint, server: Server, ownsPath: boolean) {
    this.#endpoint = endpoint;
    this.#server = server;
    this.#ownsPath = ownsPath;
    server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
  }

  get endpoint(): Endpoint {
    return this.#endpoint;
  }

  /** Begins to listen. @throws GafferError `io_failed` when that can't be done there */
  static async open(endpoint: Endpoint, { api, onRefused, fd }: ListenerOptions): Promise<Listener> {
    const { address, backlog, tls } = endpoint;
    const server = createApiServer(api, tls && tlsOptionsOf(tls), onRefused);
    const inherited = usable(fd, address);
    if (address.kind === 'unix' && inherited === undefined) {
      await removeStaleSocket(address.path);
    }
    const place = address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
    try {
      await listen(server, { ...(inherited === undefined ? place : { fd: inherited }), backlog });
    } catch (error) {
      throw new GafferError('io_failed', explain(error, address), { cause: error });
    }
    server.on('error', () => undefined);
    return new Listener(endpoint, server, inherited !== undefined);
  }

  /** The descriptor that listens; a successor can inherit it. */
  get fd(): number {
    // Node has no public name for it
    return (this.#server as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;
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
    const { address } = this.#endpoint;
    if (this.#ownsPath && address.kind === 'unix') {
      rmSync(address.path, { force: true });
    }
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#breakOff(), graceMs);
    await closed;
    clearTimeout(timer);
  }

  /**
   * Leaves the socket to a successor that has it too: connections that come wait for that one. Resolves when those that are there have
   * had the time to say what they want; {@link Listener.close} ends them.
   */
  async leave(): Promise<void> {
    const { address } = this.#endpoint;
    const path = address.kind === 'unix' && !this.#ownsPath ? address.path : undefined;
    const isKept = path !== undefined && keep(path);
    this.#ownsPath = false;
    this.#server.prependListener('request', (_request, response: ServerResponse) => {
      response.shouldKeepAlive = false; // who asks again does so at the successor
    });
    NetServer.prototype.close.call(this.#server); // that of HTTP would end connections that have not got as far as a request
    if (isKept) {
      bringBack(path);
    }
    await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
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

/** The descriptor if clients can still get to it: without its file a unix socket is of no use. */
function usable(fd: number | undefined, address: Address): number | undefined {
  if (address.kind === 'unix') {
    bringBack(address.path);
    if (fd !== undefined && !isSocket(address.path)) {
      closeSync(fd);
      return undefined;
    }
  }
  return fd;
}

function isSocket(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;
}

/** Gives the file of a socket a second name, for Node removes the first one; false when that can't be done. */
function keep(path: string): boolean {
  try {
    linkSync(path, keptName(path));
    return true;
  } catch {
    return false; // then Node can't remove it either, or the successor makes it anew
  }
}

/** Gives the file of a socket its own name again, if it has lost it to one who has left in between. */
function bringBack(path: string): void {
  const kept = keptName(path);
  try {
    renameSync(kept, path);
    rmSync(kept, { force: true }); // where both names were there it is left
  } catch {
    // there is none
  }
}

function keptName(path: string): string {
  return `${path}.gafferd-kept`;
}

/** Removes the socket of somebody who is gone; any other is left, and listening there fails then. */
async function removeStaleSocket(path: string): Promise<void> {
  if (!isSocket(path)) {
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

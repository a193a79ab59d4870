import { isIP, isIPv4, isIPv6 } from 'node:net';
import { unexpected } from './values.ts';

/** A place where gafferd listens. */
export type Address =
  | {
      readonly kind: 'tcp';
      /** Undefined is every interface, IPv6 and IPv4 as far as the machine has them. */
      readonly host: string | undefined;
      /** 0 is one that the system chooses. */
      readonly port: number;
    }
  | { readonly kind: 'unix'; readonly path: string };

/** gafferd's port, unless it is told another one. */
export const DEFAULT_PORT = 5000;

const LOOPBACK = '127.0.0.1';

/**
 * Reads `host:port`, `[v6]:port`, `:port` (every interface), `host`, `port` (on loopback), `unix:/path` or
 * `unix:///path`; the path is as it was written.
 * @param defaultPort that of an address that names none
 * @throws GafferError `invalid_config`
 */
export function parseAddress(text: string, defaultPort = DEFAULT_PORT): Address {
  const [, path] = /^unix:(?:\/\/(?=\/))?(.*)$/is.exec(text) ?? [];
  if (path !== undefined) {
    if (path === '' || path.startsWith('//')) {
      throw unexpected('a path like unix:/run/gafferd.sock', text);
    }
    return { kind: 'unix', path };
  }
  if (/^[a-z]+:\/\//i.test(text)) {
    throw unexpected(exampleWith(defaultPort), text, ': leave out what is before the host');
  }
  if (isIPv6(text)) {
    return { kind: 'tcp', host: text, port: defaultPort };
  }
  if (/^\d+$/.test(text)) {
    return { kind: 'tcp', host: LOOPBACK, port: parsePort(text, text) };
  }
  const parts = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(text);
  const [, v6, name = '', port] = parts ?? [];
  if (parts === null || text === '' || (v6 === undefined ? !isHost(name) : !isIPv6(v6))) {
    throw unexpected(exampleWith(defaultPort), text);
  }
  const host = v6 ?? name;
  return {
    kind: 'tcp',
    host: host === '' || host === '*' ? undefined : host.toLowerCase(),
    port: port === undefined ? defaultPort : parsePort(port, text),
  };
}

/** A name, an IPv4 address, or nothing; what looks like an IPv4 address has to be one. */
function isHost(text: string): boolean {
  return text === '' || text === '*' || isIPv4(text) || (/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?$/i.test(text) && !/^[\d.]+$/.test(text));
}

function parsePort(port: string, text: string): number {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw unexpected('a port from 0 to 65535', text);
  }
  return Number(port);
}

function exampleWith(port: number): string {
  return `an address like 127.0.0.1:${port}, [::1]:${port}, :${port} or unix:/path`;
}

/** The address as it can be given to gafferd. */
export function formatAddress(address: Address): string {
  if (address.kind === 'unix') {
    return `unix:${address.path}`;
  }
  const { host = '', port } = address;
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine can reach it. */
export function isLocal(address: Address): boolean {
  if (address.kind === 'unix') {
    return true;
  }
  const { host = '' } = address;
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

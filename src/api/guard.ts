import type { IncomingMessage } from 'node:http';
import { isLoopbackName } from '../loopback.ts';

/** Who may call a node. One that asks for keys lets every page try: a browser has no key of its own to give away. */
export interface GuardOptions {
  /** Host names by which the node may be called, besides loopback names and the address that was connected to; or `*`. */
  readonly allowedHosts: readonly string[] | '*';
  /** Origins of pages that may call it, or `*`. */
  readonly allowedOrigins: readonly string[] | '*';
}

/** What the guard looks at. */
export interface GuardedRequest {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Browsers say that a page of another site asks (`Sec-Fetch-Site`), for something else than to be gone to. */
  readonly isOtherSite?: boolean;
  /** The address of that page, where it lets browsers say so; it can't have them say another one. */
  readonly referer?: string | undefined;
  /** The address that was connected to; undefined for a unix socket, which no page can reach. */
  readonly localAddress: string | undefined;
}

/**
 * Decides whether a browser may be behind a request that its user knows nothing of. Without keys a page could else drive
 * the node: directly, or under a name of its own that it points to this machine.
 * @returns why it is refused; undefined when it is not
 */
export function refusal(request: GuardedRequest, options: GuardOptions): string | undefined {
  const { host, origin, localAddress, isOtherSite = false, referer } = request;
  if (localAddress === undefined) {
    return undefined;
  }
  if (host !== undefined && !isKnownHost(hostName(host), localAddress, options.allowedHosts)) {
    return `the node does not answer to the name "${host}"; call it by its address, or allow the name with --allowed-host`;
  }
  if (origin !== undefined && !isOwnOrigin(origin, host) && !isAllowedOrigin(origin, options.allowedOrigins)) {
    return `pages of ${origin} may not call this node; allow them with --allowed-origin`;
  }
  if (origin === undefined && isOtherSite && !isAllowedPage(referer, options.allowedOrigins)) {
    return 'pages of other sites may not call this node; allow them with --allowed-origin';
  }
  return undefined;
}

/** What browsers tell of where a request comes from. A link that somebody follows to this node is his own doing. */
export function isFromOtherSite(headers: Readonly<Record<string, string | readonly string[] | undefined>>): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  const isFollowed = mode === 'navigate' && destination === 'document';
  return site !== undefined && site !== 'same-origin' && site !== 'none' && !isFollowed;
}

/** Whether pages of an origin were allowed by name. */
export function isAllowedOrigin(origin: string, allowed: GuardOptions['allowedOrigins']): boolean {
  return allowed === '*' || allowed.some((one) => plainOrigin(one) === plainOrigin(origin));
}

/** Of scripts and frames browsers tell no origin, but the page. */
function isAllowedPage(address: string | undefined, allowed: GuardOptions['allowedOrigins']): boolean {
  const isKnown = address !== undefined && /^https?:/.test(address) && URL.canParse(address);
  return allowed === '*' || (isKnown && isAllowedOrigin(new URL(address).origin, allowed));
}

/** As browsers write it: people put a slash behind it, or capitals into it. */
function plainOrigin(origin: string): string {
  return origin.toLowerCase().replace(/\/$/, '');
}

function isKnownHost(name: string, localAddress: string, allowed: GuardOptions['allowedHosts']): boolean {
  return allowed === '*' || isLoopbackName(name) || name === plainAddress(localAddress) || allowed.some((one) => hostName(one) === name);
}

/** The name in a Host header, without port and brackets, in lower case. */
function hostName(host: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host.trim()) ?? [];
  return (bracketed ?? plain ?? host).toLowerCase().replace(/\.$/, '');
}

/** Dual-stack sockets write IPv4 addresses as `::ffff:1.2.3.4`. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, '').toLowerCase();
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && [`http://${host}`, `https://${host}`].some((own) => plainOrigin(own) === plainOrigin(origin));
}

/** Why a request is refused; undefined when it is not. */
export function refusalOf({ headers, socket, url }: IncomingMessage, options: GuardOptions): string | undefined {
  const { host, origin, referer } = headers;
  // of a connection that is gone the address is not known any more, as of a unix socket's
  const localAddress = socket.destroyed ? '' : socket.localAddress;
  const request = { host, origin, referer, localAddress, isOtherSite: isFromOtherSite(headers) };
  const authority = authorityIn(url);
  return refusal(request, options) ?? (authority === undefined ? undefined : refusal({ ...request, host: authority }, options));
}

/** The name in a request's first line, where there is one: then that counts as well, whatever the header says. */
function authorityIn(url = ''): string | undefined {
  return url.startsWith('/') ? undefined : /^[a-z][a-z0-9+.-]*:\/*([^/?#]*)/i.exec(url)?.[1];
}

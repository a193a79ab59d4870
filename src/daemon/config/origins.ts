import { isIPv6 } from 'node:net';
import { unexpected } from './values.ts';

/** Stands for every origin. */
export const ANY_ORIGIN = '*';

/** Reads the origin of web pages, as browsers send it, or `*`. @throws GafferError `invalid_config` */
export function parseOrigin(text: string): string {
  if (text === ANY_ORIGIN) {
    return text;
  }
  const [, origin] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+)\/?$/i.exec(text) ?? [];
  if (origin === undefined || !URL.canParse(origin)) {
    throw unexpected('an origin like https://example.com:8080, or *', text);
  }
  const url = new URL(origin);
  return url.origin === 'null' ? origin.toLowerCase() : url.origin;
}

/** Reads a name that requests may have in their `Host`, with or without a port. @throws GafferError `invalid_config` */
export function parseAllowedHost(text: string): string {
  const [, v6] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text) ?? [];
  const isName = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?(?::\d{1,5})?$/i.test(text);
  if (!isName && (v6 === undefined || !isIPv6(v6))) {
    throw unexpected('a host like example.com or example.com:5000', text);
  }
  return text.toLowerCase();
}

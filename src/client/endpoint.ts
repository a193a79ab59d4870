import { GafferError } from '../errors.ts';

/** Where a node answers. */
export interface Endpoint {
  /** As it is shown to people. */
  readonly text: string;
  /** What paths are put behind. */
  readonly origin: string;
  /** The unix socket behind it, if it is one. */
  readonly socketPath: string | undefined;
}

/** Where a node answers that nobody has told where it is. */
export const DEFAULT_ENDPOINT = 'http://127.0.0.1:5000';

/**
 * Reads an endpoint: `http://HOST:PORT`, `https://HOST:PORT`, `unix:///PATH.sock`; `HOST:PORT` alone is http.
 * @throws GafferError `bad_usage`
 */
export function parseEndpoint(text: string): Endpoint {
  const [, path] = /^unix:(?:\/\/)?(\/[^/].*)$/.exec(text) ?? [];
  if (path !== undefined) {
    return { text: `unix://${path}`, origin: 'http://localhost', socketPath: path };
  }
  const full = /^[\w.-]+(:\d+)?$|^\[[0-9a-fA-F:]+\](:\d+)?$/.test(text) ? `http://${text}` : text;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '' || url.pathname !== '/' || url.search !== '') {
    throw new GafferError(
      'bad_usage',
      `expected an endpoint like "http://127.0.0.1:5000", "https://host:5000" or "unix:///run/gaffer.sock", got "${text}"`,
    );
  }
  return { text: url.origin, origin: url.origin, socketPath: undefined };
}

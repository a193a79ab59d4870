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
 * @param example one with a host and a port, for who has written something else
 * @throws GafferError `bad_usage`
 */
export function parseEndpoint(text: string, example = DEFAULT_ENDPOINT): Endpoint {
  const [, path] = /^unix:(?:\/\/)?(\/[^/].*)$/.exec(text) ?? [];
  if (path !== undefined) {
    return { text: `unix://${path}`, origin: 'http://localhost', socketPath: path };
  }
  const full = /^[\w.-]+(:\d+)?$|^\[[0-9a-fA-F:]+\](:\d+)?$/.test(text) ? `http://${text}` : text;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '' || url.pathname !== '/' || url.search !== '') {
    throw new GafferError(
      'bad_usage',
      `expected an endpoint like "${example}", "https://host:${new URL(example).port}" or "unix:///run/gaffer.sock", got "${text}"`,
    );
  }
  return { text: url.origin, origin: url.origin, socketPath: undefined };
}

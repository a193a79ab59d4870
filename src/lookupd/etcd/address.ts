import { GafferError } from '../../errors.ts';

/** Where an etcd is, and what part of it is meant. */
export interface EtcdAddress {
  /** The members, each like `http://10.0.0.5:2379`; any of them will do. */
  readonly endpoints: readonly string[];
  /** What the keys begin with; ends with a slash. */
  readonly prefix: string;
  readonly login: { readonly user: string; readonly password: string } | undefined;
  readonly files: EtcdTlsFiles;
}

/** Files with what TLS to an etcd takes, as PEM; what is not given is the system's, or not shown. */
export interface EtcdTlsFiles {
  readonly cacert?: string;
  readonly certfile?: string;
  readonly keyfile?: string;
}

const DEFAULT_PORT = 2379;
/** Where keys begin, unless the address says it. */
export const DEFAULT_PREFIX = '/gaffer/lookup/';
const EXPECTED = 'etcd://HOST:PORT[,HOST:PORT...] (or etcds:// for TLS)';

/**
 * Reads the address of an etcd: `etcd[s]://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]...][/PREFIX][?cacert=FILE&certfile=FILE&keyfile=FILE]`.
 * @throws GafferError `bad_usage`
 */
export function parseEtcdAddress(text: string): EtcdAddress {
  const [, scheme, login, hosts, path = '', query = ''] = /^(etcds?):\/\/(?:([^/?]*)@)?([^/?@]*)(\/[^?]*)?(?:\?(.*))?$/s.exec(text) ?? [];
  if (scheme === undefined || hosts === undefined) {
    throw refusal(text);
  }
  const protocol = scheme === 'etcds' ? 'https' : 'http';
  return {
    endpoints: hosts
      .split(',')
      .map((host) => endpointOf(protocol, host) ?? fail(text, host === '' ? 'a host is missing' : `"${host}" is no HOST:PORT`)),
    prefix: path === '' || path === '/' ? DEFAULT_PREFIX : path.replace(/\/*$/, '/'),
    login: login === undefined ? undefined : loginOf(login, text),
    files: filesOf(new URLSearchParams(query), protocol, text),
  };
}

/** An address as it can be shown: without its password. */
export function shownEtcdAddress(text: string): string {
  return text.replace(/^([a-z]+:\/\/[^:/?]*):[^/?]*@/, '$1:***@');
}

function endpointOf(protocol: string, host: string): string | undefined {
  const [, name, port = DEFAULT_PORT] = /^([^:[\]\s]+|\[[0-9a-fA-F:.]+\])(?::(\d+))?$/.exec(host) ?? [];
  if (name === undefined || Number(port) < 1 || Number(port) > 65_535 || !URL.canParse(`${protocol}://${name}:${port}`)) {
    return undefined;
  }
  return `${protocol}://${name}:${port}`;
}

function loginOf(login: string, text: string): EtcdAddress['login'] {
  const colon = login.indexOf(':');
  if (colon < 1) {
    return fail(text, 'before @ belongs USER:PASSWORD');
  }
  try {
    return { user: decodeURIComponent(login.slice(0, colon)), password: decodeURIComponent(login.slice(colon + 1)) };
  } catch {
    return fail(text, 'a % in user or password has to be written as %25');
  }
}

function filesOf(query: URLSearchParams, protocol: string, text: string): EtcdTlsFiles {
  const names = ['cacert', 'certfile', 'keyfile'] as const;
  for (const [name, value] of query) {
    if (!names.some((one) => one === name)) {
      fail(text, `"${name}" is none of ${names.join(', ')}`);
    }
    if (value === '') {
      fail(text, `${name} needs a file`);
    }
  }
  if (protocol === 'http' && query.size > 0) {
    fail(text, 'files are for TLS: write etcds://');
  }
  if (query.has('certfile') !== query.has('keyfile')) {
    fail(text, 'certfile and keyfile belong together');
  }
  return Object.fromEntries(query);
}

function fail(text: string, reason: string): never {
  throw refusal(text, reason);
}

function refusal(text: string, reason?: string): GafferError {
  return new GafferError('bad_usage', `expected ${EXPECTED}, got "${shownEtcdAddress(text)}"${reason === undefined ? '' : `: ${reason}`}`);
}

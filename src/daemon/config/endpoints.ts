import { MAX_SOCKET_PATH } from '../../runtime/socket-path.ts';
import { didYouMean } from '../../suggestion.ts';
import { type Address, DEFAULT_PORT, formatAddress, parseAddress } from './address.ts';
import { saidOutside } from './outside.ts';
import type { Reading } from './reading.ts';
import { placeOf, type Said, wordsOf } from './said.ts';
import { ENDPOINT } from './sections.ts';
import { readTls, type TlsSaid, type TlsSettings, tlsSaid } from './tls-settings.ts';
import { type PathBase, parseBacklog, parsePath, unexpected } from './values.ts';

/** A place where gafferd listens, and how. */
export interface Endpoint {
  readonly address: Address;
  /** How many connections may wait to be accepted. */
  readonly backlog: number;
  /** Undefined is plain HTTP; a unix socket never has any. */
  readonly tls: TlsSettings | undefined;
}

/** What endpoints share that do not say it themselves. */
type Manner = Omit<Endpoint, 'address'>;

const DEFAULT_BACKLOG = 128;

/**
 * Reads where gafferd listens: at `--bind` alone, else at the `bind` and the `http_endpoints` of the files, else on loopback.
 * @param defaultPort that of addresses that name none
 */
export function readEndpoints(reading: Reading, defaultPort = DEFAULT_PORT): readonly Endpoint[] {
  const manner = {
    backlog: reading.value(reading.said('backlog', 'backlog'), parseBacklog) ?? DEFAULT_BACKLOG,
    tls: readTls({ ...tlsSaid('ssl', reading), ...tlsOptions(reading) }, 'server', reading),
  };
  const outside = saidOutside('bind', reading.input);
  const entry = reading.entry('gaffer', 'bind');
  const sections = listedSections(reading);
  const places = new Map<string, Said>();
  const here = (said: Said, its: Manner): readonly Endpoint[] => endpointsAt(said, its, { reading, places, defaultPort });
  const endpoints =
    outside.length > 0
      ? outside.flatMap((said) => here(said, manner))
      : [
          ...(entry === undefined ? [] : here(entry, manner)),
          ...sections.flatMap((section) => here(bindOf(section, reading), mannerOf(section, manner, reading))),
        ];
  return endpoints.length === 0 ? [{ address: { kind: 'tcp', host: '127.0.0.1', port: defaultPort }, ...manner }] : endpoints;
}

/** What the command line says about TLS; it holds for all endpoints. */
function tlsOptions(reading: Reading): TlsSaid {
  const [certfile, keyfile] = [reading.option('certfile'), reading.option('keyfile')];
  return { ...(certfile !== undefined && { certfile }), ...(keyfile !== undefined && { keyfile }) };
}

/** The names in `http_endpoints` that there are sections of; those of others are errors, and sections that are not listed doubtful. */
function listedSections(reading: Reading): readonly Said[] {
  const listed = reading.entry('gaffer', 'http_endpoints');
  const words = listed === undefined ? [] : wordsOf(listed);
  const names = [...reading.sections.keys()].filter((name) => name.startsWith(ENDPOINT)).map((name) => name.slice(ENDPOINT.length));
  for (const name of names.filter((one) => !words.some(({ text }) => text === one))) {
    const [said] = reading.sections.get(`${ENDPOINT}${name}`)?.values() ?? [];
    if (said !== undefined) {
      reading.complaints.warning({ ...said, entry: `[${ENDPOINT}${name}]` }, 'not used, for http_endpoints does not name it');
    }
  }
  return words.filter((word) => {
    const isThere = names.includes(word.text);
    if (!isThere) {
      reading.complaints.error(word, `expected a section [${ENDPOINT}${word.text}] with a bind in it, found none${didYouMean(word.text, names)}`);
    }
    return isThere;
  });
}

/** The addresses of a section; one without any is complained of where it is listed. */
function bindOf(section: Said, reading: Reading): Said {
  return reading.entry(`${ENDPOINT}${section.text}`, 'bind') ?? { ...section, text: '' };
}

/** What a section says about itself; the command line wins. */
function mannerOf({ text: name }: Said, common: Manner, reading: Reading): Manner {
  const section = `${ENDPOINT}${name}`;
  const own = tlsSaid(section, reading);
  const backlog = reading.option('backlog') === undefined ? reading.value(reading.entry(section, 'backlog'), parseBacklog) : undefined;
  return {
    backlog: backlog ?? common.backlog,
    tls: Object.keys(own).length === 0 ? common.tls : readTls({ ...own, ...tlsOptions(reading) }, 'server', reading),
  };
}

/** The endpoints of a list of addresses; those that are taken already are errors. */
function endpointsAt(
  said: Said,
  { backlog, tls }: Manner,
  { reading, places, defaultPort }: { readonly reading: Reading; readonly places: Map<string, Said>; readonly defaultPort: number },
): readonly Endpoint[] {
  const words = wordsOf(said);
  if (words.length === 0) {
    reading.complaints.error(said, 'expected at least one address to listen at, got none');
  }
  return words.flatMap((word) => {
    const address = reading.value(word, parseAbsolute({ folder: word.folder, home: reading.input.home }, defaultPort));
    if (address === undefined) {
      return [];
    }
    const name = formatAddress(address);
    const before = places.get(name);
    if (before !== undefined && !(address.kind === 'tcp' && address.port === 0)) {
      reading.complaints.error(word, `address ${name} is there twice${before.line === word.line ? '' : `, also at ${placeOf(before)}`}; remove one`);
    }
    places.set(name, word);
    return [{ address, backlog, tls: address.kind === 'unix' ? undefined : tls }];
  });
}

/** Reads an address; the path of a unix socket becomes absolute. @throws GafferError `invalid_config` */
function parseAbsolute(base: PathBase, defaultPort: number): (text: string) => Address {
  return (text) => {
    const address = parseAddress(text, defaultPort);
    if (address.kind === 'tcp') {
      return address;
    }
    const path = parsePath(base)(address.path);
    if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
      throw unexpected(`a path of at most ${MAX_SOCKET_PATH} bytes for a unix socket`, path);
    }
    return { kind: 'unix', path };
  };
}

import { GafferError } from '../../errors.ts';
import { quoteText } from '../../finding.ts';
import { readText } from './input-file.ts';
import { saidOutside } from './outside.ts';
import type { Reading } from './reading.ts';
import { wordsOf } from './said.ts';
import { lookupdEntries } from './sections.ts';
import { readTls, type TlsSaid, type TlsSettings, tlsSaid } from './tls-settings.ts';
import { parseHeartbeat, parseHttpUrl, unexpected } from './values.ts';

/** The lookupd servers that gafferd registers with, and how. */
export interface LookupdSettings {
  /** `http://host:5010`, `https://…`, or `unix:/path`. */
  readonly addresses: readonly string[];
  /** The address that is told them; undefined is one that gafferd makes of its own. */
  readonly broadcastAddress: string | undefined;
  /** What the node is called there; undefined is the machine's name. */
  readonly nodeName: string | undefined;
  /** Shown to each of them. */
  readonly key: string | undefined;
  /** Where the key is, if it has a file of its own. */
  readonly keyFile: string | undefined;
  readonly tls: TlsSettings | undefined;
  /** How often each of them is shown that this node is there. */
  readonly heartbeatMs: number;
}

/** As the original has it. */
const HEARTBEAT_MS = 15_000;

/** It has no option: everybody on the machine can read a command line. */
const KEY_VARIABLE = 'GAFFERD_LOOKUPD_KEY';

/** Reads what is said about lookupd servers; addresses of the command line stand for those of the files. */
export function readLookupd(reading: Reading): LookupdSettings {
  const outside = saidOutside('lookupd-address', reading.input);
  const addresses = (outside.length > 0 ? outside : lookupdEntries(reading.sections)).flatMap(wordsOf);
  return {
    addresses: [...new Set(reading.values(addresses, parseLookupdAddress))],
    broadcastAddress: reading.value(reading.said('broadcast-address', 'broadcast_address'), parseBroadcastAddress),
    nodeName: reading.value(reading.said('node-name', 'node_name'), parseNodeName),
    ...readKey(reading),
    tls: readTls(clientTlsSaid(reading), 'client', reading),
    heartbeatMs: reading.value(reading.entry('lookup', 'heartbeat'), parseHeartbeat) ?? HEARTBEAT_MS,
  };
}

function clientTlsSaid(reading: Reading): TlsSaid {
  const options = {
    certfile: reading.option('client-certfile'),
    keyfile: reading.option('client-keyfile'),
    cacert: reading.option('cacert'),
  };
  const given = Object.fromEntries(Object.entries(options).filter(([, said]) => said !== undefined)) as TlsSaid;
  const { ca_certs: _, ...withoutAlias } = tlsSaid('lookup_ssl', reading);
  return { ...(given.cacert === undefined ? tlsSaid('lookup_ssl', reading) : withoutAlias), ...given };
}

function readKey(reading: Reading): Pick<LookupdSettings, 'key' | 'keyFile'> {
  const { env, cwd } = reading.input;
  const text = env[KEY_VARIABLE] ?? '';
  const [key, file] = [reading.entry('lookup', 'key'), reading.entry('lookup', 'key_file')];
  reading.oneOf(key, file);
  if (text !== '') {
    return { key: reading.value({ text, source: KEY_VARIABLE, folder: cwd }, parseKey), keyFile: undefined };
  }
  const path = reading.path(file);
  return file === undefined || path === undefined
    ? { key: reading.value(key, parseKey), keyFile: undefined }
    : { key: reading.value({ ...file, text: path }, readKeyFile), keyFile: path };
}

/** @throws GafferError `invalid_config`, which does not tell what was there */
function parseKey(text: string): string {
  if (!isKey(text)) {
    throw new GafferError('invalid_config', 'expected the secret of a key, letters and digits without blanks, got something else');
  }
  return text;
}

function readKeyFile(path: string): string {
  const text = readText(path).trim();
  if (!isKey(text)) {
    throw new GafferError('invalid_config', `expected one line with the secret of a key in ${path}, got something else`);
  }
  return text;
}

/** What can be sent in a header. */
function isKey(text: string): boolean {
  return /^[!-~]{1,1024}$/.test(text);
}

function parseLookupdAddress(text: string): string {
  if (/^unix:/i.test(text)) {
    if (!/^unix:(?:\/\/)?\/[^/]/i.test(text)) {
      throw unexpected('an absolute path, like unix:/run/lookupd.sock', text);
    }
    return text;
  }
  return parseHttpUrl(text);
}

/** Names of machines, and what else can stand in a key's permission. */
function parseNodeName(text: string): string {
  if (!/^[A-Za-z0-9][\w.-]{0,252}$/.test(text)) {
    throw new GafferError('invalid_config', `invalid node name: expected one of letters, digits, "_", "." and "-", got ${quoteText(text)}`);
  }
  return text;
}

function parseBroadcastAddress(text: string): string {
  try {
    return parseHttpUrl(text);
  } catch (cause) {
    const message = `invalid broadcast address: expected one that starts with http:// or https://, got ${quoteText(text)}`;
    throw new GafferError('invalid_config', message, { cause });
  }
}

import { GafferError } from '../../errors.ts';
import { quoteText } from '../../finding.ts';
import { saidOutside } from './outside.ts';
import type { Reading } from './reading.ts';
import { type Said, wordsOf } from './said.ts';
import { lookupdEntries } from './sections.ts';
import { readTls, type TlsSaid, type TlsSettings, tlsSaid } from './tls-settings.ts';
import { parseHttpUrl } from './values.ts';

/** The lookupd servers that gafferd registers with, and how. */
export interface LookupdSettings {
  readonly addresses: readonly string[];
  /** The address that is told them; undefined is one that gafferd makes of its own. */
  readonly broadcastAddress: string | undefined;
  readonly tls: TlsSettings | undefined;
}

/** What is said about lookupd servers. */
export interface LookupdSaid {
  readonly addresses: readonly Said[];
  readonly broadcastAddress: Said | undefined;
  readonly tls: TlsSaid;
}

/** Finds what is said about lookupd servers; addresses of the command line stand for those of the files. */
export function lookupdSaid(reading: Reading): LookupdSaid {
  const outside = saidOutside('lookupd-address', reading.input);
  const options = {
    certfile: reading.option('client-certfile'),
    keyfile: reading.option('client-keyfile'),
    cacert: reading.option('cacert'),
  };
  const given = Object.fromEntries(Object.entries(options).filter(([, said]) => said !== undefined)) as TlsSaid;
  const { ca_certs: _, ...withoutAlias } = tlsSaid('lookup_ssl', reading);
  return {
    addresses: (outside.length > 0 ? outside : lookupdEntries(reading.sections)).flatMap(wordsOf),
    broadcastAddress: reading.said('broadcast-address', 'broadcast_address'),
    tls: { ...(given.cacert === undefined ? tlsSaid('lookup_ssl', reading) : withoutAlias), ...given },
  };
}

/** Reads what is said about lookupd servers. */
export function readLookupd(said: LookupdSaid, reading: Reading): LookupdSettings {
  return {
    addresses: [...new Set(reading.values(said.addresses, parseHttpUrl))],
    broadcastAddress: reading.value(said.broadcastAddress, parseBroadcastAddress),
    tls: readTls(said.tls, 'client', reading),
  };
}

function parseBroadcastAddress(text: string): string {
  try {
    return parseHttpUrl(text);
  } catch (cause) {
    const message = `invalid broadcast address: expected one that starts with http:// or https://, got ${quoteText(text)}`;
    throw new GafferError('invalid_config', message, { cause });
  }
}

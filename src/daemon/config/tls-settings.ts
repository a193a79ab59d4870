import { createSecureContext, type SecureVersion } from 'node:tls';
import type { TlsServerOptions } from '../../api/tls-server.ts';
import { checkMaterial } from '../../certificates/material.ts';
import { GafferError, messageOf } from '../../errors.ts';
import { readInput } from './input-file.ts';
import type { Reading } from './reading.ts';
import { nameOf, type Said } from './said.ts';
import { parseLine, parseWord } from './values.ts';

/** What TLS needs; files are absolute paths. */
export interface TlsSettings {
  readonly certfile: string | undefined;
  readonly keyfile: string | undefined;
  /** Authorities that are trusted, in place of the well-known ones. */
  readonly cacert: string | undefined;
  readonly passphrase: string | undefined;
  readonly ciphers: string | undefined;
  readonly minVersion: SecureVersion | undefined;
  readonly maxVersion: SecureVersion | undefined;
  /** Whether the other side has to show a certificate. */
  readonly peerCertificate: 'none' | 'optional' | 'required' | undefined;
}

/** The keys of a section about TLS; `ca_certs` is another word for `cacert`. */
export const TLS_KEYS = ['certfile', 'keyfile', 'cacert', 'ca_certs', 'passphrase', 'ciphers', 'min_version', 'max_version', 'cert_reqs'] as const;

/** What is said about TLS. */
export type TlsSaid = Partial<Record<(typeof TLS_KEYS)[number], Said>>;

const VERSION = parseWord(['TLSv1.2', 'TLSv1.3']);

/** What a section says about TLS. */
export function tlsSaid(section: string, reading: Reading): TlsSaid {
  const entries = TLS_KEYS.map((key) => [key, reading.entry(section, key)] as const);
  return Object.fromEntries(entries.filter(([, said]) => said !== undefined));
}

/** Reads what is said about TLS, and tries it out; undefined when nothing is said, or it can't be used. */
export function readTls(said: TlsSaid, role: 'server' | 'client', reading: Reading): TlsSettings | undefined {
  const all = Object.values(said);
  const [first] = all;
  if (first === undefined || !isWhole(said, first, role, reading)) {
    return undefined;
  }
  const complaintsBefore = reading.complaints.findings.length;
  const settings: TlsSettings = {
    certfile: readableFile(said.certfile, reading),
    keyfile: readableFile(said.keyfile, reading),
    cacert: readableFile(reading.oneOf(said.cacert, said.ca_certs), reading),
    passphrase: reading.value(said.passphrase, parseLine),
    ciphers: reading.value(said.ciphers, parseLine),
    minVersion: reading.value(said.min_version, VERSION),
    maxVersion: reading.value(said.max_version, VERSION),
    peerCertificate: reading.value(said.cert_reqs, parseWord(['none', 'optional', 'required'])),
  };
  if (role === 'server') {
    expectAuthority(said, settings, reading);
  }
  if (reading.complaints.findings.length > complaintsBefore) {
    return undefined;
  }
  return reading.value(said.certfile ?? first, () => {
    tryOut(settings);
    return settings;
  });
}

/** The path of a file; that it can't be read is complained of where it is named. */
function readableFile(said: Said | undefined, reading: Reading): string | undefined {
  const path = reading.path(said);
  return said === undefined || path === undefined
    ? undefined
    : reading.value({ ...said, text: path }, () => {
        readInput(path);
        return path;
      });
}

/** A certificate and its key go together; a server can't do without. */
function isWhole({ certfile, keyfile }: TlsSaid, first: Said, role: 'server' | 'client', { complaints }: Reading): boolean {
  if (certfile === undefined && keyfile === undefined) {
    if (role === 'server') {
      complaints.error(first, 'expected a certfile and a keyfile as well, got neither');
    }
    return role === 'client';
  }
  if (certfile === undefined || keyfile === undefined) {
    const there = certfile ?? keyfile;
    complaints.error(there ?? first, `expected a certfile and a keyfile, got ${nameOf(there ?? first)} alone`);
    return false;
  }
  return true;
}

/** Whoever asks clients for certificates says who may sign them: the well-known authorities would let in anybody. */
function expectAuthority(said: TlsSaid, { cacert, peerCertificate }: TlsSettings, { complaints }: Reading): void {
  const isAsked = peerCertificate === 'optional' || peerCertificate === 'required';
  const authority = said.cacert ?? said.ca_certs;
  if (isAsked && said.cert_reqs !== undefined && authority === undefined) {
    complaints.error(said.cert_reqs, `expected a cacert beside it, the authority that signs the clients' certificates, got none`);
  } else if (!isAsked && authority !== undefined && cacert !== undefined) {
    complaints.warning(authority, 'not used, for clients are not asked for certificates; cert_reqs = required or optional does that');
  }
}

/** @throws GafferError `io_failed` for a file that can't be read, `bad_usage` or `invalid_config` for what TLS refuses */
function tryOut(settings: TlsSettings): void {
  const { certfile, keyfile, cacert, passphrase } = settings;
  const text = (file: string | undefined): string | undefined => (file === undefined ? undefined : readInput(file).toString());
  const names = { ca: cacert ?? '', cert: certfile ?? '', key: keyfile ?? '', passphrase: 'passphrase' };
  checkMaterial({ ca: text(cacert), cert: text(certfile), key: text(keyfile), passphrase }, names);
  const options = tlsOptionsOf(settings);
  try {
    createSecureContext(options);
  } catch (error) {
    throw new GafferError('invalid_config', `expected a certificate, its key and settings that fit, got "${messageOf(error)}"`, { cause: error });
  }
}

/** Older versions are broken, and Node can be told to speak them. */
const OLDEST: SecureVersion = 'TLSv1.2';

/** Reads the files, and makes of all the options that Node's `tls` takes. @throws GafferError `io_failed` */
export function tlsOptionsOf(settings: TlsSettings): TlsServerOptions {
  const { certfile, keyfile, cacert, passphrase, ciphers, minVersion, maxVersion, peerCertificate } = settings;
  return {
    ...(certfile !== undefined && { cert: readInput(certfile) }),
    ...(keyfile !== undefined && { key: readInput(keyfile) }),
    ...(cacert !== undefined && { ca: readInput(cacert) }),
    ...(passphrase !== undefined && { passphrase }),
    ...(ciphers !== undefined && { ciphers }),
    minVersion: minVersion ?? OLDEST,
    ...(maxVersion !== undefined && { maxVersion }),
    ...(peerCertificate !== undefined && { requestCert: peerCertificate !== 'none', rejectUnauthorized: peerCertificate === 'required' }),
  };
}

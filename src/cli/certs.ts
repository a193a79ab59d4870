import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { areasOf, createAuthority, issue, type Wanted } from '../certificates/authority.ts';
import type { Identity, Period } from '../certificates/certificate.ts';
import { dayOf } from '../certificates/day.ts';
import { namesIn } from '../certificates/read-certificates.ts';
import { type Area, areaOf, isWithinArea, parseArea, parseServerName, type ServerName } from '../certificates/server-name.ts';
import { judgeValidity, validityTrouble } from '../certificates/validity.ts';
import { GafferError } from '../errors.ts';
import { CertificateFolder, type IdentityFiles } from './certificate-folder.ts';

/** What certificate is to be made. */
export interface CertsOptions {
  readonly folder: string;
  /** What the server is called by its clients; without any those of the certificate that is made anew, else this machine's. */
  readonly names: readonly string[];
  /** Makes a client's certificate, and this is what the client is called. */
  readonly client: string | undefined;
  /** What the files are called. */
  readonly file: string | undefined;
  /** What else a new authority may sign for. */
  readonly permit: readonly string[];
  readonly days: number;
  /** Makes anew what is there. */
  readonly force: boolean;
  /** Makes even the authority anew. */
  readonly newAuthority: boolean;
  readonly nowMs: number;
}

/** What was made. */
export interface CertsMade {
  readonly kind: Wanted['kind'];
  readonly authority: { readonly file: string; readonly isNew: boolean; readonly areas: readonly string[]; readonly until: string };
  readonly files: IdentityFiles;
  /** What a server is called, or who the client is. */
  readonly names: readonly string[];
  readonly until: string;
}

const AUTHORITY = 'ca';

const DAY_MS = 86_400_000;

const AUTHORITY_DAYS = 3650;

/** Clocks of two machines are never quite the same. */
const BEFORE_MS = 3_600_000;

const LOOPBACK = ['localhost', '127.0.0.0/8', '::1'];

/** Has the folder's authority, which is made where there is none, sign a certificate. @throws GafferError `bad_usage`, `io_failed`, `invalid_config` */
export function createCertificate(options: CertsOptions): CertsMade {
  const folder = new CertificateFolder(options.folder);
  const name = fileName(options);
  if (!options.force) {
    folder.expectFree(name);
    if (options.newAuthority) {
      folder.expectFree(AUTHORITY);
    }
  }
  const names = options.client === undefined ? serverNames(options, folder.read(name)) : [];
  const there = options.newAuthority ? undefined : folder.read(AUTHORITY);
  const { authority, areas } = there === undefined ? freshAuthority(names, options) : oldAuthority(there, { names, options, folder });
  const period = periodOf(options.nowMs, options.days);
  const wanted: Wanted = options.client === undefined ? { kind: 'server', names, period } : { kind: 'client', name: options.client, period };
  const identity = issue(authority, wanted);
  const file = there === undefined ? folder.keep(AUTHORITY, authority).cert : folder.files(AUTHORITY).cert;
  return {
    kind: wanted.kind,
    authority: { file, isNew: there === undefined, areas: areas.map((area) => area.name), until: endOf(authority) },
    files: folder.keep(name, identity),
    names: wanted.kind === 'server' ? names.map((one) => one.name) : [wanted.name],
    until: endOf(identity),
  };
}

function fileName({ client, file = client ?? 'server' }: CertsOptions): string {
  for (const [option, text] of [
    ['--client', client],
    ['--name', file],
  ] as const) {
    // with dots in it OpenSSL takes a client's name for that of a host, which the authority may not sign for
    if (text !== undefined && (!/^[A-Za-z0-9][\w@-]{0,59}$/.test(text) || text === AUTHORITY)) {
      throw new GafferError('bad_usage', `${option}: expected up to 60 letters, digits, "-", "_" and "@", and not "${AUTHORITY}", got "${text}"`);
    }
  }
  return file;
}

function serverNames({ names }: CertsOptions, before: Identity | undefined): readonly ServerName[] {
  if (names.length > 0) {
    return names.map(parseServerName);
  }
  const old = before === undefined ? [] : namesIn(new X509Certificate(before.cert));
  return old.length > 0
    ? old.map(parseServerName)
    : ['localhost', hostname().toLowerCase(), '127.0.0.1', '::1'].filter(isUsable).map(parseServerName);
}

function isUsable(text: string, at: number, all: readonly string[]): boolean {
  try {
    parseServerName(text);
    return all.indexOf(text) === at;
  } catch {
    return false; // a machine may be called anything
  }
}

function freshAuthority(
  names: readonly ServerName[],
  { permit, nowMs }: CertsOptions,
): { readonly authority: Identity; readonly areas: readonly Area[] } {
  const wanted = [...LOOPBACK.map(parseArea), ...names.map(areaOf), ...permit.map(parseArea)];
  const areas = wanted.filter(
    (area, at) => !wanted.some((other, before) => before !== at && covers(other, area) && (before < at || !covers(area, other))),
  );
  const host = hostname()
    .replaceAll(/[^A-Za-z0-9.-]/g, '-')
    .slice(0, 40);
  const authority = createAuthority({ name: `gaffer authority of ${host}`, areas, period: periodOf(nowMs, AUTHORITY_DAYS) });
  return { authority, areas };
}

/** Whether the second area is within the first. */
function covers(outer: Area, inner: Area): boolean {
  if (inner.kind === 'dns') {
    return isWithinArea(inner, outer);
  }
  return outer.kind === 'ip' && isWithinArea(inner, outer) && inner.mask.every((byte, at) => (byte & (outer.mask[at] ?? 0)) === outer.mask[at]);
}

/** @throws GafferError `bad_usage` when the authority may not sign for a name, or has ended */
function oldAuthority(
  authority: Identity,
  { names, options, folder }: { readonly names: readonly ServerName[]; readonly options: CertsOptions; readonly folder: CertificateFolder },
): { readonly authority: Identity; readonly areas: readonly Area[] } {
  const { cert } = folder.files(AUTHORITY);
  const again = '--force --new-authority makes another one, whose ca.pem clients need then';
  if (options.permit.length > 0) {
    throw new GafferError('bad_usage', `--permit: what ${cert} may sign for was decided when it was made; ${again}`);
  }
  const areas = areasOf(authority, cert);
  const strange = names.find((name) => !areas.some((area) => isWithinArea(name, area)));
  if (strange !== undefined) {
    const may = areas.map((area) => area.name).join(', ');
    throw new GafferError('bad_usage', `${cert} may not sign for "${strange.name}", only for ${may}; ${again} (or --out names another folder)`);
  }
  const validity = judgeValidity(new X509Certificate(authority.cert), options.nowMs);
  if (validity.kind === 'expired' || validity.kind === 'not-yet') {
    throw new GafferError('bad_usage', `${cert} ${validityTrouble(validity) ?? ''}; ${again}`);
  }
  return { authority, areas };
}

function periodOf(nowMs: number, days: number): Period {
  return { from: new Date(nowMs - BEFORE_MS), until: new Date(nowMs + days * DAY_MS) };
}

function endOf({ cert }: Identity): string {
  return dayOf(new Date(new X509Certificate(cert).validTo));
}

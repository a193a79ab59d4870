import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { GafferError } from '../errors.ts';
import { type Identity, newKey, type Period, privateKeyPem, signCertificate } from './certificate.ts';
import { dayOf } from './day.ts';
import { alternativeNames, isAuthority, isNoAuthority, keyIdentifiers, nameConstraints, purposes, readNameConstraints } from './extensions.ts';
import type { Area, ServerName } from './server-name.ts';

/** What an authority is asked for. */
export type Wanted =
  | { readonly kind: 'server'; readonly names: readonly ServerName[]; readonly period: Period }
  | { readonly kind: 'client'; readonly name: string; readonly period: Period };

/** Makes an authority. Whoever steals its key can sign for nothing but the areas. */
export function createAuthority({
  name,
  areas,
  period,
}: {
  readonly name: string;
  readonly areas: readonly Area[];
  readonly period: Period;
}): Identity {
  const key = newKey();
  const extensions = [...isAuthority(), purposes('server', 'client'), nameConstraints(areas), ...keyIdentifiers(createPublicKey(key), undefined)];
  return { cert: signCertificate({ subject: name, period, key, extensions }, { subject: name, key }), key: privateKeyPem(key) };
}

/** Has an authority sign a certificate for a new key. @throws GafferError `bad_usage` when it does not hold as long */
export function issue(authority: Identity, wanted: Wanted): Identity {
  const signer = { subject: subjectOf(authority.cert), key: createPrivateKey(authority.key) };
  const end = new Date(new X509Certificate(authority.cert).validTo);
  if (Math.floor(wanted.period.until.getTime() / 1000) * 1000 > end.getTime()) {
    throw new GafferError(
      'bad_usage',
      `--days: expected an end before ${dayOf(end)}, when the authority itself ends, got ${dayOf(wanted.period.until)}`,
    );
  }
  const key = newKey();
  const extensions = [
    ...isNoAuthority(),
    purposes(wanted.kind),
    ...(wanted.kind === 'server' ? [alternativeNames(wanted.names)] : []),
    ...keyIdentifiers(createPublicKey(key), createPublicKey(signer.key)),
  ];
  const subject = wanted.kind === 'server' ? subjectOfServer(wanted.names) : wanted.name;
  return { cert: signCertificate({ subject, period: wanted.period, key, extensions }, signer), key: privateKeyPem(key) };
}

/** No host name, and nothing like one: OpenSSL would take an address for such, for which the authority may not sign. */
function subjectOfServer([first]: readonly ServerName[]): string {
  return `server ${first?.name ?? ''}`.slice(0, 64);
}

/** What an authority may sign for. @param file where it is, for people @throws GafferError `bad_usage` for one that {@link createAuthority} has not made */
export function areasOf({ cert, key }: Identity, file: string): readonly Area[] {
  const { raw } = new X509Certificate(cert);
  const areas = readNameConstraints(raw);
  const { asymmetricKeyDetails } = createPrivateKey(key);
  if (areas.length === 0 || asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new GafferError('bad_usage', `${file}: expected an authority that "gaffer certs create" has made, got another one`);
  }
  return areas;
}

function subjectOf(cert: string): string {
  return new X509Certificate(cert).subject.replace(/^CN=/, '');
}

import { judgeValidity, type ValidityTexts, validityTrouble } from '../../certificates/validity.ts';
import type { PathRights } from '../../daemon/trust/file-rights.ts';
import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';
import { checkChanges, checkLooked, checkReaders, type Owner } from './path-check.ts';

/** A certificate as its file has it. */
export interface CertificateFacts extends ValidityTexts {
  /** The host names and addresses that it is for. */
  readonly names: readonly string[];
}

/** What an endpoint with TLS shows, and where it listens. */
export interface ServedCertificate {
  readonly file: string;
  /** The server's own first, then those above it. */
  readonly certificates: readonly CertificateFacts[];
  readonly key: PathRights | undefined;
  /** The host that the endpoint is bound to; undefined for every one. */
  readonly host: string | undefined;
  /** Whether the certificate is for that host. */
  readonly isForHost: boolean;
}

const say = diagnosesOf('tls');

const RENEW = 'have a new one made (gaffer certs create), then send gafferd SIGHUP';

/** Judges a certificate that gafferd serves, and who can read its key. */
export function checkServed({ file, certificates, key, host, isForHost }: ServedCertificate, owner: Owner, nowMs: number): readonly Diagnosis[] {
  const [own] = certificates;
  const validity = certificates.flatMap((one) => checkValidity(file, one, nowMs));
  const question = key && { area: 'tls' as const, id: 'key-file', rights: key, owner };
  return [
    ...validity,
    ...(host !== undefined && !isForHost
      ? [
          say.warning(
            'certificate-name',
            `the certificate ${file} is for ${own?.names.join(', ') || 'no name'}, and gafferd listens on ${host}`,
            `gaffer certs create ${host}`,
          ),
        ]
      : []),
    ...(question === undefined
      ? []
      : [
          ...checkLooked(question),
          ...checkReaders(question, 'and so pretend to be this node'),
          ...checkChanges(question, 'and so keep clients away'),
        ]),
    ...(validity.length === 0 && own !== undefined
      ? [say.ok('certificate', `the certificate ${file} is for ${own.names.join(', ') || 'no name'}, and holds until ${own.validTo}`)]
      : []),
  ];
}

/** Judges when a certificate holds. @param place where it was found, for people */
export function checkValidity(place: string, certificate: ValidityTexts, nowMs: number): readonly Diagnosis[] {
  const validity = judgeValidity(certificate, nowMs);
  const trouble = validityTrouble(validity);
  if (trouble === undefined) {
    return [];
  }
  const level = validity.kind === 'ends-soon' ? say.warning : say.problem;
  return [
    level(
      'certificate-validity',
      `the certificate ${place} ${trouble}`,
      validity.kind === 'not-yet' ? 'set the clock, or have a new one made' : RENEW,
    ),
  ];
}

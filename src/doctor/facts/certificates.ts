import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { namesIn, readCertificates } from '../../certificates/read-certificates.ts';
import type { Endpoint } from '../../daemon/config/endpoints.ts';
import type { ServedCertificate } from '../checks/certificates.ts';
import type { Look } from './folders.ts';

/** Looks at the certificates that endpoints show, each once; those that can't be read were told of with the configuration. */
export function servedCertificates(endpoints: readonly Endpoint[], look: Look): readonly ServedCertificate[] {
  const seen = new Set<string>();
  return endpoints.flatMap(({ address, tls }) => {
    const host = address.kind === 'tcp' && !isWildcard(address.host) ? address.host : undefined;
    const file = tls?.certfile;
    const key = `${file ?? ''} ${host ?? ''}`;
    if (file === undefined || seen.has(key)) {
      return [];
    }
    seen.add(key);
    const certificates = certificatesIn(file);
    const facts = certificates.map((one) => ({ validFrom: one.validFrom, validTo: one.validTo, names: namesIn(one) }));
    const [own] = certificates;
    const isForHost = host === undefined || own === undefined || isFor(own, host);
    return [{ file, certificates: facts, key: tls?.keyfile === undefined ? undefined : look(tls.keyfile), host, isForHost }];
  });
}

function isWildcard(host: string | undefined): boolean {
  return host === undefined || host === '0.0.0.0' || host === '::';
}

function isFor(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
}

function certificatesIn(file: string): readonly X509Certificate[] {
  try {
    return readCertificates(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

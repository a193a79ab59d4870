import { X509Certificate } from 'node:crypto';
import { GafferError, messageOf } from '../errors.ts';

const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** The certificates in a PEM text, the owner's first. @throws GafferError `invalid_config` where there is none, or one is broken */
export function readCertificates(pem: string): readonly X509Certificate[] {
  const texts = pem.match(CERTIFICATE) ?? [];
  if (texts.length === 0) {
    const isKey = /-----BEGIN .*PRIVATE KEY-----/.test(pem);
    throw new GafferError('invalid_config', `expected a certificate (-----BEGIN CERTIFICATE-----), got ${isKey ? 'a private key alone' : 'none'}`);
  }
  return texts.map((text) => {
    try {
      return new X509Certificate(text);
    } catch (error) {
      throw new GafferError('invalid_config', `expected a certificate, got a broken one (${messageOf(error)})`, { cause: error });
    }
  });
}

/** The host names and addresses that a certificate is for. */
export function namesIn({ subjectAltName = '' }: Pick<X509Certificate, 'subjectAltName'>): readonly string[] {
  return Array.from(subjectAltName.matchAll(/(?:DNS|IP Address):("[^"]*"|[^,]*)/g), ([, name = '']) => shortAddress(name));
}

/** OpenSSL writes all groups of an address. */
function shortAddress(name: string): string {
  return name.includes(':') && URL.canParse(`http://[${name}]`) ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name;
}

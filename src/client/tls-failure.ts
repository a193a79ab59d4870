import { messageOf, systemCode } from '../errors.ts';

/** Why a connection with TLS did not come about. */
export type TlsFailure =
  /** The node's certificate is none that is trusted here. */
  | { readonly kind: 'untrusted' | 'outdated' | 'not-yet' | 'other-name' | 'bad-chain'; readonly reason: string }
  /** The node wants to see one, and was shown none. */
  | { readonly kind: 'asks-for-certificate' }
  /** The node does not want the one that it was shown. */
  | { readonly kind: 'refuses-certificate'; readonly reason: string }
  | { readonly kind: 'no-tls' | 'no-common-version' }
  | { readonly kind: 'other'; readonly reason: string };

/** Codes of Node and OpenSSL about the certificate that was shown. */
const ABOUT_CERTIFICATE: Readonly<Record<string, 'untrusted' | 'outdated' | 'not-yet' | 'other-name' | 'bad-chain'>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
  CERT_HAS_EXPIRED: 'outdated',
  CERT_NOT_YET_VALID: 'not-yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-name',
  HOSTNAME_MISMATCH: 'other-name',
  CERT_SIGNATURE_FAILURE: 'bad-chain',
  CERT_CHAIN_TOO_LONG: 'bad-chain',
  CERT_REVOKED: 'bad-chain',
  CERT_REJECTED: 'bad-chain',
  INVALID_CA: 'bad-chain',
  INVALID_PURPOSE: 'bad-chain',
  PATH_LENGTH_EXCEEDED: 'bad-chain',
};

/** What the other side says of the certificate that it was shown, by the numbers of TLS. */
const REFUSALS: Readonly<Record<number, string>> = {
  42: 'it is broken',
  43: 'it is of a kind that it does not know',
  44: 'it has been revoked',
  45: 'it has expired',
  46: 'something about it is wrong',
  48: 'it does not know who has signed it',
  49: 'it is not let in',
};

const [HANDSHAKE_FAILURE, PROTOCOL_VERSION, CERTIFICATE_REQUIRED] = [40, 70, 116];

/** Tells what has gone wrong between two sides that should have spoken TLS; undefined when it was something else. */
export function tlsFailureOf(error: unknown, { hasCertificate }: { readonly hasCertificate: boolean }): TlsFailure | undefined {
  const [code, message] = [systemCode(error) ?? '', messageOf(error)];
  const kind = ABOUT_CERTIFICATE[code] ?? (/subtree violation/.test(message) ? 'bad-chain' : undefined);
  const reason = plainReason(message);
  if (kind !== undefined) {
    return { kind, reason };
  }
  if (code !== 'EPROTO' && !code.startsWith('ERR_SSL_')) {
    return undefined;
  }
  const alert = Number(/alert number (\d+)/.exec(message)?.[1]);
  if (alert === CERTIFICATE_REQUIRED || (alert === HANDSHAKE_FAILURE && !hasCertificate)) {
    return { kind: 'asks-for-certificate' };
  }
  const refusal = REFUSALS[alert];
  if (refusal !== undefined) {
    return hasCertificate ? { kind: 'refuses-certificate', reason: refusal } : { kind: 'asks-for-certificate' };
  }
  if (alert === PROTOCOL_VERSION || /UNSUPPORTED_PROTOCOL|unsupported protocol/.test(`${code} ${message}`)) {
    return { kind: 'no-common-version' };
  }
  return /wrong version number|packet length too long|http request|record layer failure/.test(message)
    ? { kind: 'no-tls' }
    : { kind: 'other', reason };
}

/** Without what node-fetch puts in front, and without where in OpenSSL it happened. */
function plainReason(message: string): string {
  const reason = message.replace(/^request to \S+ failed, reason: /, '');
  const [, words = reason] = /error:[^:]*:[^:]*:[^:]*:([^:]+):/.exec(reason) ?? [];
  return words.trim();
}

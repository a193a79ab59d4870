import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { GafferError, messageOf } from '../errors.ts';
import { readCertificates } from './read-certificates.ts';
import { judgeValidity, validityTrouble } from './validity.ts';

/** Certificates and keys as PEM text: whom to trust, and who one is. */
export interface TlsMaterial {
  /** Who is trusted, in place of the well-known authorities. */
  readonly ca?: string | undefined;
  /** What one shows oneself, with the authorities between it and one that the other side knows. */
  readonly cert?: string | undefined;
  /** The key of that. */
  readonly key?: string | undefined;
  /** Of the key, where it is kept encrypted. */
  readonly passphrase?: string | undefined;
}

/** What people call its parts. */
export type MaterialNames = Readonly<Record<'ca' | 'cert' | 'key' | 'passphrase', string>>;

const MEMBERS: MaterialNames = { ca: 'tls.ca', cert: 'tls.cert', key: 'tls.key', passphrase: 'tls.passphrase' };

/** Finds what TLS can't use, or would leave out without a word. @throws GafferError `bad_usage` */
export function checkMaterial({ ca, cert, key, passphrase }: TlsMaterial, names: MaterialNames = MEMBERS): void {
  if (ca !== undefined) {
    certificatesOf(names.ca, ca);
  }
  if (cert === undefined) {
    if (key !== undefined) {
      throw new GafferError('bad_usage', `${names.key}: expected a certificate beside it (${names.cert}), got none`);
    }
    return;
  }
  const [own] = certificatesOf(names.cert, cert);
  const privateKey = keyOf(key === undefined ? names.cert : names.key, { key: key ?? cert, passphrase, passphraseName: names.passphrase });
  if (own?.checkPrivateKey(privateKey) === false) {
    throw new GafferError('bad_usage', `${names.key}: expected the key of the certificate (${names.cert}), got the key of another one`);
  }
}

/** Finds that the certificate which one shows oneself does not hold now: the node would hang up without a word. @throws GafferError `bad_usage` */
export function checkOwnValidity({ cert }: TlsMaterial, nowMs: number, names: MaterialNames = MEMBERS): void {
  const [own] = cert === undefined ? [] : certificatesOf(names.cert, cert);
  const validity = own && judgeValidity(own, nowMs);
  if (validity?.kind === 'expired' || validity?.kind === 'not-yet') {
    throw new GafferError('bad_usage', `${names.cert}: the certificate ${validityTrouble(validity) ?? ''}: name another one`);
  }
}

function certificatesOf(name: string, text: string): readonly X509Certificate[] {
  try {
    return readCertificates(text);
  } catch (error) {
    throw new GafferError('bad_usage', `${name}: ${messageOf(error)}`, { cause: error });
  }
}

function keyOf(
  name: string,
  { key, passphrase, passphraseName }: { readonly key: string; readonly passphrase: string | undefined; readonly passphraseName: string },
): KeyObject {
  if (!/-----BEGIN .*PRIVATE KEY-----/.test(key)) {
    throw new GafferError('bad_usage', `${name}: expected a private key (-----BEGIN PRIVATE KEY-----), got none`);
  }
  try {
    return createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) });
  } catch (error) {
    const isLocked = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(key);
    const why = !isLocked
      ? `expected a private key, got a broken one (${messageOf(error)})`
      : passphrase === undefined
        ? `the key is encrypted: its passphrase is needed (${passphraseName})`
        : `the passphrase (${passphraseName}) is not that of the key`;
    throw new GafferError('bad_usage', `${name}: ${why}`, { cause: error });
  }
}

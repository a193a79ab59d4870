import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bytesAsBits, type Der, integer, moment, objectId, sequence, setOf, tagged, text } from './der.ts';

/** A certificate and its private key, as PEM text. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** From when until when a certificate holds. */
export interface Period {
  readonly from: Date;
  readonly until: Date;
}

/** What is to be signed. */
export interface Draft {
  /** Whose it is, as people know them. */
  readonly subject: string;
  readonly period: Period;
  readonly key: KeyObject;
  readonly extensions: readonly Der[];
}

/** Who signs, with the private key. */
export interface Signer {
  readonly subject: string;
  readonly key: KeyObject;
}

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));

/** A new pair of keys (P-256): the private one tells the public one too. */
export function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** Signs a certificate (X.509, version 3), and gives it as PEM text. */
export function signCertificate({ subject, period, key, extensions }: Draft, signer: Signer): string {
  const version3 = tagged(0, integer(2n), true);
  const content = sequence(
    version3,
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    nameOf(signer.subject),
    sequence(moment(period.from), moment(period.until)),
    nameOf(subject),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions), true),
  );
  return pem('CERTIFICATE', sequence(content, ECDSA_WITH_SHA256, bytesAsBits(sign('sha256', content, signer.key))));
}

/** A private key as PEM text. */
export function privateKeyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Nobody can foresee it, and it is no negative number in 16 bytes. */
function serialNumber(): bigint {
  return BigInt(`0x7${randomBytes(16).toString('hex').slice(1)}`);
}

function nameOf(subject: string): Der {
  return sequence(setOf(sequence(objectId('2.5.4.3'), text(subject))));
}

function pem(label: string, der: Der): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

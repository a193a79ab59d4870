import { createHmac } from 'node:crypto';
import { GafferError } from '../errors.ts';

/** What a delivery to a webhook is signed with, and what it says. */
export interface SignedDelivery {
  /** Those of the hooks that it is for; one is enough for the receiver to know it by. */
  readonly secrets: readonly string[];
  /** When it is sent, in seconds since the epoch: a receiver refuses what is old. */
  readonly seconds: number;
  /** Exactly as it is sent. */
  readonly body: string;
}

const LONGEST = 1024;

/** What `X-Gaffer-Signature` says: `t=SECONDS,v1=HEX`, the HMAC-SHA256 of `t.body`; one `v1` for each secret. */
export function signatureOf({ secrets, seconds, body }: SignedDelivery): string {
  const signatures = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`);
  return [`t=${seconds}`, ...signatures].join(',');
}

/** Takes a text for a secret, without saying what it was. @throws GafferError `bad_request` */
export function expectSecret(text: string): string {
  if (text.trim() === '' || /\p{Cc}/u.test(text) || text.length > LONGEST) {
    throw new GafferError('bad_request', `expected a text of 1 to ${LONGEST} characters on one line for a secret, got something else`);
  }
  return text;
}

import { createHash, randomBytes } from 'node:crypto';
import { GafferError } from '../../errors.ts';

/** As many characters as a secret of one's own has to have. */
const SHORTEST = 16;
const LONGEST = 256;

const KEY_ID = /^key-[0-9a-f]{12}$/;

/** Makes the secret of a key: 128 bits, as 32 hexadecimal characters. */
export function newSecret(): string {
  return randomBytes(16).toString('hex');
}

/** Makes the id of a key, by which it is shown. */
export function newKeyId(): string {
  return `key-${randomBytes(6).toString('hex')}`;
}

/** Whether a text has the form of a key's id. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/** What is kept of a secret. It is found by that: comparing it tells nothing about others that are similar. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Takes a text for a secret; no message tells it. @throws GafferError `bad_request` when it could be guessed, be taken for an id, or not be sent in a header */
export function expectSecret(text: string): string {
  if (isKeyId(text)) {
    throw new GafferError('bad_request', 'key: expected a text that does not look like the id of a key; choose another one');
  }
  if (!/^[\x21-\x7e]*$/.test(text)) {
    throw new GafferError('bad_request', 'key: expected ASCII characters without blanks, got others; choose another text');
  }
  if (text.length < SHORTEST || text.length > LONGEST) {
    throw new GafferError('bad_request', `key: expected ${SHORTEST} to ${LONGEST} characters, got ${text.length}`);
  }
  return text;
}

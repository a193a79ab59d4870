import { GafferError } from '../errors.ts';

/** Takes a text for a key that can be sent; no message tells it. @param place what has named it @throws GafferError `bad_usage` */
export function expectKey(place: string, key: string): string {
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new GafferError('bad_usage', `${place}: expected ASCII characters without blanks, got others`);
  }
  return key;
}

/** Whether a text is the id of a key, which is no secret. */
export function isKeyId(key: string): boolean {
  return /^key-[0-9a-f]{12}$/.test(key);
}

/** A key as it may be shown: of what can be a secret only the beginning. */
export function shownKey(key: string): string {
  return key.length < 16 || isKeyId(key) ? key : `${key.slice(0, 4)}...`;
}

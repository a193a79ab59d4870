import { GafferError } from '../errors.ts';
import { quoteText } from '../finding.ts';

const LONGEST = 2048;

/** Reads the address of a webhook, and writes it as every one is written; what is behind a `#` is never sent. @throws GafferError `bad_request` */
export function parseHookUrl(text: string): string {
  if (!/^https?:\/\/[^\s\p{Cc}]+$/iu.test(text) || text.length > LONGEST || !URL.canParse(text)) {
    const expected = `expected an address that starts with http:// or https://, of at most ${LONGEST} characters without blanks`;
    throw new GafferError('bad_request', `${expected}, got ${quoteText(shownUrl(text))}`);
  }
  const url = new URL(text);
  if ([url.username, url.password].some((part) => !isDecodable(part))) {
    throw new GafferError('bad_request', `expected a user and a password with "%25" for a percent sign, got ${quoteText(shownUrl(text))}`);
  }
  url.hash = '';
  return url.href;
}

/** An address without the user and the password in it, for people and logs. */
export function shownUrl(url: string): string {
  return url.replace(/^([^/?#]*\/\/)[^/?#]*@/, '$1***@');
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

import { GafferError } from '../../errors.ts';
import { quoteText } from '../../finding.ts';

const LONGEST = 64;

/**
 * Names go into addresses, into Basic authentication (where a colon ends them), logs and tables: nothing that cannot be seen,
 * or that turns the text around it, and blanks only between words.
 */
const NAME = /^(?! )(?:[^\p{C}\p{Z}:/]| )+(?<! )$/u;

/** The one way to write a name: the same letters can be written in several. */
export function plainName(name: string): string {
  return name.normalize('NFC');
}

/** Takes a text for the name of a user. @throws GafferError `bad_request` */
export function expectUserName(text: string): string {
  const name = plainName(text);
  const length = Array.from(name).length;
  if (length < 1 || length > LONGEST) {
    throw new GafferError('bad_request', `username: expected 1 to ${LONGEST} characters, got ${length}`);
  }
  if (!NAME.test(name) || name === '.' || name === '..') {
    throw new GafferError('bad_request', `username: expected a name without ":", "/" and characters that cannot be seen, got ${quoteText(text)}`);
  }
  return name;
}

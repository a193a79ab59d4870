import { GafferError } from '../../errors.ts';
import { quoteText } from '../../finding.ts';

const LONGEST = 200;

/** What would break the line that it is shown in, or turn it around. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** Takes a text for what a key is called in lists. @throws GafferError `bad_request` */
export function expectLabel(text: string): string {
  if (Array.from(text).length > LONGEST) {
    throw new GafferError('bad_request', `label: expected ${LONGEST} characters at most, got ${Array.from(text).length}`);
  }
  if (UNFIT.test(text)) {
    throw new GafferError('bad_request', `label: expected a text on one line, without characters that control a terminal, got ${quoteText(text)}`);
  }
  return text;
}

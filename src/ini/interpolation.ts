import { didYouMean } from '../suggestion.ts';

/** Python's limit: deeper than that it goes round in circles. */
const MAX_DEPTH = 10;

/**
 * Replaces `%(name)s` by the value of that key, and `%%` by `%`, as Python's configparser does.
 * @returns the text, or what is wrong with it
 */
export function interpolate(text: string, values: ReadonlyMap<string, string>, depth = 1): string | { readonly problem: string } {
  if (depth > MAX_DEPTH) {
    return { problem: 'expected values that lead to an end, but "%(name)s" goes round in circles' };
  }
  let result = '';
  for (const [, literal = '', percent, name] of text.matchAll(/([^%]+)|(%%)|%\(([^)]*)\)s|%/g)) {
    if (percent !== undefined) {
      result += '%';
    } else if (name !== undefined) {
      const raw = values.get(name.toLowerCase()) ?? values.get(name);
      if (raw === undefined) {
        return { problem: `expected a key of this section or of [DEFAULT] in "%(${name})s"${didYouMean(name, values.keys())}` };
      }
      const value = interpolate(raw, values, depth + 1);
      if (typeof value !== 'string') {
        return value;
      }
      result += value;
    } else if (literal === '') {
      return { problem: 'expected "%%" for a percent sign, or "%(name)s" for the value of a key, got a single "%"' };
    } else {
      result += literal;
    }
  }
  return result;
}

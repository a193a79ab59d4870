import { GafferError, messageOf } from '../errors.ts';

/** Deeper than anything that is meant, and far from what a recursive reader could not take. */
const MAX_DEPTH = 20;

/** Reads a JSON body. @throws GafferError `bad_request` when there is none, it is no JSON or goes too deep */
export function parseJsonBody(bytes: Uint8Array | undefined): unknown {
  return parseJsonText(bytes === undefined ? '' : decode(bytes));
}

/** The same for what is a text already. @throws GafferError `bad_request` */
export function parseJsonText(text: string): unknown {
  if (text.trim() === '') {
    throw new GafferError('bad_request', 'expected a JSON body, got none');
  }
  if (isTooDeep(text)) {
    throw new GafferError('bad_request', `expected a JSON body of at most ${MAX_DEPTH} levels, this one goes deeper`);
  }
  try {
    return JSON.parse(text, withoutPrototype);
  } catch (error) {
    throw new GafferError('bad_request', `expected a JSON body: ${messageOf(error)}`, { cause: error });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new GafferError('bad_request', 'expected a JSON body in UTF-8, got other bytes', { cause: error });
  }
}

/** A member of this name would be taken for the prototype as soon as the object is copied. */
function withoutPrototype(this: unknown, key: string, value: unknown): unknown {
  if (key === '__proto__') {
    throw new Error('a member cannot have the name "__proto__"');
  }
  return value;
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === 0x5c) {
        at += 1;
      } else if (char === 0x22) {
        inString = false;
      }
    } else if (char === 0x22) {
      inString = true;
    } else if (char === 0x7b || char === 0x5b) {
      depth += 1;
      if (depth > MAX_DEPTH) {
        return true;
      }
    } else if (char === 0x7d || char === 0x5d) {
      depth -= 1;
    }
  }
  return false;
}

import { type ErrorCode, GafferError, messageOf } from '../errors.ts';
import { parseJsonBody } from './json-body.ts';
import type { BodyKind } from './operation.ts';
import { BodyValidator } from './validate.ts';

/** Reads the bodies of requests. */
export class RequestBodies {
  readonly #validator = new BodyValidator();

  /** What an operation is given. @throws GafferError when it is not what the operation reads */
  read(kind: BodyKind | undefined, bytes: Uint8Array | undefined): unknown {
    switch (kind?.kind) {
      case undefined:
        return undefined;
      case 'bytes':
        return bytes ?? new Uint8Array();
      case 'text': {
        const text = bytes === undefined ? '' : Buffer.from(bytes).toString();
        if (!Object.hasOwn(kind.words, text)) {
          const words = Object.entries(kind.words).map(([word, meaning]) => `${word} (${meaning})`);
          throw new GafferError('bad_request', `expected ${words.join(', ')} as the body and nothing else, got ${JSON.stringify(text.slice(0, 60))}`);
        }
        return text;
      }
      case 'json': {
        const body = kind.hasSecrets === true ? parseSecretly(bytes) : parse(bytes, kind.unreadableCode);
        this.#validator.expect(kind, body);
        return body;
      }
    }
  }
}

function parse(bytes: Uint8Array | undefined, code: ErrorCode | undefined): unknown {
  try {
    return parseJsonBody(bytes);
  } catch (error) {
    throw code === undefined ? error : new GafferError(code, messageOf(error), { cause: error });
  }
}

/** What is no JSON is told of without a piece of it: there may be a password in that. */
function parseSecretly(bytes: Uint8Array | undefined): unknown {
  try {
    return parseJsonBody(bytes);
  } catch {
    throw new GafferError('bad_request', 'expected a JSON body, got none that can be read');
  }
}

import { type ErrorCode, GafferError, messageOf } from '../errors.ts';

/** What every failed request is answered with. */
export interface ErrorBody {
  /** A word; the status where the request did not get as far as the node. */
  readonly error: string | number;
  /** The status. */
  readonly errno: number;
  /** What was expected, what was got, what to do. */
  readonly reason: string;
  /** Which failure it is, finer than the word. */
  readonly code?: string;
  /** Says more where the reason is a word. */
  readonly message?: string;
}

/** The answer to a failure that the node or a handler has told. @param isOld in the form of the original's framework */
export function errorBody(error: GafferError, isOld = false): ErrorBody {
  if (isOld || FRAMEWORK_CODES.has(error.code)) {
    return { ...frameworkErrorBody(error.status, error.message), code: error.code };
  }
  return { error: error.word, errno: error.status, reason: error.message, code: error.code };
}

/** What the original's framework raises: about keys and users. */
const FRAMEWORK_CODES: ReadonlySet<ErrorCode> = new Set([
  'unauthorized',
  'forbidden',
  'too_many_attempts',
  'key_not_found',
  'key_exists',
  'user_not_found',
  'user_exists',
]);

/** The original's words for what its framework raises. */
const WORDS: Readonly<Record<number, string>> = { 400: 'bad_request', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 409: 'conflict' };

const PHRASES: Readonly<Record<number, string>> = {
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Payload Too Large',
  414: 'URI Too Long',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The answer where the request did not get as far as the node; the reason is a word then, `message` says more. */
export function frameworkErrorBody(status: number, message?: string): ErrorBody {
  return { error: status, errno: status, reason: WORDS[status] ?? PHRASES[status] ?? `HTTP ${status}`, ...(message !== undefined && { message }) };
}

/** The answer to whatever was thrown; of what should not happen it says no more than that. */
export function failureBody(thrown: unknown, isOld = false): ErrorBody {
  if (thrown instanceof GafferError) {
    return errorBody(thrown, isOld);
  }
  const status = typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? Number(thrown.statusCode) : 500;
  return status >= 400 && status < 500 ? frameworkErrorBody(status, messageOf(thrown)) : frameworkErrorBody(500);
}

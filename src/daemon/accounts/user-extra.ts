import { GafferError } from '../../errors.ts';

const MOST_BYTES = 16 * 1024;
const DEEPEST = 32;

/** Takes what else is said about a user. @throws GafferError `bad_request` when it is too much */
export function expectExtra(extra: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (depthOf(extra, DEEPEST) > DEEPEST) {
    throw new GafferError('bad_request', `expected further members of a user that are nested ${DEEPEST} deep at most, got deeper ones`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(extra));
  if (bytes > MOST_BYTES) {
    throw new GafferError('bad_request', `expected ${MOST_BYTES} bytes at most of further members of a user, got ${bytes}`);
  }
  return extra;
}

/** How deep values lie in others; what is below the limit is not looked at. */
function depthOf(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null || limit < 0) {
    return 0;
  }
  return 1 + Object.values(value).reduce((deepest: number, one) => Math.max(deepest, depthOf(one, limit - 1)), 0);
}

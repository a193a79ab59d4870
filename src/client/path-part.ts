import { GafferError } from '../errors.ts';

/** A name as a part of a path. @throws GafferError `bad_usage` for one that would lead elsewhere */
export function pathPart(name: string): string {
  if (['', '.', '..'].includes(name)) {
    throw new GafferError('bad_usage', `expected a name, got "${name}"`);
  }
  return encodeURIComponent(name);
}

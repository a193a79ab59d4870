import { GafferError } from '../errors.ts';

/** Reads a number of lines, events or the like. @throws GafferError `bad_usage` */
export function parseCount(option: string, text: string, of = ''): number {
  if (!/^\d{1,6}$/.test(text)) {
    throw new GafferError('bad_usage', `${option}: expected a number${of}, got "${text}"`);
  }
  return Number(text);
}

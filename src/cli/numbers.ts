import { GafferError } from '../errors.ts';

/** Reads after how many something ends: after none it would never. @throws GafferError `bad_usage` */
export function parseEndCount(option: string, text: string, of = ''): number {
  const count = parseCount(option, text, of);
  if (count === 0) {
    throw new GafferError('bad_usage', `${option}: expected a number${of} from 1, got "${text}"`);
  }
  return count;
}

/** Reads a number of lines, events or the like. @throws GafferError `bad_usage` */
export function parseCount(option: string, text: string, of = ''): number {
  if (!/^\d{1,6}$/.test(text)) {
    throw new GafferError('bad_usage', `${option}: expected a number${of}, got "${text}"`);
  }
  return Number(text);
}

import { GafferError } from '../errors.ts';

/** Reads a time span of a command line. @throws GafferError `bad_usage` */
export function parseSeconds(option: string, text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds < 0 || seconds > 86_400) {
    throw new GafferError('bad_usage', `${option}: expected seconds from 0 to 86400, got "${text}"`);
  }
  return seconds;
}

import { GafferError } from '../errors.ts';

/** Reads a time span of a command line. @throws GafferError `bad_usage` */
export function parseSeconds(option: string, text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds < 0 || seconds > 86_400) {
    throw new GafferError('bad_usage', `${option}: expected seconds from 0 to 86400, got "${text}"`);
  }
  return seconds;
}

/** Reads how long an answer may take, in milliseconds: nothing answers in no time. @throws GafferError `bad_usage` */
export function parseTimeout(text: string): number {
  const seconds = parseSeconds('--timeout', text);
  if (seconds === 0) {
    throw new GafferError('bad_usage', `--timeout: expected more than 0 seconds, got "${text}"`);
  }
  return Math.max(1, seconds * 1000);
}

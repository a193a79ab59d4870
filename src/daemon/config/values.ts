import { resolve } from 'node:path';
import { GafferError } from '../../errors.ts';
import { quoteText } from '../../finding.ts';
import { SETTINGS } from '../../job/settings.ts';
import { didYouMean } from '../../suggestion.ts';

/** An error that says what was expected, and what was there. */
export function unexpected(expected: string, text: string, hint = ''): GafferError {
  return new GafferError('invalid_config', `expected ${expected}, got ${quoteText(text)}${hint}`);
}

/** Any setting of jobs that is on or off: they are all written alike. */
const SWITCH = SETTINGS.detach;

/** Reads `yes`, `off` and the like, as the sections of jobs have them. @throws GafferError `invalid_config` */
export function parseSwitch(text: string): boolean {
  const value = SWITCH.fromText(text);
  if (!SWITCH.accepts(value)) {
    throw unexpected(SWITCH.expected, text);
  }
  return value as boolean;
}

/** Reads one of several words, in upper or lower case. @throws GafferError `invalid_config` */
export function parseWord<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word.toLowerCase() === text.toLowerCase());
    if (found === undefined) {
      throw unexpected(`one of ${words.join(', ')}`, text, didYouMean(text, words));
    }
    return found;
  };
}

/** Who is away for hours should be missed before. */
const MOST_SECONDS = 3600;

/** Reads how often something is looked at, in seconds, as milliseconds. @throws GafferError `invalid_config` */
export function parseHeartbeat(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < 1 || value > MOST_SECONDS) {
    throw unexpected(`a number of seconds from 1 to ${MOST_SECONDS}`, text);
  }
  return Math.round(value * 1000);
}

/** The system keeps it in 32 bits. */
const MAX_BACKLOG = 2 ** 31 - 1;

/** Reads how many connections may wait to be accepted. @throws GafferError `invalid_config` */
export function parseBacklog(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MAX_BACKLOG) {
    throw new GafferError('invalid_config', `backlog should be an integer from 1 to ${MAX_BACKLOG}, got ${quoteText(text)}`);
  }
  return value;
}

/** Reads a text that must not be empty and stands on one line. @throws GafferError `invalid_config` */
export function parseLine(text: string): string {
  if (text.trim() === '' || /[\0\r\n]/.test(text)) {
    throw unexpected('a text on one line', text);
  }
  return text;
}

/** Where the paths of a text begin. */
export interface PathBase {
  readonly folder: string;
  /** What `~/` stands for. */
  readonly home: string | undefined;
}

/** Reads a path, and makes it absolute. @throws GafferError `invalid_config` */
export function parsePath({ folder, home }: PathBase): (text: string) => string {
  return (text) => {
    const [fromHome, rest = ''] = /^~(?:\/(.*))?$/.exec(parseLine(text)) ?? [];
    if (fromHome === undefined) {
      return resolve(folder, text);
    }
    if (home === undefined) {
      throw unexpected('a path without "~", for this user has no home folder', text);
    }
    return resolve(home, rest);
  };
}

/** Reads the address of an HTTP server. @throws GafferError `invalid_config` */
export function parseHttpUrl(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw unexpected('an address that starts with http:// or https://', text);
  }
  return text;
}

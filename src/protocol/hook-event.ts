import { GafferError } from '../errors.ts';
import { quoteText } from '../finding.ts';
import type { GafferEvent } from '../job/event.ts';
import { didYouMean } from '../suggestion.ts';

/** Every type that is told under its own name; `kill` is told as `job.NAME.kill` and `proc.PID.kill` only. */
const TYPES: Readonly<Record<Exclude<GafferEvent['type'], 'kill'>, true>> = {
  load: true,
  unload: true,
  start: true,
  stop: true,
  reload: true,
  update: true,
  spawn: true,
  reap: true,
  stop_process: true,
  exit: true,
  flap: true,
  give_up: true,
  port_taken: true,
  done: true,
};

/** 0.4's names of the same that are others. */
const OLD_TYPES: readonly string[] = ['create', 'delete', 'stop_pid'];

/** What begins the names of events of one job or process. */
const FAMILIES: readonly string[] = ['job', 'proc'];

const EVERYTHING = '.';

/** As long as the longest name of a job, and more. */
const LONGEST = 2048;

/**
 * Reads the event of a webhook: a name (`spawn`, `job.shop.web.exit`, 0.4's `create`), the beginning of some (`job.shop`), or
 * `.` for every event. Types are read in any case, names of jobs as they are.
 * @throws GafferError `bad_request` for a name that no event has: nothing would ever be sent
 */
export function parseHookEvent(text: string): string {
  const name = text.trim();
  if (name === EVERYTHING) {
    return name;
  }
  const [, first = '', rest = ''] = /^([^.]*)(.*?)\.?$/s.exec(name) ?? [];
  const word = first.toLowerCase();
  const known = [...Object.keys(TYPES), ...OLD_TYPES, ...FAMILIES];
  const isKnown = known.includes(word) && (rest === '' || FAMILIES.includes(word));
  if (!isKnown || name.length > LONGEST || /[\p{Cc}\p{Cs}]/u.test(name)) {
    const example = 'expected the name of an event like "spawn" or "job.shop.web.exit", the beginning of one like "job.shop", or "." for all';
    throw new GafferError('bad_request', `${example}, got ${quoteText(text)}${isKnown ? '' : didYouMean(word, known)}`);
  }
  return word + rest;
}

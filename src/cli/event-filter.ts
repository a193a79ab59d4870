import { GafferError } from '../errors.ts';
import type { GafferEvent } from '../job/event.ts';
import { EventPattern, eventNames, oldEventNames } from '../protocol/event-names.ts';
import { didYouMean } from '../suggestion.ts';

/** What the name of an event can begin with; the last ones are 0.4's. */
const FIRST_WORDS = [
  ...['job', 'proc', 'load', 'unload', 'start', 'stop', 'update', 'reload', 'spawn', 'reap', 'exit', 'stop_process', 'kill'],
  ...['flap', 'give_up', 'done', 'port_taken', 'create', 'delete', 'stop_pid'],
];

/**
 * Makes out which events are meant by patterns like `spawn`, `job.shop.web`, `proc.3.exit`; without one all are.
 * @param app only events of this application
 * @throws GafferError `bad_usage` for a pattern that no event has
 */
export function eventFilter(texts: readonly string[], app: string | undefined): (event: GafferEvent) => boolean {
  const patterns = texts.map((text) => {
    const word = text.trim().split('.', 1)[0] ?? '';
    if (!FIRST_WORDS.includes(word) && text.trim() !== '.') {
      const hint = didYouMean(word, FIRST_WORDS) || '; "." is every one';
      throw new GafferError('bad_usage', `expected a pattern of events like "spawn", "job.shop.web" or "proc.3", got "${text}"${hint}`);
    }
    return new EventPattern(text);
  });
  return (event) =>
    (app === undefined || event.name.startsWith(`${app}.`)) && (patterns.length === 0 || patterns.some((pattern) => isMeant(event, pattern)));
}

function isMeant(event: GafferEvent, pattern: EventPattern): boolean {
  const names = [event.type, ...eventNames(event), ...(pattern.isOld ? oldEventNames(event) : [])];
  return names.some((name) => pattern.means(name));
}

import { GafferError } from '../errors.ts';
import type { GafferEvent } from '../job/event.ts';
import { formatJobName } from '../job/name.ts';
import { EventPattern, type NamedEvent, oldEventNames } from './event-names.ts';
import { eventRecord } from './event-record.ts';
import { jobsOfOldName, oldJobName } from './old-name.ts';

/** What can be watched of all templates. */
const TYPES = ['start', 'stop', 'create', 'update', 'delete'];
/** What can be watched of one template. */
export const TEMPLATE_TYPES: readonly string[] = ['start', 'stop', 'spawn', 'reap', 'exit', 'stop_pid'];

/**
 * The patterns that the parts of a path of 0.4 mean: none for everything, `create`, `proc` and a template, or
 * `proc`, a template and a type.
 * @throws GafferError `bad_event_type`
 */
export function watchPatterns([first, template, type]: readonly string[]): readonly EventPattern[] {
  if (first === undefined) {
    return [new EventPattern('.')];
  }
  if (template === undefined) {
    return [new EventPattern(expectOneOf(TYPES, first))];
  }
  expectOneOf(['proc'], first);
  const end = type === undefined ? '' : `.${expectOneOf(TEMPLATE_TYPES, type)}`;
  const templates = new Set([template, ...jobsOfOldName(template).map((job) => oldJobName(formatJobName(job)))]);
  return [...templates].map((name) => new EventPattern(`proc.${name}${end}`));
}

function expectOneOf(types: readonly string[], text: string): string {
  const type = text.toLowerCase();
  if (!types.includes(type)) {
    throw new GafferError(
      'bad_event_type',
      `expected ${types.join(', ')} in the path, got "${text}"; without anything behind /watch it is all events`,
    );
  }
  return type;
}

/** An event under each of its names of 0.4 that a pattern means, with the members that it had there. */
export function watchedEvents(event: GafferEvent, patterns: readonly EventPattern[]): readonly (NamedEvent & { readonly detached?: boolean })[] {
  const names = oldEventNames(event).filter((name) => patterns.some((pattern) => pattern.means(name)));
  const record = names.length === 0 ? undefined : eventRecord(event);
  return names.map((name) => ({
    ...(record as NamedEvent),
    event: name,
    name: oldJobName(event.name),
    ...(event.type === 'spawn' && { detached: event.detached === true }),
  }));
}

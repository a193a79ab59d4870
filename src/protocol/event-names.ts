import type { GafferEvent } from '../job/event.ts';
import { type EventRecord, eventRecord } from './event-record.ts';
import { oldJobName } from './old-name.ts';

/** An event under one of its names; everything else is as in its record. */
export type NamedEvent = Omit<EventRecord, 'event'> & { readonly event: string };

/** What 0.4 called an event; of the others it knew nothing. */
const OLD_TYPES: Readonly<Partial<Record<GafferEvent['type'], string>>> = {
  load: 'create',
  unload: 'delete',
  stop_process: 'stop_pid',
  start: 'start',
  stop: 'stop',
  update: 'update',
  spawn: 'spawn',
  reap: 'reap',
  exit: 'exit',
  flap: 'flap',
};

/** Those that 0.4 told under the template's name too. */
const OLD_TEMPLATE_TYPES: readonly string[] = ['start', 'stop', 'spawn', 'reap', 'exit', 'stop_pid'];

/** The names under which an event is told, in this order: `spawn`, `job.shop.web.spawn`. */
export function eventNames(event: GafferEvent): readonly string[] {
  const { type, name } = event;
  switch (type) {
    case 'load':
    case 'unload':
    case 'update':
    case 'flap':
    case 'stop_process':
      return [type];
    case 'start':
    case 'stop':
    case 'reload':
    case 'give_up':
    case 'done':
    case 'port_taken':
      return [type, `job.${name}.${type}`];
    case 'spawn':
      return event.process.committed ? [type] : [type, `job.${name}.${type}`];
    case 'reap':
    case 'exit':
      return [type, `job.${name}.${type}`, `proc.${event.process.pid}.${type}`];
    case 'kill':
      return [event.process === undefined ? `job.${name}.${type}` : `proc.${event.process.pid}.${type}`];
  }
}

/** The names under which 0.4 told an event: `spawn`, `proc.web.spawn`; none where it had no such event. */
export function oldEventNames(event: GafferEvent): readonly string[] {
  const type = OLD_TYPES[event.type];
  if (type === undefined) {
    return [];
  }
  return OLD_TEMPLATE_TYPES.includes(type) ? [type, `proc.${oldJobName(event.name)}.${type}`] : [type];
}

/** An event under each of its names that a pattern means. */
export function namedEvents(event: GafferEvent, pattern: EventPattern): readonly NamedEvent[] {
  const names = eventNames(event).filter((name) => pattern.means(name));
  const oldNames = pattern.isOld ? oldEventNames(event).filter((name) => pattern.means(name)) : [];
  if (names.length === 0 && oldNames.length === 0) {
    return [];
  }
  const record = eventRecord(event);
  return [
    ...names.map((name) => ({ ...record, event: name })),
    ...oldNames.filter((name) => !names.includes(name)).map((name) => ({ ...record, event: name, name: oldJobName(event.name) })),
  ];
}

/**
 * Which events are meant: `job.shop` means that and everything below it (`job.shop.web.spawn`), a dot at the end says
 * nothing, and `.` alone means everything.
 */
export class EventPattern {
  readonly #path: string;
  /** It is written with names of 0.4: `create`, `proc.web.spawn`. */
  readonly isOld: boolean;

  constructor(text: string) {
    this.#path = text.trim().replace(/\.$/, '');
    this.isOld = ['create', 'delete', 'stop_pid'].includes(this.#path) || /^proc\.(?!\d+(\.|$))/.test(this.#path);
  }

  /** Whether an event of this name is meant. */
  means(name: string): boolean {
    return this.#path === '' || name === this.#path || name.startsWith(`${this.#path}.`);
  }
}

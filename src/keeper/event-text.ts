import type { GafferEvent } from '../job/event.ts';

/** An event as JSON; bytes in it are kept as they are. */
export function eventText(event: GafferEvent): string {
  return JSON.stringify(event.type === 'give_up' ? { ...event, tail: Buffer.from(event.tail).toString('base64') } : event);
}

/** Reads a JSON array of such events. */
export function readEvents(text: string): GafferEvent[] {
  const events = JSON.parse(text) as GafferEvent[];
  return events.map((event) => (event.type === 'give_up' ? { ...event, tail: Buffer.from(event.tail as unknown as string, 'base64') } : event));
}

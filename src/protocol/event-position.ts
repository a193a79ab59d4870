import { GafferError } from '../errors.ts';
import type { EventPosition } from '../job/event.ts';

/** Writes a position: `42@5f3c9a01`, or `42` where the run is not known. */
export function formatEventPosition({ seq, run }: EventPosition): string {
  return run === undefined ? String(seq) : `${seq}@${run}`;
}

/** Reads a position. @throws GafferError `bad_request` */
export function parseEventPosition(value: unknown): EventPosition {
  const [, seq, run] = /^(\d{1,15})(?:@([0-9a-f]{1,32}))?$/.exec(typeof value === 'number' || typeof value === 'string' ? String(value) : '') ?? [];
  if (seq === undefined) {
    throw new GafferError('bad_request', `since: expected the number of an event like 42, or 42@RUN, got ${JSON.stringify(value)}`);
  }
  return { seq: Number(seq), run };
}

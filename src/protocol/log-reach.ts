import { GafferError } from '../errors.ts';
import type { EventPosition } from '../job/event.ts';
import type { LogEntry } from '../job/log.ts';
import { formatEventPosition, parseEventPosition } from './event-position.ts';

/** How much of an output was read. */
export interface OutputReach {
  readonly pid: number;
  readonly label: string;
  /** So many bytes from its beginning on. */
  readonly offset: number;
}

/** How far a log was read. */
export interface LogReach {
  /** The last event. */
  readonly position: EventPosition;
  readonly outputs: readonly OutputReach[];
}

/** Writes it: `42@5f3c9a01;1:out:3000;2:out:12`. */
export function formatLogReach({ position, outputs }: LogReach): string {
  return [formatEventPosition(position), ...outputs.map(({ pid, label, offset }) => `${pid}:${encodeURIComponent(label)}:${offset}`)].join(';');
}

/** Reads it. @throws GafferError `bad_request` */
export function parseLogReach(text: string): LogReach {
  const [position, ...outputs] = text.split(';');
  return { position: parseEventPosition(position), outputs: outputs.map(outputOf) };
}

function outputOf(text: string): OutputReach {
  const [, pid, label, offset] = /^(\d{1,15}):([^:]*):(\d{1,15})$/.exec(text) ?? [];
  try {
    if (label !== undefined) {
      return { pid: Number(pid), label: decodeURIComponent(label), offset: Number(offset) };
    }
  } catch {
    // not encoded as it is to be
  }
  throw new GafferError('bad_request', `read: expected PID:LABEL:OFFSET, got "${text}"`);
}

/** Tells whether an entry of the same run of a node is behind what was read. */
export function isBehind({ position, outputs }: LogReach): (entry: LogEntry) => boolean {
  const offsets = new Map(outputs.map(({ pid, label, offset }) => [`${pid}:${label}`, offset]));
  return (entry) => {
    if (entry.kind === 'event') {
      return entry.event.seq > position.seq;
    }
    return entry.kind !== 'output' || entry.offset + entry.data.length > (offsets.get(`${entry.pid}:${entry.label}`) ?? 0);
  };
}

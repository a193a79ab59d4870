import { GafferError } from '../../errors.ts';

const TRUE_S = 60;
const LEAST_S = 0.1;
const MOST_S = 86_400;

/** Reads how often a node is to show that it is there: milliseconds; undefined for never. @throws GafferError `bad_usage` */
export function parseHeartbeat(text: string): number | undefined {
  const seconds = text.toLowerCase() === 'true' ? TRUE_S : Number(/^\d+(\.\d+)?$/.test(text) ? text : Number.NaN);
  if (seconds !== 0 && !(seconds >= LEAST_S && seconds <= MOST_S)) {
    throw new GafferError('bad_usage', `--heartbeat: expected true, 0 or seconds from ${LEAST_S} to ${MOST_S}, got "${text}"`);
  }
  return seconds === 0 ? undefined : seconds * 1000;
}

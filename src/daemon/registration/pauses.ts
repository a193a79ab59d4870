const FIRST_MS = 1000;

/**
 * Not longer than a heartbeat, together with a try that hangs: where many nodes were cut off for long, a lookupd should be
 * complete two heartbeats after they are back.
 */
const LONGEST_MS = 10_000;

/**
 * How long to wait before a lookupd is tried again: a second, and twice that each time up to ten; of it something between the
 * half and all, so that not all nodes come at once.
 * @param tries how many have failed since it went well
 * @param random from 0 up to 1
 */
export function pauseMsAfter(tries: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1)) * (0.5 + random / 2);
}

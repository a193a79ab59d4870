const FIRST_MS = 200;

/** The longest time between two tries to reach an etcd. */
export const LONGEST_PAUSE_MS = 5000;

/**
 * How long to wait before the next try: every member is tried at once, then there are growing pauses, no two lookupds' alike.
 * @param failures how many tries have failed in a row
 * @param random from 0 to 1
 */
export function pauseBefore(failures: number, members: number, random: number, longestMs = LONGEST_PAUSE_MS): number {
  if (failures < members) {
    return 0;
  }
  const pauseMs = Math.min(longestMs, FIRST_MS * 2 ** (failures - members));
  return pauseMs * (0.5 + random / 2);
}

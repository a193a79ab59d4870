import type { Paths } from '../operation.ts';
import { OLD_STATS_OPERATIONS } from './stats-operations.ts';
import { WATCH_OPERATIONS } from './watch-operations.ts';

/** What gaffer 0.4 served and 0.5 did not; whoever has no client of that time can do without. */
export const OLD_OPERATIONS: Paths = { ...WATCH_OPERATIONS, ...OLD_STATS_OPERATIONS };

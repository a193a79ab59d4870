import type { LookAt } from '../../job/process-look.ts';
import type { Paths } from '../operation.ts';
import { OLD_ACTION_OPERATIONS } from './action-operations.ts';
import { OLD_GROUP_OPERATIONS } from './group-operations.ts';
import { OLD_PROCESS_OPERATIONS } from './process-operations.ts';
import { oldStatsOperations } from './stats-operations.ts';
import { WATCH_OPERATIONS } from './watch-operations.ts';

/** What gaffer 0.4 served and 0.5 did not; whoever has no client of that time can do without. */
export function oldOperations(lookAt: LookAt): Paths {
  return {
    ...OLD_PROCESS_OPERATIONS,
    ...OLD_ACTION_OPERATIONS,
    ...OLD_GROUP_OPERATIONS,
    ...WATCH_OPERATIONS,
    ...oldStatsOperations(lookAt),
  };
}

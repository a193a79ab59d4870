import type { JobInfo, JobOverview, ProcessInfo, ProcessOverview } from '../job/info.ts';
import type { JobStats, ProcessStats } from '../job/stats.ts';

/** Whether a value is what an answer is taken for: of what is read of it everything is there. */
export type Shape<T> = (value: unknown) => value is T;

type Shapes<T> = { readonly [Name in keyof T]?: Shape<T[Name]> };

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isMeasured = (value: unknown): value is number | 'N/A' => isNumber(value) || value === 'N/A';

/** An object with members of some shapes; others are not looked at. */
function shapeOf<T extends object>(shapes: Shapes<T>): Shape<T> {
  return (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(shapes as Readonly<Record<string, Shape<unknown>>>).every(([name, isShape]) => isShape((value as Record<string, unknown>)[name]));
}

function listOf<T>(isShape: Shape<T>): Shape<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every((one) => isShape(one));
}

const isObject = (value: unknown): value is never => typeof value === 'object' && value !== null;
const isProcessOverview = shapeOf<ProcessOverview>({
  ...{ pid: isNumber, os_pid: isNumber, slot: isNumber, create_time: isNumber, restarts: isNumber },
  ...{ commited: isFlag, stopping: isFlag, cpu: isMeasured, mem: isMeasured, mem_info1: isText },
});
const isJobOverview = shapeOf<JobOverview>({
  ...{ name: isText, cmd: isText, state: isText as Shape<JobOverview['state']>, max_processes: isNumber },
  processes: listOf(isProcessOverview),
});

/** The answers of a node that are read, by what is asked. */
export const ANSWERS = {
  version: shapeOf<{ readonly name: string; readonly version: string }>({ name: isText, version: isText }),
  sessions: shapeOf<{ readonly sessions: readonly string[] }>({ sessions: listOf(isText) }),
  jobs: shapeOf<{ readonly jobs: readonly string[] }>({ jobs: listOf(isText) }),
  numprocesses: shapeOf<{ readonly numprocesses: number }>({ numprocesses: isNumber }),
  pid: shapeOf<{ readonly pid: number }>({ pid: isNumber }),
  pids: shapeOf<{ readonly pids: readonly number[] }>({ pids: listOf(isNumber) }),
  jobInfo: shapeOf<JobInfo>({ name: isText, max_processes: isNumber, running: isNumber, config: isObject }),
  overview: shapeOf<{ readonly jobs: readonly JobOverview[] }>({ jobs: listOf(isJobOverview) }),
  jobStats: shapeOf<JobStats>({ name: isText, stats: listOf(isObject) }),
  processInfo: shapeOf<ProcessInfo>({ name: isText, pid: isNumber, redirect_output: listOf(isText), custom_streams: listOf(isText) }),
  processStats: shapeOf<{ readonly stats: ProcessStats }>({ stats: isObject }),
} as const;

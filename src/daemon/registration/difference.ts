import type { LookupMessage } from '../../protocol/lookup-message.ts';

type Pids = ReadonlySet<number>;

/** What is told of a job. */
export type JobMessage = Exclude<LookupMessage, { readonly type: 'IDENTIFY' | 'PING' }>;

/** What a lookupd has to be told of a job, whose pids it was told before: undefined is a job that there is not. */
export function differenceOf(job: string, told: Pids | undefined, now: Pids | undefined): readonly JobMessage[] {
  if (now === undefined) {
    return told === undefined ? [] : [{ type: 'UNREGISTER_JOB', job_name: job }]; // its processes go with it
  }
  const known = told ?? new Set();
  return [
    ...(told === undefined ? [{ type: 'REGISTER_JOB', job_name: job } as const] : []),
    ...[...known].filter((pid) => !now.has(pid)).map((pid) => ({ type: 'UNREGISTER_PROCESS', job_name: job, pid }) as const),
    ...[...now].filter((pid) => !known.has(pid)).map((pid) => ({ type: 'REGISTER_PROCESS', job_name: job, pid }) as const),
  ];
}

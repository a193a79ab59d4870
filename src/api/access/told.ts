import type { JobInfo, ProcessInfo } from '../../job/info.ts';
import { type JobName, parseJobName } from '../../job/name.ts';
import type { Caller } from './caller.ts';

/** A job as somebody is told of it: its variables only who manages it, for they have passwords in them. */
export function jobAsTold(caller: Caller, info: JobInfo): JobInfo {
  if (manages(caller, parseJobName(info.name))) {
    return info;
  }
  const { env: _, ...config } = info.config;
  return { ...info, config };
}

/** A process as somebody is told of it: its variables only who manages its job. */
export function processAsTold(caller: Caller, info: ProcessInfo): Omit<ProcessInfo, 'env'> {
  if (manages(caller, parseJobName(info.name))) {
    return info;
  }
  const { env: _, ...told } = info;
  return told;
}

function manages(caller: Caller, job: JobName): boolean {
  return caller.may({ kind: 'right', right: 'manage', target: { kind: 'job', job } });
}

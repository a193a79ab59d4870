import type { JobInfo } from '../job/info.ts';
import { applyScale, type ScaleOperand } from '../job/scale.ts';
import type { JobState } from './stored-job.ts';

/** What somebody does to a job that changes how it is meant to be. */
export type Deed = 'start' | 'stop' | 'reload' | 'restart' | ScaleOperand;

/** How a job is, and whether somebody has stopped it: if not, a stopped one waits for its first start. */
export interface PresentJob extends Pick<JobInfo, 'state' | 'max_processes'> {
  readonly wasStopped: boolean;
}

/** A job that runs as its configuration says. */
export const AS_CONFIGURED: JobState = { target: undefined, stopped: false };

/** A job that somebody has stopped: its target is 0. */
export const STOPPED: JobState = { target: 0, stopped: true };

/** How a job is meant to be after a deed: what has to be on disk before it is done. Undefined when nothing changes. */
export function intendedState(job: PresentJob, deed: Deed): JobState | undefined {
  switch (deed) {
    case 'start':
    case 'reload':
      return AS_CONFIGURED;
    case 'stop':
      return STOPPED;
    case 'restart':
      return job.state === 'started' ? undefined : AS_CONFIGURED;
    default: {
      const target = applyScale(job.max_processes, deed);
      return { target, stopped: job.state === 'stopped' && (job.wasStopped || target === 0) };
    }
  }
}

/** How a job that gets another configuration without being started is meant to be: as it is now. */
export function presentState({ state, max_processes, wasStopped }: PresentJob): JobState {
  return state === 'stopped' ? { target: wasStopped ? max_processes : undefined, stopped: true } : { target: max_processes, stopped: false };
}

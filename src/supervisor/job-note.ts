import type { JobConfig } from '../job/config.ts';
import type { CourseNote } from './job-course.ts';

/** What a successor of the supervisor has to know of a job, and what changes seldom. */
export interface JobNote {
  readonly session: string;
  readonly config: JobConfig;
  /** It was unloaded, and its processes are ended. */
  readonly isLeaving?: boolean;
}

/** Where a job has got to. */
export interface ProgressNote extends CourseNote {
  /** How often an instance was started, by slot. */
  readonly starts: readonly (readonly [slot: number, count: number])[];
}

/** The names of a job's notes. */
export const noteOfJob = (fullName: string): string => `job ${fullName}`;
export const noteOfProgress = (fullName: string): string => `progress ${fullName}`;

/** The job that a note is about, if it is about one. */
export function jobOfNote(name: string): string | undefined {
  return /^job (.*)$/s.exec(name)?.[1];
}

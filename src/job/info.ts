import type { JobConfig } from './config.ts';
import type { ProcessStats } from './stats.ts';

/** A job as `GET /jobs/S/J` shows it. */
export interface JobInfo {
  /** The full name. */
  readonly name: string;
  /** It has a process, supervised or committed. */
  readonly active: boolean;
  /** Processes, supervised and committed. */
  readonly running: number;
  /** Committed processes alone. */
  readonly running_out: number;
  /** The number of supervised processes that is wanted. */
  readonly max_processes: number;
  /** Pids, supervised ones first. */
  readonly processes: readonly number[];
  /** The configuration as it was given, without defaults. */
  readonly config: JobConfig;
  readonly state: JobState;
}

/** What a job is doing, in a word. */
export type JobState =
  /** It is kept running. */
  | 'started'
  /** It was stopped, or never started. */
  | 'stopped'
  /** Flapping: it waits for its next try. */
  | 'paused'
  /** Flapping: it failed too often and stays down until it is started. */
  | 'given_up'
  /** All its instances ended, and `on_exit` says that this is the end of it. */
  | 'done';

/** A process as `GET /P` shows it. */
export interface ProcessInfo {
  readonly pid: number;
  /** The job's full name. */
  readonly name: string;
  /** The executable. */
  readonly cmd: string;
  /** The arguments that it was given. */
  readonly args: readonly string[];
  /** Its variables, without those that it has from the supervisor's own environment (`os_env`). */
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number | null;
  readonly gid: number | null;
  /** The operating system's pid; 0 when it could not be executed. */
  readonly os_pid: number;
  /** Seconds since the epoch. */
  readonly create_time: number;
  /** It runs outside supervision (the misspelling is the wire's). */
  readonly commited: boolean;
  readonly redirect_output: readonly string[];
  readonly redirect_input: boolean;
  readonly custom_streams: readonly string[];
  readonly active: boolean;
  /** Its place in the job, 1, 2, 3 …; 0 for a committed process. */
  readonly slot: number;
  /** How often an instance has been started in that slot before. */
  readonly restarts: number;
  /** A gafferd before this one has started it. */
  readonly adopted?: boolean;
}

/** A process in the overview of its job. */
export interface ProcessOverview extends ProcessStats {
  readonly pid: number;
  readonly os_pid: number;
  readonly slot: number;
  /** Seconds since the epoch. */
  readonly create_time: number;
  readonly restarts: number;
  readonly commited: boolean;
  /** It was told to end and has not ended yet. */
  readonly stopping: boolean;
  /** A gafferd before this one has started it. */
  readonly adopted?: boolean;
}

/** A job and its processes at a glance, as `GET /overview` shows it. */
export interface JobOverview {
  /** The full name. */
  readonly name: string;
  /** The command with its arguments. */
  readonly cmd: string;
  readonly state: JobState;
  readonly active: boolean;
  readonly running: number;
  readonly max_processes: number;
  readonly processes: readonly ProcessOverview[];
}

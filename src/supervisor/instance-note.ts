import type { JobSettings } from '../job/config.ts';
import type { Launch } from './launch.ts';

/** What an instance is, apart from how it is doing. */
export interface InstanceIdentity {
  readonly pid: number;
  /** The job's full name. */
  readonly jobName: string;
  /** 0 for a committed process. */
  readonly slot: number;
  readonly settings: JobSettings;
  readonly restarts: number;
  readonly extraEnv?: Readonly<Record<string, string>> | undefined;
}

/** What a successor of the supervisor has to know of a process from its start on. */
export interface InstanceNote extends Omit<InstanceIdentity, 'pid'> {
  /** What was executed; its environment without the supervisor's own. */
  readonly launch: Launch;
  /** By the clock that only grows. */
  readonly startedAtMs: number;
  readonly startedWallMs: number;
}

/** How it stands with a process. */
export interface InstanceState {
  /** Its start was told. */
  readonly wasTold: boolean;
  /** What becomes of its slot, once somebody has asked it to end. */
  readonly fate?: 'replaced' | 'leaving' | undefined;
  /** It was sent the signal that asks it to end, and is killed at this time, by the clock that only grows. */
  readonly killAtMs?: number | undefined;
  /** Its end was told. */
  readonly hasExited: boolean;
}

/** Of a process whose state was never kept. */
export const JUST_STARTED: InstanceState = { wasTold: false, hasExited: false };

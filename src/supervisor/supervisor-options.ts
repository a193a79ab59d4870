import type { ChildRecord } from './child-record.ts';
import type { Clock } from './clock.ts';
import type { Host, Legacy } from './host.ts';
import type { Spawn } from './spawn.ts';

/** What a supervisor can be given; everything has a default. */
export interface SupervisorOptions {
  /** Names this run: every child has it in its environment as `GAFFER_RUN_ID`. Default: a new one. */
  readonly runId?: string;
  /** What jobs with `os_env` start from. Default: `process.env`. */
  readonly osEnv?: NodeJS.ProcessEnv;
  /** A private folder (mode 0700) for the children's pipes. Default: a new one in the temporary directory. */
  readonly folder?: string;
  /** Output is read into this buffer, one chunk at a time. Default: 64 KiB of its own. */
  readonly readBuffer?: Buffer;
  /** Is told which process groups there are. Default: nobody. */
  readonly record?: ChildRecord;
  readonly spawn?: Spawn;
  readonly clock?: Clock;
}

/** How {@link Supervisor.stopAll} and {@link Supervisor.killAll} go about it. */
export interface StopAllOptions {
  /** Leave the processes of jobs with `detach` alone. Default false. */
  readonly keepDetached?: boolean;
}

/** A host that processes outlive this supervisor in. */
export interface LastingHost {
  readonly host: Host;
  /** Marks the processes there. */
  readonly runId: string;
  /** What a predecessor has left there, if there was one. */
  readonly legacy: Legacy | undefined;
}

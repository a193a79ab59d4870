import type { JobConfig } from './config.ts';
import type { EventPosition, GafferEvent } from './event.ts';
import type { JobInfo, JobOverview, ProcessInfo } from './info.ts';
import type { EventEntry, LogEntry, LogSelection } from './log.ts';
import type { JobName } from './name.ts';
import type { ScaleOperand } from './scale.ts';
import type { SignalName } from './signal.ts';
import type { JobStats, ProcessStats, StatsEntry, StatsTarget } from './stats.ts';

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** What a commit can change of the job's configuration. */
export interface CommitOptions {
  /** Milliseconds between the stop signal and SIGKILL; default the job's. */
  readonly gracefulTimeoutMs?: number;
  /** Added to the job's environment for this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What happens to the slot of a process that is told to end. */
export interface StopProcessOptions {
  /** Start another one in its place; without that the number that is wanted falls by one. Default true. */
  readonly replace?: boolean;
}

/** One pipe of a process: an output, its stdin, or a custom stream. */
export interface ProcessStream {
  /** How many bytes of it came before what is told next, from the beginning of the process on. */
  readonly offset: number;
  /** Calls back with each piece of output as it was read; the bytes are valid during the call only. */
  onData(listener: (chunk: Uint8Array) => void): Unsubscribe;
  /** Calls back once when nothing more will come; at once if that is so already. */
  onEnd(listener: () => void): Unsubscribe;
  /** Stops reading, so that the process waits once its pipe is full; ends with the returned call. */
  hold(): Unsubscribe;
  /** Somebody holds it, so that nothing comes does not mean that there is nothing; where that is known. */
  readonly isHeld?: boolean;
  /**
   * Writes; resolves when the process's pipe has taken it. Wait for that before writing more: what waits is bounded.
   * @throws GafferError `not_writable`, `write_failed`, `stream_busy` when too much waits already
   */
  write(data: Uint8Array | string): Promise<void>;
  /** Closes the writing side: the process reads its end. */
  end(): void;
}

/** A process's output, as soon as there is one. */
export interface OutputStart {
  /** The job's full name. */
  readonly jobName: string;
  readonly pid: number;
  readonly slot: number;
  readonly label: string;
  readonly stream: ProcessStream;
}

/** Following a node's events or its log. */
export interface Following {
  /** Where it began: the events that follow are behind this, and it tells which run of the node it is. */
  readonly from: EventPosition;
  /** Ends it. */
  readonly end: Unsubscribe;
}

/**
 * What can be asked of a node, wherever it is. Methods that name a job or process reject with
 * `job_not_found` or `process_not_found` when there is none.
 */
export interface GafferNode {
  /** Names of the sessions, in order of appearance. */
  sessions(): Promise<readonly string[]>;
  /** The jobs of a session, or all. @throws GafferError `session_not_found` */
  jobs(session?: string): Promise<readonly JobName[]>;
  /** Adds a job and, unless told otherwise, starts it. @throws GafferError `job_exists`, `invalid_config` */
  load(session: string, config: JobConfig): Promise<void>;
  /** Removes a job; resolves when its processes are gone. */
  unload(job: JobName): Promise<void>;
  /** Replaces every process of the job, by a new one with the present configuration. */
  reload(job: JobName): Promise<void>;
  /** Replaces the configuration and starts the job; if only `numprocesses` changed, it scales and restarts nothing. */
  update(job: JobName, config: JobConfig): Promise<void>;
  /** Starts the job with as many processes as its configuration says. */
  start(job: JobName): Promise<void>;
  /** Stops the job, its committed processes too; resolves when they are gone. */
  stop(job: JobName): Promise<void>;
  /** Stops all processes of the job, each gets a successor; resolves when the old ones are gone. */
  restart(job: JobName): Promise<void>;
  /** Changes the number of processes that is wanted, and tells the new one. */
  scale(job: JobName, operand: ScaleOperand): Promise<number>;
  /** Starts one process outside supervision, and tells its pid. */
  commit(job: JobName, options?: CommitOptions): Promise<number>;
  /** Sends a signal to every process of the job. */
  signalJob(job: JobName, signal: SignalName): Promise<void>;
  /** Starts the jobs of a session, those of the lowest priority first. @throws GafferError `session_not_found` */
  startSession(session: string): Promise<void>;
  /** Stops the jobs of a session in reverse order; resolves when their processes are gone. @throws GafferError `session_not_found` */
  stopSession(session: string): Promise<void>;
  /** Replaces every process of a session. @throws GafferError `session_not_found` */
  reloadSession(session: string): Promise<void>;
  /** Removes the jobs of a session; resolves when their processes are gone. @throws GafferError `session_not_found` */
  unloadSession(session: string): Promise<void>;
  jobInfo(job: JobName): Promise<JobInfo>;
  /** The jobs of a session, or all, with their processes and what these use. @throws GafferError `session_not_found` */
  overview(session?: string): Promise<readonly JobOverview[]>;
  jobStats(job: JobName): Promise<JobStats>;
  /** Pids of a job's supervised processes, or of all processes of the node. */
  pids(job?: JobName): Promise<readonly number[]>;
  /** The pid of the process in a slot. */
  pidOf(job: JobName, slot: number): Promise<number>;
  processInfo(pid: number): Promise<ProcessInfo>;
  processStats(pid: number): Promise<ProcessStats>;
  /** Tells a process to end; a supervised one is replaced unless told otherwise. Resolves when it is gone. */
  stopProcess(pid: number, options?: StopProcessOptions): Promise<void>;
  /** Replaces a supervised process; resolves when the old one is gone. @throws GafferError `not_supervised` */
  restartProcess(pid: number): Promise<void>;
  /** Sends a signal to a process; what it has started does not get it. */
  signalProcess(pid: number, signal: SignalName): Promise<void>;
  /** The end of what a process has written to an output; without a label to its first. */
  tail(pid: number, label?: string): Promise<Uint8Array>;
  /**
   * A pipe of a process by its label, `stdin` for its input; without a label its first output.
   * @param from an {@link ProcessStream.offset}: begin behind it, or where what is kept begins. Default: what comes next
   * @throws GafferError `stream_not_found`
   */
  stream(pid: number, label?: string, from?: number): Promise<ProcessStream>;
  /** The last lines of what was written and what happened, oldest first; those of ended processes too, as far as they are kept. */
  recentLog(selection: LogSelection, lines: number): Promise<readonly LogEntry[]>;
  /** The same, and then calls back with everything that follows: nothing in between is missed or told twice. */
  followLog(selection: LogSelection, lines: number, listener: (entry: LogEntry) => void): Promise<Following>;
  /**
   * Calls back with every event behind a position and with each that follows: nothing is missed or told twice. Without
   * a position it begins with the next event.
   * @throws GafferError `events_gone` when what followed the position is not kept any more, or was another run of the node
   */
  followEvents(since: EventPosition | undefined, listener: (entry: EventEntry) => void): Promise<Following>;
  /**
   * Calls back with statistics again and again, for a job with those of each of its processes, also of ones that start
   * later, until it is told to end or what is measured is gone. However many follow a process, it is measured once.
   * @param intervalMs milliseconds in between; more where measuring takes long
   * @param onEnd is called when what is measured is gone
   */
  followStats(target: StatsTarget, intervalMs: number, listener: (entry: StatsEntry) => void, onEnd?: () => void): Promise<Unsubscribe>;
  /** Calls back with every event from now on, in order. */
  onEvent(listener: (event: GafferEvent) => void): Unsubscribe;
}

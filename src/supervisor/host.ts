import type { JobSettings } from '../job/config.ts';
import type { GafferEvent } from '../job/event.ts';
import type { ProcessExit } from '../job/exit.ts';
import type { Identity } from './identity.ts';
import type { ChildStream } from './streams.ts';

/** A process that is to be started. */
export interface StartRequest {
  /** Names it for its host; no other gets the same. */
  readonly id: number;
  readonly file: string;
  readonly args: readonly string[];
  /** Its own variables; its prototype, if it has one, are those of {@link Host.osEnv}. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Who it will be, if that was asked for: it must be able to open its own /dev/stdout. */
  readonly identity: Identity | undefined;
  /** Which pipes it gets. */
  readonly pipes: PipeSettings;
  /** What a successor of this supervisor has to know of it. */
  readonly note: unknown;
}

/** Which pipes a process gets. */
export type PipeSettings = Pick<JobSettings, 'input' | 'outputs' | 'customStreams' | 'customChannels'>;

/** Is told how it goes with a process. */
export interface StartListener {
  /**
   * It runs, or it could not be executed: then it has no pid. Called before anything of its output is told, and perhaps before
   * {@link Host.start} returns.
   */
  started(process: HostedProcess): void;
  /**
   * It has ended, and what was in its pipes by then is read, unless that takes long; called once, never during `start`.
   * @param atMs when, by {@link Clock.now}; default now
   */
  exited(exit: ProcessExit, atMs?: number): void;
}

/** A process, as its host has it. */
export interface HostedProcess {
  /** The operating system's pid; undefined when it could not be executed. */
  readonly osPid: number | undefined;
  /** Its pipes by label. */
  readonly streams: ReadonlyMap<string, ChildStream>;
}

/** Something that a successor of this supervisor has to know. */
export type JournalEntry =
  /** The next event. */
  | { readonly kind: 'event'; readonly event: GafferEvent }
  /** A note by its name; what it is undefined for is forgotten. */
  | { readonly kind: 'note'; readonly name: string; readonly value: unknown }
  /** How it stands with a process that was started. */
  | { readonly kind: 'process'; readonly id: number; readonly state: unknown }
  /** A process has ended, and nobody asks for what it has written any more. */
  | { readonly kind: 'forget'; readonly id: number };

/** Keeps what a successor of this supervisor has to know, outside of this process. */
export interface Journal {
  /** Keeps all of it or, should this process be killed meanwhile, nothing; it is kept when this returns. */
  keep(entries: readonly JournalEntry[]): void;
}

/** Where processes are started, and who reads their pipes. */
export interface Host {
  /** Undefined where processes do not outlive the supervisor. */
  readonly journal: Journal | undefined;
  /** Prepares for that many outputs; resolves when the first processes can be started. */
  prepare(outputs: number): Promise<void>;
  /** Whether a process with that many outputs can be started now. */
  isReadyFor(outputs: number): boolean;
  /** Makes that possible, as far as it can be. @param all how many outputs all that wait will have */
  makeReadyFor(outputs: number, all: number): Promise<void>;
  /** Starts a process that leads a session and a process group of its own. */
  start(request: StartRequest, listener: StartListener): void;
  /** Nobody is left of a process and its group. */
  gone(id: number): void;
  /** Lets go of what it holds itself; a promise resolves when that is done. */
  close(): void | Promise<void>;
}

/** A process that a predecessor of this supervisor has started. */
export interface FoundProcess {
  readonly id: number;
  /** As it was said in {@link StartRequest.note}. */
  readonly note: unknown;
  /** As it was said last in the journal; undefined when nothing was. */
  readonly state: unknown;
  readonly process: HostedProcess;
  /** How and when (by {@link Clock.now}) it has ended, if it has. */
  readonly exit: { readonly exit: ProcessExit; readonly atMs: number } | undefined;
}

/** What a predecessor of this supervisor has left. */
export interface Legacy {
  /** Marks its processes. */
  readonly runId: string;
  /** The last events, oldest first. */
  readonly events: readonly GafferEvent[];
  /** By name, in the order in which they came. */
  readonly notes: ReadonlyMap<string, unknown>;
  readonly processes: readonly FoundProcess[];
  /** From now on tells how it goes with one that runs, `started` not again. Once for each; exits and output come after {@link begin}. */
  follow(id: number, listener: StartListener): void;
  /** Everything is taken over: output goes on. */
  begin(): void;
}

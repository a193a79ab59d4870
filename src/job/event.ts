import type { ProcessExit } from './exit.ts';
import type { SignalName } from './signal.ts';

/** A process in an event. */
export interface ProcessRef {
  readonly pid: number;
  readonly osPid: number;
  /** 0 for a committed process. */
  readonly slot: number;
  readonly committed: boolean;
}

/** What happened, without when. */
export type GafferEventBody =
  | { readonly type: 'load' | 'unload' | 'stop' | 'reload'; readonly name: string }
  /** `target`: the number of processes that is wanted. */
  | { readonly type: 'start' | 'update'; readonly name: string; readonly target: number }
  /** `detached`: the process goes on when gafferd ends. */
  | { readonly type: 'spawn'; readonly name: string; readonly process: ProcessRef; readonly detached?: boolean }
  | { readonly type: 'reap' | 'stop_process'; readonly name: string; readonly process: ProcessRef }
  /** `requested`: gaffer told it to end. `ranMs`: how long it lived. */
  | {
      readonly type: 'exit';
      readonly name: string;
      readonly process: ProcessRef;
      readonly exit: ProcessExit;
      readonly requested: boolean;
      readonly ranMs: number;
    }
  | { readonly type: 'kill'; readonly name: string; readonly signal: SignalName; readonly process: ProcessRef | undefined }
  /** Flapping: the job pauses. */
  | { readonly type: 'flap'; readonly name: string; readonly retry: number; readonly maxRetry: number; readonly pauseMs: number }
  /** Flapping: the job stays down. `tail` is the end of its last output. */
  | { readonly type: 'give_up'; readonly name: string; readonly tail: Uint8Array }
  /** The port that an instance is given was taken when it started. */
  | { readonly type: 'port_taken'; readonly name: string; readonly slot: number; readonly port: number }
  /** All instances of the job ended and nothing starts them again. */
  | { readonly type: 'done'; readonly name: string };

/** Everything that a supervisor tells. `name` is a job's full name; `seq` counts the node's events from 1. */
export type GafferEvent = GafferEventBody & { readonly seq: number; readonly timeMs: number };

/** A place in a node's events: behind the one with this number. */
export interface EventPosition {
  readonly seq: number;
  /** Which run of the node counts so; undefined where somebody knows the number alone. */
  readonly run?: string | undefined;
}

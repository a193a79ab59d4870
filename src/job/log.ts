import type { GafferEvent } from './event.ts';
import { formatJobName, type JobName } from './name.ts';

/** Whose output and events are meant; without any member everybody's. */
export interface LogSelection {
  readonly session?: string | undefined;
  readonly job?: JobName | undefined;
  readonly pid?: number | undefined;
  /** One output of the processes. */
  readonly label?: string | undefined;
}

/** A piece of what a process has written. */
export interface OutputEntry {
  readonly kind: 'output';
  readonly timeMs: number;
  /** The job's full name. */
  readonly name: string;
  readonly pid: number;
  readonly slot: number;
  readonly label: string;
  /** How many bytes of that output of the process came before. */
  readonly offset: number;
  /** Valid during the call only. */
  readonly data: Uint8Array;
}

/** What a log consists of. */
export type LogEntry =
  | OutputEntry
  | { readonly kind: 'event'; readonly event: GafferEvent }
  /** The reader was too slow: that many entries were left out. */
  | { readonly kind: 'dropped'; readonly count: number }
  /** Nothing more will come: the node has gone away. */
  | { readonly kind: 'end' };

/** What following a node's events tells. */
export type EventEntry = Exclude<LogEntry, OutputEntry>;

/** Whether a process's output is meant. */
export function isOutputSelected(selection: LogSelection, output: Pick<OutputEntry, 'name' | 'pid' | 'label'>): boolean {
  const { pid, label } = selection;
  return isJobSelected(selection, output.name) && (pid === undefined || pid === output.pid) && (label === undefined || label === output.label);
}

/** Whether an event is meant. */
export function isEventSelected(selection: LogSelection, event: GafferEvent): boolean {
  const { pid } = selection;
  return isJobSelected(selection, event.name) && (pid === undefined || ('process' in event && event.process?.pid === pid));
}

function isJobSelected({ session, job }: LogSelection, name: string): boolean {
  return (job === undefined || formatJobName(job) === name) && (session === undefined || name.startsWith(`${session}.`));
}

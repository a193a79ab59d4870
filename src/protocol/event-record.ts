import type { GafferEvent, ProcessRef } from '../job/event.ts';
import { exitOfWire, type ProcessExit, wireExit } from '../job/exit.ts';
import { parseSignal, type SignalName, signalNumber } from '../job/signal.ts';

/** An event as it is sent: the names are the wire's, and the members of one type are the original's with more beside them. */
export interface EventRecord {
  readonly seq: number;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly event: GafferEvent['type'];
  /** The job's full name. */
  readonly name: string;
  readonly pid?: number;
  readonly os_pid?: number;
  readonly slot?: number;
  /** The process runs outside supervision. */
  readonly once?: boolean;
  /** The process goes on when gafferd ends; missing where it does not. */
  readonly detached?: boolean;
  /** The number of processes that is wanted. */
  readonly numprocesses?: number;
  readonly exit_status?: number;
  /** The number of the signal that has ended the process; 0 for none. */
  readonly term_signal?: number;
  /** Why it could not be started. */
  readonly reason?: string;
  /** gaffer told it to end. */
  readonly requested?: boolean;
  /** Seconds that it lived. */
  readonly ran?: number;
  readonly signum?: number;
  readonly retry?: number;
  readonly max_retry?: number;
  /** Seconds until the next try. */
  readonly pause?: number;
  /** The end of the last output, Base64. */
  readonly tail?: string;
  readonly port?: number;
}

/** Puts an event into the form in which it is sent. */
export function eventRecord(event: GafferEvent): EventRecord {
  const { seq, type, name } = event;
  const head = { seq, time: event.timeMs / 1000, event: type, name };
  switch (event.type) {
    case 'load':
    case 'unload':
    case 'stop':
    case 'reload':
    case 'done':
      return head;
    case 'start':
    case 'update':
      return { ...head, numprocesses: event.target };
    case 'spawn':
      return { ...head, ...processMembers(event.process), ...(event.detached === true && { detached: true }) };
    case 'reap':
    case 'stop_process':
      return { ...head, ...processMembers(event.process) };
    case 'exit':
      return {
        ...head,
        ...processMembers(event.process),
        ...wireExit(event.exit),
        ...(event.exit.kind === 'not_started' && { reason: event.exit.reason }),
        requested: event.requested,
        ran: event.ranMs / 1000,
      };
    case 'kill':
      return { ...head, ...(event.process !== undefined && processMembers(event.process)), signum: signalNumber(event.signal) };
    case 'flap':
      return { ...head, retry: event.retry, max_retry: event.maxRetry, pause: event.pauseMs / 1000 };
    case 'give_up':
      return { ...head, tail: Buffer.from(event.tail).toString('base64') };
    case 'port_taken':
      return { ...head, slot: event.slot, port: event.port };
  }
}

function processMembers({ pid, osPid, slot, committed }: ProcessRef) {
  return { pid, os_pid: osPid, slot, once: committed };
}

/** Makes the event that a record stands for; undefined for a type that is not known here. */
export function eventOfRecord(record: EventRecord): GafferEvent | undefined {
  const head = { seq: record.seq, timeMs: Math.round(record.time * 1000), name: record.name };
  const process: ProcessRef = { pid: record.pid ?? 0, osPid: record.os_pid ?? 0, slot: record.slot ?? 0, committed: record.once ?? false };
  switch (record.event) {
    case 'load':
    case 'unload':
    case 'stop':
    case 'reload':
    case 'done':
      return { ...head, type: record.event };
    case 'start':
    case 'update':
      return { ...head, type: record.event, target: record.numprocesses ?? 0 };
    case 'spawn':
      return { ...head, type: 'spawn', process, ...(record.detached === true && { detached: true }) };
    case 'reap':
    case 'stop_process':
      return { ...head, type: record.event, process };
    case 'exit':
      return { ...head, type: 'exit', process, exit: exitOf(record), requested: record.requested ?? false, ranMs: (record.ran ?? 0) * 1000 };
    case 'kill':
      return { ...head, type: 'kill', signal: signalOf(record), process: record.pid === undefined ? undefined : process };
    case 'flap':
      return { ...head, type: 'flap', retry: record.retry ?? 0, maxRetry: record.max_retry ?? 0, pauseMs: (record.pause ?? 0) * 1000 };
    case 'give_up':
      return { ...head, type: 'give_up', tail: Buffer.from(record.tail ?? '', 'base64') };
    case 'port_taken':
      return { ...head, type: 'port_taken', slot: record.slot ?? 0, port: record.port ?? 0 };
    default:
      return undefined;
  }
}

function exitOf(record: EventRecord): ProcessExit {
  return exitOfWire({ exit_status: record.exit_status ?? 0, term_signal: record.term_signal ?? 0 }, record.reason);
}

function signalOf(record: EventRecord): SignalName {
  return parseSignal(record.signum ?? 15);
}

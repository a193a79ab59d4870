import { readdirSync, readFileSync } from 'node:fs';
import { systemCode } from '../errors.ts';
import type { SignalName } from '../job/signal.ts';

/** What the system tells of one process. */
export interface ProcessEntry {
  readonly pid: number;
  /** One letter; `Z` is a process that has ended and waits to be asked for its exit code. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot: with the pid it names a process for good. */
  readonly startTime: string;
  readonly cpuTicks: number;
  readonly vszBytes: number;
  readonly rssPages: number;
}

const HAS_PROC = process.platform === 'linux';

/** Reads one process; undefined when there is none, or the system has no /proc. */
export function readProcess(pid: number): ProcessEntry | undefined {
  if (!HAS_PROC) {
    return undefined;
  }
  try {
    return parseStat(pid, readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

function parseStat(pid: number, text: string): ProcessEntry {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number): number => Number(fields[index - 3]);
  return {
    pid,
    state: fields[0] ?? '?',
    parent: number(4),
    group: number(5),
    session: number(6),
    startTime: fields[22 - 3] ?? '',
    cpuTicks: number(14) + number(15),
    vszBytes: number(23),
    rssPages: number(24),
  };
}

/** Reads all processes. */
export function readProcesses(): ProcessEntry[] {
  return pids().flatMap((pid) => readProcess(pid) ?? []);
}

function pids(): number[] {
  if (!HAS_PROC) {
    return [];
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Whether a process runs: it exists, has not ended, and is the one that started then (if that is known). */
export function isRunning(pid: number, startTime?: string): boolean {
  if (!HAS_PROC) {
    return sendSignal(pid, 0);
  }
  const entry = readProcess(pid);
  return entry !== undefined && entry.state !== 'Z' && (startTime === undefined || entry.startTime === startTime);
}

/** Whether nobody is left in a process group; those that have ended do not count, even where nobody asks for their code. */
export function isGroupEmpty(group: number): boolean {
  if (!sendSignal(-group, 0)) {
    return true;
  }
  return HAS_PROC && !readProcesses().some((entry) => entry.group === group && entry.state !== 'Z');
}

/** Sends a signal to a process, or to a group when the number is negative; false when there is none. */
export function sendSignal(pid: number, signal: SignalName | 0): boolean {
  if (pid === 0) {
    return false; // the system would take it for the caller's own group
  }
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** Pids of running processes whose environment has this entry (`NAME=value`); those of other users can't be seen. */
export function findMarked(mark: string): number[] {
  return pids().filter((pid) => pid !== process.pid && isMarked(pid, mark));
}

/** Whether a process was started with this entry in its environment. */
export function isMarked(pid: number, mark: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    return environment.startsWith(`${mark}\0`) || environment.includes(`\0${mark}\0`);
  } catch {
    return false;
  }
}

/** Names this boot of the machine; pids of another boot mean nothing. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

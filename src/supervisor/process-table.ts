import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { systemCode } from '../errors.ts';
import type { SignalName } from '../job/signal.ts';
import { type ProcessEntry, parseProcessStat } from './process-stat.ts';

const HAS_PROC = process.platform === 'linux';

/** More than /proc/PID/stat can have. */
const STAT_BYTES = 2048;

/** Reads one process; undefined when there is none, or the system has no /proc. */
export function readProcess(pid: number): ProcessEntry | undefined {
  return HAS_PROC ? readStat(pid, Buffer.allocUnsafe(STAT_BYTES)) : undefined;
}

/** @param buffer is overwritten */
function readStat(pid: number, buffer: Buffer): ProcessEntry | undefined {
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/stat`, 'r'); // three calls of the system; readFileSync makes five
    return parseProcessStat(pid, buffer.subarray(0, readSync(file, buffer)));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) {
      closeSync(file);
    }
  }
}

/** Reads all processes, see {@link readParentsFirst}. */
export function readProcesses(): ProcessEntry[] {
  const buffer = Buffer.allocUnsafe(STAT_BYTES);
  return readParentsFirst(pids(), (pid) => readStat(pid, buffer));
}

/**
 * Reads processes so that each is read after its parent. What a parent has waited for is then never told twice: in the
 * parent, and in the child that was alive when it was read.
 */
export function readParentsFirst(pids: readonly number[], read: (pid: number) => ProcessEntry | undefined): ProcessEntry[] {
  const byPid = new Map<number, ProcessEntry>();
  const put = (pid: number): void => {
    const entry = read(pid);
    if (entry === undefined) {
      byPid.delete(pid);
    } else {
      byPid.set(pid, entry);
    }
  };
  const inOrder = pids.toSorted((a, b) => a - b);
  inOrder.forEach(put);
  // numbers begin anew some day: whoever has a lower one than its parent is read again, behind it
  const early = inOrder.filter((pid) => (byPid.get(pid)?.parent ?? 0) > pid);
  early.reverse().forEach(put);
  return [...byPid.values()];
}

function pids(): number[] {
  if (!HAS_PROC) {
    return [];
  }
  return readdirSync('/proc')
    .filter((name) => /^\d/.test(name))
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

/** Whether somebody of a process group was started with this entry in its environment: the number can be another's by now. */
export function isGroupMarked(group: number, mark: string): boolean {
  return group !== 0 && sendSignal(-group, 0) && readProcesses().some((entry) => entry.group === group && isMarked(entry.pid, mark));
}

/** Names this boot of the machine; pids of another boot mean nothing. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

import { readdirSync, readFileSync } from 'node:fs';

/** A running process, as /proc tells it. */
export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/** The running processes whose environment or command line holds a text; those that have ended and wait to be reaped do not run. */
export function processesWith(text: string): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }))
    .filter(({ pid, command }) => (command.includes(text) || read(`/proc/${pid}/environ`).includes(text)) && runs(pid));
}

/** Whether a process exists and has not ended. */
export function runs(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && fields(Number(name))[1] === String(pid))
    .map(Number)
    .filter(runs);
}

/** Bytes that a process has written so far. */
export function bytesWritten(pid: number): number {
  return Number(/^wchar: (\d+)/m.exec(read(`/proc/${pid}/io`))?.[1]);
}

/** The most memory that a process has used so far, in megabytes. */
export function peakMegabytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]) / 1024;
}

/** When a process was started, in the clock ticks of /proc. */
export function startTimeOf(pid: number): string {
  return fields(pid)[19] ?? '';
}

/** The session that a process belongs to, as the system counts sessions. */
export function sessionOf(pid: number): number {
  return Number(fields(pid)[3]);
}

/** The fields of /proc/PID/stat behind the program's name: state, parent, … */
function fields(pid: number): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // it has ended
  }
}

/** Looks again and again until a condition holds; for what sends no event. */
export async function becomes(condition: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) {
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}

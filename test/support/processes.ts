import { readdirSync, readFileSync } from 'node:fs';

/** A running process, as /proc tells it. */
export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/** The running processes whose environment or command line holds one of these texts; those that have ended and wait to be reaped do not run. */
export function processesWith(...texts: readonly string[]): RunningProcess[] {
  const found: RunningProcess[] = [];
  for (const pid of allPids().filter((one) => one !== process.pid)) {
    const words = read(`/proc/${pid}/cmdline`);
    const holds = (text: string): boolean => texts.some((one) => text.includes(one));
    // the kernel's own threads, which are most of what there is, have neither
    if (words !== '' && (holds(words) || holds(read(`/proc/${pid}/environ`))) && runs(pid)) {
      found.push({ pid, command: words.replaceAll('\0', ' ').trim() });
    }
  }
  return found;
}

/** Whether a process exists and has not ended. */
export function runs(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** Whether a process ignores signals, by their numbers. */
export function ignores(pid: number, ...signals: readonly number[]): boolean {
  const mask = BigInt(`0x${/^SigIgn:\s+([0-9a-f]+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? '0'}`);
  return signals.every((signal) => (mask & (1n << BigInt(signal - 1))) !== 0n);
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  return allPids().filter((one) => fields(one)[1] === String(pid) && runs(one));
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

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
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

/** The shortest pause between two looks, and how many times as long as a look it is at least: looking is not to keep others from their work. */
const PAUSE_MS = 5;
const PAUSE_PER_LOOK = 4;

/** Looks again and again until a condition holds; for what sends no event. */
export async function becomes(condition: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const from = performance.now();
    if (condition()) {
      return true;
    }
    const now = performance.now();
    if (now > deadline) {
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(PAUSE_MS, PAUSE_PER_LOOK * (now - from))));
  }
}

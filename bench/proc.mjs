// What Linux tells about processes in /proc.
import { readdirSync, readFileSync } from 'node:fs';

/** Of the clock in which Linux tells CPU time. */
export const tickMs = 10;

/**
 * The user and system time that a process itself has used, in milliseconds (in ticks of 10 ms).
 * @param {number} pid
 */
export function cpuMs(pid) {
  const fields = statFields(pid);
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/**
 * The same to the nanosecond, where the kernel keeps it: the sum over the threads that still live.
 * @param {number} pid
 */
export function preciseCpuMs(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]));
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

/**
 * How often a process's main thread went to sleep, and so was woken.
 * @param {number} pid
 */
export function wakeUps(pid) {
  return statusValue(pid, 'voluntary_ctxt_switches');
}

/** @param {number} pid */
export function residentMB(pid) {
  return statusValue(pid, 'VmRSS') / 1024;
}

/** @param {number} pid */
export function peakMB(pid) {
  return statusValue(pid, 'VmHWM') / 1024;
}

/**
 * Whether a process runs; zombies do not.
 * @param {number} pid
 */
export function isAlive(pid) {
  const [state = ''] = statFields(pid);
  return state !== '' && state !== 'Z';
}

/**
 * The processes, zombies left out, in whose environment a variable has this value.
 * @param {string} name
 * @param {string} value
 */
export function processesWith(name, value) {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  return pids.filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`${name}=${value}`)).map(Number);
}

/**
 * The fields of /proc/PID/stat that follow the program's name: the first is the state.
 * @param {number} pid
 */
function statFields(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/**
 * @param {number} pid
 * @param {string} name
 */
function statusValue(pid, name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? Number.NaN);
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // the process is gone
  }
}

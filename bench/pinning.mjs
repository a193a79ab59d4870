// Who is asked and who asks on a CPU of their own, so that neither takes the other's.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

const canPin = cpus().length > 1 && spawnSync('taskset', ['--version']).status === 0;

/** How it is told where it matters. */
export const pinning = canPin ? 'each on one CPU, who asks on another' : 'not bound to CPUs';

/**
 * Binds a process with all its threads to the first CPU.
 * @param {number} pid
 */
export function pinServer(pid) {
  if (canPin) spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', String(pid)], { stdio: 'ignore' });
}

/**
 * A command that runs on the second CPU.
 * @param {string[]} line
 */
export function pinnedClient(line) {
  return canPin ? ['taskset', '--cpu-list', '1', ...line] : line;
}

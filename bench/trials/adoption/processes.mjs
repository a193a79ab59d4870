// Whether a process that is nobody's child here still runs.
import { readFileSync } from 'node:fs';

/** @param {number} pid */
export function isGone(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] === 'Z';
  } catch {
    return true;
  }
}

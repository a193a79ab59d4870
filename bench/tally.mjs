// Reads the tally, the file to which the programs of a run append what they did and when (see programs/tally.h).
import { readFileSync, statSync } from 'node:fs';
import { pause } from './figures.mjs';

/** The tally's name: every program of a run works in the run's folder. */
export const tallyFile = 'tally';

const recordLength = 42;

/**
 * @typedef {object} TallyRecord
 * @property {string} what `start` or `end`
 * @property {number} id
 * @property {number} pid
 * @property {number} at milliseconds since 1970
 */

/**
 * @param {string} file
 * @returns {TallyRecord[]}
 */
export function readTally(file) {
  if (tallyLength(file) === 0) return [];
  const lines = readFileSync(file, 'latin1').trimEnd().split('\n');
  return lines.map((line) => {
    const [what, id, pid, nanoseconds] = line.trim().split(/ +/);
    return { what, id: Number(id), pid: Number(pid), at: Number(nanoseconds) / 1e6 };
  });
}

/**
 * How many records there are, without reading them.
 * @param {string} file
 */
function tallyLength(file) {
  return Math.floor((statSync(file, { throwIfNoEntry: false })?.size ?? 0) / recordLength);
}

/**
 * Waits until there are so many records, and says whether it came to that.
 * @param {string} file
 * @param {number} count
 * @param {number} limitMs
 * @param {() => boolean} [goesOn] whether there is still somebody to wait for
 */
export async function tallied(file, count, limitMs, goesOn = () => true) {
  const deadline = performance.now() + limitMs;
  while (tallyLength(file) < count) {
    if (performance.now() > deadline || !goesOn()) return false;
    await pause(2);
  }
  return true;
}

/**
 * @param {TallyRecord[]} records
 * @param {string} what
 */
export function times(records, what) {
  return records.filter((record) => record.what === what).map((record) => record.at);
}

// Silent children for a runner: each notes in the tally when it began, and waits.
import { tallyFile } from './tally.mjs';

/**
 * @param {import('./programs.mjs').Programs} programs
 * @param {number} count
 * @returns {import('./tools.mjs').Job[]}
 */
export function silentJobs({ worker }, count) {
  return Array.from({ length: count }, (_, index) => ({ name: `s${index + 1}`, command: `${worker} ${tallyFile} ${index + 1}` }));
}

// The designs that are tried.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Design
 * @property {string} name
 * @property {string} script of the daemon
 */

/** @type {Design[]} */
export const designs = [
  { name: 'named FIFOs', script: 'fifos.mjs' },
  { name: 'files', script: 'files.mjs' },
  { name: 'a keeper', script: 'with-keeper.mjs' },
];

/**
 * @param {string} folder
 * @returns {number | undefined} the keeper's pid, if there is one
 */
export function keeperIn(folder) {
  const file = join(folder, 'keeper');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

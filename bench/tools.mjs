// What is compared: gaffer and the two bounds. Its peers are in peers.mjs.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ name: string, command: string }} Job */
/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} version
 * @property {boolean} node a Node program: it can be probed from within
 * @property {number} rate the lines a second that it is good for, roughly: it sizes the tool's share of the work
 * @property {boolean} endsWithFirst it stops everything when the first program exits
 * @property {boolean} restarts it can run a program again
 * @property {number} mostChildren with more it cannot be asked
 * @property {(jobs: Job[], options: { restart: boolean }) => string[]} command run in the Procfile's folder
 */

/** @type {Omit<Tool, 'name' | 'rate' | 'command'>} */
export const plain = { version: '', node: false, endsWithFirst: true, restarts: false, mostChildren: Number.POSITIVE_INFINITY };
const gafferScript = join(import.meta.dirname, '..', 'bin', 'gaffer.js');

/** @param {string[]} args */
export const gafferCommand = (...args) => [process.execPath, gafferScript, ...args];

/** @returns {Tool | undefined} */
export function gaffer() {
  if (!existsSync(gafferScript)) return undefined;
  return {
    ...plain,
    name: 'gaffer',
    version: versionIn(join(gafferScript, '..', '..')),
    node: true,
    rate: 2_000_000,
    endsWithFirst: false,
    restarts: true,
    command: (_jobs, { restart }) => gafferCommand('start', '--on-exit', restart ? 'restart' : 'ignore'),
  };
}

/**
 * The plain C multiplexer: the bound of every runner's output path.
 * @param {string} program
 * @returns {Tool}
 */
export function multiplexer(program) {
  const command = (/** @type {Job[]} */ jobs) => [program, ...jobs.flatMap((job) => [job.name, job.command])];
  return { ...plain, name: 'C mux', rate: 4_000_000, endsWithFirst: false, command };
}

/**
 * A bare loop of child_process.spawn: the bound of every Node runner's start.
 * @returns {Tool}
 */
export function bareLoop() {
  const command = () => [process.execPath, join(import.meta.dirname, 'programs', 'bare-loop.mjs')];
  return { ...plain, name: 'bare loop', node: true, rate: 0, command };
}

/** @param {string} folder */
export function versionIn(folder) {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : '';
}

// FIFOs, as gaffer's children have them for their output.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

/** @param {string[]} paths */
export function makeFifos(paths) {
  execFileSync('mkfifo', paths);
}

/** @param {string} path */
export function readFifo(path) {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

/**
 * A child whose output goes where a path leads; it outlives this process.
 * @param {string[]} line
 * @param {string} path
 * @param {number} flags
 */
export function start([file, ...args], path, flags) {
  const fd = openSync(path, flags);
  const child = spawn(file, args, { stdio: ['ignore', fd, fd], detached: true });
  closeSync(fd);
  return child;
}

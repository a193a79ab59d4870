// Where a runner's standard output goes: a file, or a pipe with a reader at its end.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { environment } from './environment.mjs';
import { FileGrowth } from './growth.mjs';

/**
 * @typedef {object} Output
 * @property {number} fd the runner's standard output
 * @property {() => Promise<Delivery>} delivered once the runner is gone
 * @property {() => void} close
 */
/**
 * @typedef {object} Delivery
 * @property {number} lines
 * @property {number} at when the last of the producers' lines came, in milliseconds since 1970
 */
/** @typedef {(folder: string) => Output} OpenOutput */

/** The file in a session's folder that has what came out, if it was kept. */
export const outputFile = 'output';

/** @type {OpenOutput} */
export function toNowhere() {
  const fd = openSync('/dev/null', 'w');
  return { fd, delivered: async () => ({ lines: Number.NaN, at: Date.now() }), close: () => closeSync(fd) };
}

/**
 * To a file; its lines are counted afterwards.
 * @param {string[]} drain
 * @returns {OpenOutput}
 */
export function toFile(drain) {
  return (folder) => {
    const path = join(folder, outputFile);
    const fd = openSync(path, 'w');
    const growth = new FileGrowth(path);
    const delivered = async () => {
      growth.stop();
      const [lines] = spawnSync(drain[0], [...drain.slice(1), path], { encoding: 'utf8' }).stdout.split(' ');
      return { lines: Number(lines), at: growth.reached() };
    };
    const close = () => {
      growth.stop();
      closeSync(fd);
    };
    return { fd, delivered, close };
  };
}

/**
 * To a pipe whose reader counts the lines and forgets them.
 * @param {string[]} drain
 * @returns {OpenOutput}
 */
export function toPipe(drain) {
  return (folder) => {
    const pipe = makePipe(folder);
    const reader = spawn(drain[0], [...drain.slice(1), pipe.path], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
    const report = text(reader.stdout);
    const delivered = async () => {
      pipe.closeWrite();
      const [lines, nanoseconds] = (await report).split(' ').map(Number);
      return { lines, at: nanoseconds / 1e6 };
    };
    return { fd: pipe.write, delivered, close: pipe.close };
  };
}

/**
 * To a pipe whose reader keeps all of it in the output file.
 * @type {OpenOutput}
 */
export function toKeptPipe(folder) {
  const pipe = makePipe(folder);
  const copy = openSync(join(folder, outputFile), 'w');
  const reader = spawn('cat', [pipe.path], { env: environment(), stdio: ['ignore', copy, 'inherit'] });
  const over = new Promise((resolve) => reader.once('exit', resolve));
  const delivered = async () => {
    pipe.closeWrite();
    await over;
    return { lines: Number.NaN, at: Date.now() };
  };
  const close = () => {
    pipe.close();
    closeSync(copy);
  };
  return { fd: pipe.write, delivered, close };
}

/**
 * To a pipe that this process listens to.
 * @param {(chunk: Buffer) => void} listener
 * @returns {OpenOutput}
 */
export function toListener(listener) {
  return (folder) => {
    const pipe = makePipe(folder);
    const socket = new Socket({ fd: pipe.read, readable: true, writable: false });
    socket.on('data', listener);
    const close = () => {
      pipe.closeWrite();
      socket.destroy();
    };
    return { fd: pipe.write, delivered: async () => ({ lines: Number.NaN, at: Date.now() }), close };
  };
}

/**
 * A pipe with a name, since those of child_process are sockets. Its reading end stays open here, so that nobody meets
 * a pipe without a reader.
 * @param {string} folder
 */
function makePipe(folder) {
  const path = join(folder, 'pipe');
  if (spawnSync('mkfifo', [path]).status !== 0) throw new Error('mkfifo failed');
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const write = openSync(path, 'w');
  let open = true;
  const closeWrite = () => {
    if (open) closeSync(write);
    open = false;
  };
  const close = () => {
    closeWrite();
    closeSync(read);
  };
  return { path, read, write, closeWrite, close };
}

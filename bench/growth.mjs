// When a file grew to what size: a file's own time says only when its last byte came, and that may be a runner's farewell.
import { closeSync, openSync, readSync, statSync } from 'node:fs';

const endOfLine = Buffer.from('xxx');

export class FileGrowth {
  /** @param {string} path */
  constructor(path) {
    this.path = path;
    /** @type {{ at: number, size: number }[]} */
    this.sizes = [];
    this.timer = setInterval(() => this.#look(), 2);
  }

  stop() {
    clearInterval(this.timer);
  }

  /** When the last of the producers' lines was in the file, in milliseconds since 1970. */
  reached() {
    const end = lastProducersByte(this.path);
    const { mtimeMs } = statSync(this.path);
    return Math.min(mtimeMs, this.sizes.find(({ size }) => size >= end)?.at ?? mtimeMs);
  }

  #look() {
    const { size } = statSync(this.path);
    if (size !== (this.sizes.at(-1)?.size ?? 0)) this.sizes.push({ at: Date.now(), size });
  }
}

/**
 * Where the last line ends that is not the runner's own.
 * @param {string} path
 */
function lastProducersByte(path) {
  const { size } = statSync(path);
  const tail = Buffer.alloc(Math.min(size, 64 * 1024));
  const file = openSync(path, 'r');
  readSync(file, tail, 0, tail.length, size - tail.length);
  closeSync(file);
  return size - tail.length + tail.lastIndexOf(endOfLine) + endOfLine.length;
}

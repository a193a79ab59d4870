// What outlives a trial's daemon: a folder with the children's pids, what each has written so far, and how each ended.
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ id: number, line: string[] }} Child */

export class State {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
    /** @type {Child[]} */
    this.children = JSON.parse(readFileSync(join(folder, 'children.json'), 'utf8'));
    for (const name of ['log', 'exits', 'pipes']) mkdirSync(join(folder, name), { recursive: true });
    /** Whether there is a predecessor. */
    this.isFirst = !existsSync(join(folder, 'pids'));
    this.left = this.children.filter(({ id }) => !existsSync(this.path('exits', id))).length;
  }

  /**
   * @param {string} kind
   * @param {number} id
   */
  path(kind, id) {
    return join(this.folder, kind, String(id));
  }

  /**
   * All at once, so that there are all or none.
   * @param {Map<number, number>} pids
   */
  keepPids(pids) {
    const file = join(this.folder, 'pids');
    writeFileSync(`${file}.new`, JSON.stringify([...pids]));
    renameSync(`${file}.new`, file);
  }

  /**
   * How a child ended; with the last one, this process ends.
   * @param {number} id
   * @param {string} how its exit code, or `unknown`
   */
  keepExit(id, how) {
    writeFileSync(`${this.path('exits', id)}.new`, how);
    renameSync(`${this.path('exits', id)}.new`, this.path('exits', id));
    this.left -= 1;
    if (this.left === 0) process.exit(0);
  }

  /** Says that everything is taken over. */
  ready() {
    writeFileSync(join(this.folder, 'ready'), String(performance.now())); // since the start of this process
    if (this.left === 0) process.exit(0);
  }
}

/** The lines of one child, as its followers get them: the file's size is how many bytes are safe. */
export class Log {
  /** @param {string} path */
  constructor(path) {
    this.fd = openSync(path, 'a');
    this.size = fstatSync(this.fd).size;
  }

  /** @param {Buffer} bytes */
  write(bytes) {
    for (let from = 0; from < bytes.length; ) from += writeSync(this.fd, bytes, from);
    this.size += bytes.length;
  }

  close() {
    closeSync(this.fd);
  }
}

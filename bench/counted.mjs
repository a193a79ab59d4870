// What programs/counter.c has written, and what became of its lines.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One process that counts.
 * @typedef {object} Life
 * @property {number} id
 * @property {number} pid
 * @property {number} written how many lines it has written
 * @property {boolean} ended whether it has come to its end
 */
/**
 * @typedef {object} Damage
 * @property {number} written
 * @property {number} lost
 * @property {number} lostAtEnd of these, how many were behind the last one that was found
 * @property {number} repeated
 * @property {number} torn pieces of lines, or lines glued together
 */

/**
 * @param {string} folder
 * @returns {Life[]}
 */
export function livesIn(folder) {
  return readdirSync(folder).flatMap((name) => {
    const words = readFileSync(join(folder, name));
    if (words.length < 16) return []; // it has only just begun
    const [id, pid] = name.split('-').map(Number);
    return [{ id, pid, written: Number(words.readBigUInt64LE(0)), ended: words.readBigUInt64LE(8) === 1n }];
  });
}

/** Counts the lines of all lives, wherever they are found. */
export class LineCount {
  /**
   * @param {number} length of each line
   * @param {(line: string) => string | undefined} [lineIn] what of a file's line the child has written, if it has
   */
  constructor(length, lineIn = (line) => line) {
    this.length = length;
    this.lineIn = lineIn;
    this.torn = 0;
    /** How often each number was seen, by `ID PID`. @type {Map<string, Uint8Array>} */
    this.seen = new Map();
  }

  /**
   * All of a file's lines.
   * @param {string} file
   */
  addFile(file) {
    const fd = openSync(file, 'r');
    const block = Buffer.alloc(1024 * 1024);
    let rest = Buffer.alloc(0);
    for (let count = readSync(fd, block); count > 0; count = readSync(fd, block)) {
      rest = this.#addLines(Buffer.concat([rest, block.subarray(0, count)]));
    }
    if (rest.length > 0) this.torn++;
    closeSync(fd);
  }

  /** @param {string} line without its end */
  #add(line) {
    const parts = line.length === this.length - 1 ? /^(\d+ \d+) (\d{10}) x*$/.exec(line) : null;
    if (parts === null) this.torn++;
    else this.#mark(parts[1], Number(parts[2]));
  }

  /**
   * @param {Buffer<ArrayBuffer>} bytes
   * @returns {Buffer<ArrayBuffer>} what is not a whole line yet
   */
  #addLines(bytes) {
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      const line = this.lineIn(bytes.latin1Slice(from, end));
      if (line !== undefined) this.#add(line);
      from = end + 1;
    }
    return bytes.subarray(from);
  }

  /**
   * @param {string} life
   * @param {number} number
   */
  #mark(life, number) {
    let seen = this.seen.get(life) ?? new Uint8Array(1024);
    if (number >= seen.length) {
      const more = new Uint8Array(2 * number);
      more.set(seen);
      seen = more;
    }
    this.seen.set(life, seen);
    if (seen[number] < 255) seen[number]++;
  }

  /**
   * @param {Life[]} lives
   * @returns {Damage}
   */
  damage(lives) {
    const all = { written: 0, lost: 0, lostAtEnd: 0, repeated: 0, torn: this.torn };
    for (const { id, pid, written } of lives) {
      const seen = this.seen.get(`${id} ${pid}`) ?? new Uint8Array(0);
      all.written += written;
      const last = seen.findLastIndex((times) => times > 0);
      for (let number = 1; number <= written; number++) {
        if ((seen[number] ?? 0) > 0) continue;
        all.lost++;
        if (number > last) all.lostAtEnd++;
      }
      for (const times of seen) if (times > 1) all.repeated += times - 1;
    }
    return all;
  }
}

// Holds what came out against what the producers wrote: each line once, whole, in its order.
import { createReadStream } from 'node:fs';

/**
 * @typedef {object} Damage
 * @property {number} lost lines that never came out whole
 * @property {number} torn pieces of lines, and lines glued to others
 * @property {number} unnamed whole lines that are under no program's name or under another's
 * @property {number} doubled
 * @property {number} reordered
 */

/** @returns {Damage} */
export const noDamage = () => ({ lost: 0, torn: 0, unnamed: 0, doubled: 0, reordered: 0 });

/** @param {Damage} damage */
export const damaged = ({ lost, torn, unnamed, doubled, reordered }) => lost + torn + unnamed + doubled + reordered;

/**
 * @param {Damage} one
 * @param {Damage} other
 * @returns {Damage}
 */
export function add(one, other) {
  return {
    lost: one.lost + other.lost,
    torn: one.torn + other.torn,
    unnamed: one.unnamed + other.unnamed,
    doubled: one.doubled + other.doubled,
    reordered: one.reordered + other.reordered,
  };
}

/**
 * Producer number 1 runs as `p01`, and so on.
 * @param {number} id
 */
export const producerName = (id) => `p${String(id).padStart(2, '0')}`;

/**
 * @param {string} file what came out
 * @param {{ producers: number, lines: number, length: number }} work `length` counts the newline
 * @returns {Promise<Damage>}
 */
export async function check(file, { producers, lines, length }) {
  const ledger = new Ledger(producers, lines, length);
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'latin1', highWaterMark: 1 << 20 })) {
    const text = rest + chunk;
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      ledger.enter(text.slice(from, end));
      from = end + 1;
    }
    rest = text.slice(from);
  }
  if (rest) ledger.enter(rest);
  return ledger.close();
}

class Ledger {
  /**
   * @param {number} producers
   * @param {number} lines
   * @param {number} length
   */
  constructor(producers, lines, length) {
    this.lines = lines;
    this.width = length - 1;
    this.seen = Array.from({ length: producers }, () => new Uint8Array(lines));
    this.last = new Array(producers).fill(-1);
    this.missing = producers * lines;
    this.damage = noDamage();
    this.fillers = Array.from({ length: producers }, (_, index) => 'x'.repeat(this.width - `${index + 1} `.length - 11));
  }

  /** @param {string} raw one line of the output, with whatever the tool put before and after it */
  enter(raw) {
    const line = withoutEnding(raw);
    const start = line.length - this.width;
    const id = start < 0 ? Number.NaN : Number.parseInt(line.slice(start, start + 3), 10);
    const seen = this.seen[id - 1];
    if (!seen || !line.endsWith(this.fillers[id - 1]) || line.lastIndexOf('xxx', start - 1) >= 0) {
      if (line.includes('xxx')) this.damage.torn++; // a line without is the tool's own
      return;
    }
    const head = start + `${id} `.length;
    const number = Number(line.slice(head, head + 10));
    if (!(number < this.lines)) this.damage.torn++;
    else if (seen[number]) this.damage.doubled++;
    else this.#arrived(id - 1, number);
    if (!line.slice(0, start).includes(producerName(id))) this.damage.unnamed++;
  }

  close() {
    return { ...this.damage, lost: this.missing };
  }

  /**
   * @param {number} index
   * @param {number} number
   */
  #arrived(index, number) {
    this.seen[index][number] = 1;
    this.missing--;
    if (number < this.last[index]) this.damage.reordered++;
    else this.last[index] = number;
  }
}

/**
 * Without the CR or the end of a colour that some tools put after a line.
 * @param {string} line
 */
function withoutEnding(line) {
  for (const ending of ['\r', '\x1b[0m', '\x1b[39m']) if (line.endsWith(ending)) return withoutEnding(line.slice(0, -ending.length));
  return line;
}

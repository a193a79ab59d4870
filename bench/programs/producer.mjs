// producer.c for a machine without a C compiler: the same arguments, the same lines, slower.
import { appendFileSync, statSync, writeSync } from 'node:fs';

const [id, lines, length, writeSize, tally, producers] = process.argv.slice(2);
const recordLength = 42;

note('start');
let pending = '';
for (let number = 0; number < Number(lines); number++) {
  const head = `${id} ${String(number).padStart(10, '0')} `;
  pending += `${head.padEnd(Number(length) - 1, 'x')}\n`;
  if (pending.length < Number(writeSize)) continue;
  const count = Number(writeSize) || pending.length;
  writeAll(pending.slice(0, count));
  pending = pending.slice(count);
}
writeAll(pending);
note('end');
while (tally && statSync(tally).size < 2 * Number(producers) * recordLength) pause(2);

/** @param {string} text */
function writeAll(text) {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EAGAIN') throw error;
      pause(1);
    }
  }
}

/** @param {string} what */
function note(what) {
  if (!tally) return;
  const nanoseconds = `${Date.now()}000000`;
  appendFileSync(tally, `${what.padEnd(5)} ${id.padStart(6)} ${String(process.pid).padStart(8)} ${nanoseconds}\n`);
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

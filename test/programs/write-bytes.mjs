// Waits for something on stdin, then writes that many bytes, 0, 1, 2 … 250, 0 …, and ends. argv: how many.
import { writeSync } from 'node:fs';

const total = Number(process.argv[2]);
process.stdin.once('data', () => {
  const block = Buffer.alloc(251 * 64);
  for (let at = 0; at < block.length; at += 1) block[at] = at % 251;
  for (let written = 0; written < total; ) {
    const start = written % 251;
    written += writeSync(1, block, start, Math.min(block.length - start, total - written));
  }
  process.exit(0);
});

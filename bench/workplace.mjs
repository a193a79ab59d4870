// The one folder in which everything happens; it goes when the runner ends, and with it all that still runs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sweep } from './environment.mjs';

const workplace = mkdtempSync(join(tmpdir(), 'gaffer-bench-'));

process.on('exit', () => {
  sweep();
  rmSync(workplace, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

/** @param {string} name */
export function makeFolder(name) {
  return mkdtempSync(join(workplace, `${name}-`));
}

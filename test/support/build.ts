import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the programs before the tests that run them, if they are missing or older than what they are made of. */
export default function buildWhenOutdated(): void {
  const built = statSync(join(ROOT, 'dist/programs/gaffer/oclif.manifest.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (newest(join(ROOT, 'src')) > built) {
    execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

function newest(folder: string): number {
  const times = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)).mtimeMs);
  return Math.max(...times);
}

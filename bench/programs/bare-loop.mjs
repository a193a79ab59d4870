// The least that a Node runner must do: each line of the Procfile spawned in a plain loop, its pipes read, nothing else.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

for (const line of readFileSync('Procfile', 'utf8').trim().split('\n')) {
  const [file, ...args] = line
    .slice(line.indexOf(':') + 1)
    .trim()
    .split(/ +/);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  child.stdout.resume();
  child.stderr.resume();
}

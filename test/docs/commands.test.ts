import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { test } from '../support/commands.ts';
import { GAFFER } from '../support/program.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/commands.md', import.meta.url)), 'utf8');

/** A command of the page, and what the page shows below it. */
interface Shown {
  readonly command: string;
  readonly output: string;
}

const COMMANDS: readonly Shown[] = [...PAGE.matchAll(/^```\n(.*?)^```$/gms)]
  .flatMap(([, block = '']) => block.split(/^\$ /m).slice(1))
  .map((text) => ({ command: text.slice(0, text.indexOf('\n')), output: text.slice(text.indexOf('\n') + 1) }));

/** Output with everything that differs from run to run written as a word. */
function withoutChance(text: string): string {
  return text
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'ENDPOINT')
    .replaceAll(/\d\d:\d\d:\d\d/g, 'HH:MM:SS')
    .replaceAll(/pid \d+/g, 'pid N')
    .replaceAll(/"time":[\d.]+/g, '"time":T')
    .replaceAll(/up for (?:\d+m )?[\d.]+s/g, 'up for T')
    .replaceAll(/cpu [\d.]+% +mem [\d.]+% \d+[KMG]/g, 'cpu C mem M')
    .replaceAll(/Total CPU: [\d.]+ Total MEM: [\d.]+/g, 'Total')
    .replaceAll(/ +/g, ' ');
}

test('the page of commands shows what they print', async ({ rig }) => {
  const { project } = rig;
  for (const { command, output } of COMMANDS.filter(({ command }) => command.startsWith('cat '))) {
    project.write(`shop/${command.slice('cat '.length)}`, ...output.trimEnd().split('\n'));
  }
  project.write('shop/server.js', 'process.on("SIGHUP", () => {}); setInterval(() => {}, 1000);');
  project.write(
    'shop/worker.js',
    'process.on("SIGUSR2", () => {}); console.log("worker is up");',
    'require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => console.log(`got ${line}`));',
  );
  const env = project.env({ GAFFER_ENDPOINT: rig.endpoint });
  const run = (command: string): Promise<string> =>
    new Promise((resolve) => {
      const script = `gaffer() { "${process.execPath}" "${GAFFER}" "$@"; }\n${command}`;
      execFile('sh', ['-c', `{ ${script}\n} 2>&1`], { cwd: `${project.root}/shop`, env }, (_error, stdout) => resolve(withoutChance(stdout)));
    });
  for (const { command, output } of COMMANDS) {
    if (/^gaffer (logs|ps)/.test(command)) {
      await expect.poll(() => run(command), { timeout: 20_000, message: command }).toBe(withoutChance(output));
    } else {
      expect({ command, output: await run(command) }).toEqual({ command, output: withoutChance(output) });
    }
  }
}, 120_000);

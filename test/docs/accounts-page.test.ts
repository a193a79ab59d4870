import { execFile } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { test as lockedTest, PASSWORD } from '../support/locked-node.ts';
import { GAFFER } from '../support/program.ts';

const test = lockedTest.extend({ admin: 'me' });

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/accounts.md', import.meta.url)), 'utf8');

/** Commands of the page about a node that runs, and what the page shows below them. */
const COMMANDS = [...PAGE.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
  .filter(([, language]) => language === '')
  .flatMap(([, , block = '']) => block.split(/^\$ /m).slice(1))
  .map((text) => ({ command: text.slice(0, text.indexOf('\n')), output: text.slice(text.indexOf('\n') + 1) }))
  .filter(({ command }) => /\bgaffer /.test(command));

const CHANCE = /\bkey-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b|http:\/\/127\.0\.0\.1:\d+/g;

/** Ids, secrets and addresses of the page, and what they are in this run. */
class Names {
  readonly #real = new Map<string, string>();

  /** A command of the page, as it is in this run. */
  here(command: string): string {
    return command.replaceAll(CHANCE, (name) => this.#real.get(name) ?? name);
  }

  /** What was said in this run, as the page would have it: what comes for the first time there comes for the first time here. */
  there(said: string, shown: string): string {
    const names = [...shown.matchAll(CHANCE)].map(([name]) => name);
    for (const [index, [real]] of [...said.matchAll(CHANCE)].entries()) {
      const name = names[index];
      if (name !== undefined && !this.#real.has(name)) {
        this.#real.set(name, real);
      }
    }
    const shownFor = new Map([...this.#real].map(([name, real]) => [real, name]));
    return said.replaceAll(CHANCE, (real) => shownFor.get(real) ?? real);
  }
}

test('the page of accounts shows what gaffer prints', async ({ node }) => {
  const { project } = node;
  project.write('password', PASSWORD);
  chmodSync(join(project.root, 'password'), 0o600);
  await node.run(['load', '-'], { key: node.admin, input: '{"name": "web", "cmd": "sleep 1000"}' });
  const names = new Names();
  const run = (command: string): Promise<string> =>
    new Promise((resolve) => {
      const script = `gaffer() { "${process.execPath}" "${GAFFER}" "$@"; }\n${command}`;
      const options = { cwd: project.root, env: project.env(node.env({ GAFFER_APP: undefined })) };
      execFile('sh', ['-c', `{ ${script}\n} 2>&1 < /dev/null`], options, (_error, stdout) => resolve(stdout));
    });
  expect(COMMANDS.length).toBeGreaterThan(15);
  for (const { command, output } of COMMANDS) {
    expect({ command, output: names.there(await run(names.here(command)), output) }).toEqual({ command, output });
  }
});

test('the page shows how one logs in on a terminal', async ({ node }) => {
  const [, shown = ''] = /^```text\n\$ gaffer login\n(.*?)^```$/ms.exec(PAGE) ?? [];
  const terminal = node.terminal(['login']);
  for (const [question, answer] of [
    ['username: ', 'me'],
    ['password: ', PASSWORD],
  ] as const) {
    await terminal.output.until(question);
    terminal.type(`${answer}\r`);
  }
  await terminal.exit;
  expect(terminal.text.replaceAll(/ +$/gm, '')).toBe(shown);
});

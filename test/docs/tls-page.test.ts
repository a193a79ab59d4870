import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { Gafferd } from '../support/gafferd.ts';
import { type TestMachine, test } from '../support/machine.ts';
import { GAFFER } from '../support/program.ts';
import { greet } from '../support/tls-client.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/tls.md', import.meta.url)), 'utf8');

/** A command of the page, and what the page shows below it. */
interface Shown {
  readonly command: string;
  readonly output: string;
}

const COMMANDS: readonly Shown[] = [...PAGE.matchAll(/^```\n(\$ .*?)^```$/gms)]
  .flatMap(([, block = '']) => block.split(/^\$ /m).slice(1))
  .map((text) => ({ command: text.slice(0, text.indexOf('\n')), output: text.slice(text.indexOf('\n') + 1) }));

const PORT = ':5000';

/** Output as the page has it: its home, its machine, its day, its port. */
function asOnThePage(text: string, { root }: TestMachine, port: string): string {
  return withoutChance(text.replaceAll(root, '/home/me').replaceAll(hostname().toLowerCase(), 'box').replaceAll(`:${port}`, PORT));
}

function withoutChance(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d/g, 'DAY')
    .replaceAll(/\d\d:\d\d:\d\d \[\d+\]/g, 'HH:MM:SS [PID]')
    .replaceAll(/gafferd [\d.]+ /g, 'gafferd N ');
}

/** Somebody who tries the page out: gafferd is started to stay, and what it logs is taken for what a command shows. */
class Reader {
  readonly #machine: TestMachine;
  #daemon: Gafferd | undefined;

  constructor(machine: TestMachine) {
    this.#machine = machine;
  }

  /** Does what a command says, and tells what is seen then. */
  async does({ command, output }: Shown): Promise<string> {
    if (command.startsWith('gafferd ')) {
      const args = command.replaceAll('~', this.#machine.root).split(' ').slice(1);
      this.#machine.configure('[process:dummy]', 'cmd = sleep 1000');
      this.#daemon = await this.#machine.start([...args, '--pidfile', `${this.#machine.root}/gafferd.pid`]);
      await this.#daemon.stderr.until(/ start default\.dummy\n/);
      return asOnThePage(this.#daemon.stderr.text, this.#machine, this.#port);
    }
    const seen = await this.#run(command);
    if (command.startsWith('kill ')) {
      await this.#daemon?.stderr.until(output.split('] ').at(-1)?.split(';')[0] ?? '');
      return withoutChance(output);
    }
    return asOnThePage(seen, this.#machine, this.#port);
  }

  get #port(): string {
    return new URL(this.#daemon?.urls[0] ?? `http://x${PORT}`).port;
  }

  async #run(command: string): Promise<string> {
    const { root } = this.#machine;
    const script = `gaffer() { "${process.execPath}" "${GAFFER}" "$@"; }\n${command.replaceAll(PORT, `:${this.#port}`)}`;
    const env = this.#machine.env({ HOME: root });
    return await new Promise((resolve) => {
      execFile('bash', ['-c', `{ ${script}\n} 2>&1`], { cwd: root, env }, (_error, stdout) => resolve(stdout));
    });
  }
}

/** The lines of a log come in no order. */
function lines(text: string): readonly string[] {
  const all = text.trimEnd().split('\n');
  return all.some((line) => line.includes('[INFO]')) ? all.toSorted() : all;
}

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

describe('the page about TLS', () => {
  test('shows what really comes', async ({ machine }) => {
    const reader = new Reader(machine);
    expect(COMMANDS.length).toBeGreaterThan(12);
    for (const shown of COMMANDS) {
      const [program = ''] = shown.command.split(' ');
      if (!['openssl', 'python3', 'curl'].includes(program) || has(program)) {
        const seen = await reader.does(shown);
        expect([shown.command, ...lines(seen)]).toEqual([shown.command, ...lines(withoutChance(shown.output))]);
      }
    }
    if (has('openssl')) {
      const daemon = await machine.start(['--certfile', 'own.pem', '--keyfile', 'own.key', '--state-dir', `${machine.root}/state`]);
      expect(await greet(daemon.urls[0] ?? '', { ca: readFileSync(`${machine.root}/own.pem`) })).toMatchObject({ protocol: 'TLSv1.3' });
    }
  }, 120_000);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GAFFERD } from './gafferd.ts';
import { GAFFER_LOOKUPD } from './lookupd-program.ts';
import { OutputLog } from './output-log.ts';
import { GAFFER } from './program.ts';
import type { TestProject } from './project.ts';

/** What a command line of the help does when it is typed. */
export interface ExampleOutcome {
  /** What it shows, on stdout or stderr. */
  readonly shows: RegExp;
  /** Exit codes that are right; default 0, for what goes on 130. */
  readonly code?: number | readonly number[];
  /** It goes on until Ctrl-C, which is pressed when it has shown that. */
  readonly goesOn?: boolean;
  /** It is run on a terminal: what is waited for there, and what is typed then. */
  readonly typed?: readonly (readonly [prompt: string, keys: string])[];
  /** Commands of the shell before it, and behind it. */
  readonly before?: string;
  readonly behind?: string;
  /** What happens outside again and again until it has shown something. */
  readonly meanwhile?: () => Promise<unknown>;
}

interface Shown {
  readonly text: string;
  readonly code: number | null;
}

const POKE_MS = 50;

/** A shell that finds our programs by their names, in a project's folder. */
export class ExampleShell {
  readonly #project: TestProject;
  readonly #env: NodeJS.ProcessEnv;
  readonly #instead: ReadonlyMap<string, string>;

  /** @param instead what stands in place of what is nowhere here, like the address of a node */
  constructor(project: TestProject, env: NodeJS.ProcessEnv, instead: Readonly<Record<string, string>>) {
    this.#project = project;
    this.#instead = new Map(Object.entries(instead));
    const bin = join(project.root, 'bin');
    const home = join(project.root, 'home');
    mkdirSync(home);
    for (const [name, line] of [
      ['gaffer', `exec "${process.execPath}" "${GAFFER}" "$@"`],
      ['gafferd', `exec "${process.execPath}" "${GAFFERD}" "$@"`],
      ['gaffer_lookupd', `exec "${process.execPath}" "${GAFFER_LOOKUPD}" "$@"`],
      // what examples run is not ours
      ['npm', 'echo "npm $*"'],
      ['make', 'echo "make $* in $PLACE"'],
    ] as const) {
      project.write(`bin/${name}`, '#!/bin/sh', line);
      chmodSync(join(bin, name), 0o755);
    }
    this.#env = project.env({ HOME: home, PATH: `${bin}:${process.env['PATH'] ?? ''}`, ...env });
  }

  /** Types a line of the help, and tells what it showed and how it ended. */
  async type(line: string, outcome: ExampleOutcome): Promise<Shown> {
    const { before = '', behind = '' } = outcome;
    // the shell itself does not mind Ctrl-C, and so tells how the command has ended
    const script = [`{ ${before || ':'}; } > /dev/null`, 'trap : INT', this.here(line), 'code=$?', behind, 'exit $code'].join('\n');
    return outcome.typed === undefined ? await this.#inPipes(script, outcome) : await this.#onTerminal(script, outcome.typed);
  }

  /** A line with what there is here. */
  here(line: string): string {
    return [...this.#instead].reduce((text, [printed, real]) => text.replaceAll(printed, real), line);
  }

  async #inPipes(script: string, { shows, goesOn = false, meanwhile }: ExampleOutcome): Promise<Shown> {
    const output = new OutputLog();
    const shell = spawn('sh', ['-c', script], { cwd: this.#project.root, env: this.#env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = endOf(shell, output);
    const poking = meanwhile && setInterval(() => void meanwhile().catch(() => undefined), POKE_MS);
    const press = (signal: NodeJS.Signals): boolean => process.kill(-(shell.pid ?? 0), signal);
    try {
      if (goesOn) {
        await output.until(shows);
        press('SIGINT');
      }
      return { code: await ended, text: output.text };
    } catch (error) {
      press('SIGKILL');
      throw error;
    } finally {
      clearInterval(poking);
    }
  }

  async #onTerminal(script: string, typed: Required<ExampleOutcome>['typed']): Promise<Shown> {
    const terminal = this.#project.terminal(['-c', script], { command: 'sh', env: { ...this.#env, TERM: 'xterm' } });
    for (const [prompt, keys] of typed) {
      await terminal.output.until(prompt);
      terminal.type(keys);
    }
    const { code } = await terminal.exit;
    return { text: terminal.text, code };
  }
}

function endOf(shell: ChildProcess, output: OutputLog): Promise<number | null> {
  for (const stream of [shell.stdout, shell.stderr]) {
    stream?.on('data', (chunk: Buffer) => output.add(chunk));
  }
  return new Promise((resolve) =>
    shell.once('close', (code) => {
      output.end();
      resolve(code);
    }),
  );
}

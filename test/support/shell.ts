import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Shell } from '../../src/cli/completion/shell.ts';
import { becomes } from './processes.ts';
import { GAFFER } from './program.ts';
import type { TestProject } from './project.ts';
import { Terminal } from './terminal.ts';

/** Whether a shell is there to be tried. */
export function hasShell(shell: Shell): boolean {
  try {
    execFileSync(shell, ['-c', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const PROMPT = 'READY> ';
/** Control-t: the shell tells the line as it is. */
const TELL = '\x14';
const CLEAR = '\x15';
const TAB = '\t';

/** How a shell is started with nothing but the completion, and told to write its line into `$LINE_FILE` with Control-t. */
const SET_UP: Readonly<Record<Shell, (script: string) => { readonly args: readonly string[]; readonly lines: readonly string[] }>> = {
  bash: (script) => ({
    args: ['--norc', '--noprofile', '-i'],
    lines: [
      `PS1='${PROMPT}'`,
      `bind -x '"\\C-t": printf "<%s>" "$READLINE_LINE" > "$LINE_FILE"'`,
      "bind 'set bell-style none'",
      `source '${script}'`,
    ],
  }),
  zsh: (script) => ({
    args: ['-f', '-i'],
    lines: [
      `PS1='${PROMPT}'`,
      `fpath=('${dirname(script)}' $fpath)`,
      'autoload -Uz compinit; compinit -u -D; setopt no_beep no_prompt_cr',
      `tell-line() { printf '<%s>' "$BUFFER" > "$LINE_FILE" }; zle -N tell-line; bindkey -e; bindkey '^T' tell-line`,
    ],
  }),
  fish: (script) => ({
    args: ['--no-config', '-i'],
    lines: [
      `function fish_prompt; printf '${PROMPT}'; end; set -g fish_greeting`,
      `function tell_line; printf '<%s>' (commandline | string collect) > "$LINE_FILE"; end; bind \\ct tell_line`,
      'bind \\cu "commandline -r \'\'"',
      `source '${script}'`,
    ],
  }),
};

/** A real shell on a terminal, with the completion that `gaffer completion` prints. */
export class ShellRig {
  readonly #shell: Shell;
  readonly #project: TestProject;
  readonly #terminal: Terminal;
  readonly #line: string;

  /** Starts it in the project's folder; gaffer is found by its name. */
  static async start(shell: Shell, project: TestProject, env: Readonly<Record<string, string>> = {}): Promise<ShellRig> {
    const rig = new ShellRig(shell, project, env);
    await rig.#begin();
    return rig;
  }

  private constructor(shell: Shell, project: TestProject, env: Readonly<Record<string, string>>) {
    this.#shell = shell;
    this.#project = project;
    this.#line = join(project.root, '..', 'line');
    const bin = join(project.root, '..', 'bin');
    mkdirSync(bin);
    for (const program of ['gaffer', 'gafferd', 'gafferctl']) {
      symlinkSync(fileURLToPath(new URL(`../../bin/${program}.js`, import.meta.url)), join(bin, program));
    }
    this.#terminal = new Terminal(SET_UP[shell]('').args, {
      command: shell,
      cwd: project.root,
      columns: 200,
      env: project.env({ TERM: 'xterm', LINE_FILE: this.#line, HOME: join(project.root, '..'), ...env, PATH: `${bin}:${process.env['PATH']}` }),
    });
  }

  async #begin(): Promise<void> {
    const folder = join(this.#project.root, '..', 'completion');
    mkdirSync(folder);
    const script = join(folder, this.#shell === 'zsh' ? '_gaffer' : 'gaffer');
    writeFileSync(script, execFileSync(process.execPath, [GAFFER, 'completion', this.#shell]));
    for (const line of SET_UP[this.#shell](script).lines) {
      this.#terminal.type(`${line}\r`);
    }
    this.#terminal.type("printf '%s-%s\\n' set up\r");
    await this.#terminal.output.until('set-up');
  }

  /** What the line becomes when a tab is pressed behind it. */
  async completed(typed: string): Promise<string> {
    rmSync(this.#line, { force: true });
    this.#terminal.type(`${typed}${TAB}${TELL}`);
    if (!(await becomes(() => this.#told !== undefined, 10_000))) {
      throw new Error(`expected ${this.#shell} to tell its line, got:\n${this.#terminal.text}`);
    }
    this.#terminal.type(CLEAR);
    return this.#told ?? '';
  }

  /** Presses a tab behind a line until all that is meant is shown, and gives the line up. */
  async shows(typed: string, ...wanted: readonly string[]): Promise<string> {
    const before = this.#terminal.text.length;
    const shown = (): string => this.#terminal.text.slice(before);
    this.#terminal.type(`${typed}${TAB}${TAB}`);
    if (!(await becomes(() => wanted.every((text) => shown().includes(text)), 10_000))) {
      throw new Error(`expected ${this.#shell} to show ${wanted.join(', ')}, got:\n${shown()}`);
    }
    this.#terminal.type(`\x03${CLEAR}`);
    return shown();
  }

  /** Runs a line, and tells what it has written into a file. */
  async run(line: string): Promise<string> {
    const file = join(this.#project.root, '..', 'written');
    const done = `${file}.done`;
    rmSync(done, { force: true });
    this.#terminal.type(`${CLEAR}${line} > '${file}'; touch '${done}'\r`);
    await becomes(() => existsSync(done), 10_000);
    return readFileSync(file, 'utf8');
  }

  get #told(): string | undefined {
    const [, line] = existsSync(this.#line) ? (/^<(.*)>$/s.exec(readFileSync(this.#line, 'utf8')) ?? []) : [];
    return line;
  }

  async close(): Promise<void> {
    this.#terminal.signal('SIGKILL');
    await this.#terminal.exit;
    // fish leaves it where it looks for its own runtime files
    rmSync(join(this.#project.runtime, 'fish_universal_variables.notifier'), { force: true });
  }
}

import { closeSync, constants, openSync } from 'node:fs';
import { type IPty, spawn } from '@lydell/node-pty';
import { OutputLog } from './output-log.ts';
import { GAFFER, type ProgramExit } from './program.ts';

/** What a terminal is opened with. */
export interface TerminalOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Which program it is; default gaffer. */
  readonly program?: string;
  /** What else is run than one of ours. */
  readonly command?: string;
  readonly columns?: number;
  readonly rows?: number;
}

/** What stays of a terminal's text: how far something has got is only shown when it takes a while. */
export function withoutProgress(text: string): string {
  return text.replaceAll(/\x1b\[\?25l[^]*?\x1b\[\?25h/g, '').replace(/\x1b\[\?25h$/, '');
}

/** gaffer, running on a terminal of its own. */
export class Terminal {
  /** Everything that was shown, with `\n` for the `\r\n` of the terminal. */
  readonly output = new OutputLog();
  readonly exit: Promise<ProgramExit>;
  readonly #pty: IPty;
  #ended = false;

  constructor(args: readonly string[], { cwd, env, program = GAFFER, command, columns = 80, rows = 24 }: TerminalOptions) {
    const [file, words] = command === undefined ? [process.execPath, [program, ...args]] : [command, [...args]];
    this.#pty = spawn(file, words, { name: env['TERM'] ?? 'xterm', cwd, env, cols: columns, rows, encoding: null });
    // The system forgets what was written and not read when nobody has the other side open any more.
    const held = openSync((this.#pty as unknown as { readonly ptsName: string }).ptsName, constants.O_RDWR | constants.O_NOCTTY);
    this.#pty.onData((chunk) => this.output.add(chunk as unknown as Buffer));
    this.exit = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        this.#ended = true;
        closeSync(held);
        this.output.end();
        resolve(
          signal === undefined || signal === 0 ? { code: exitCode, signal: null } : { code: null, signal: signal as unknown as NodeJS.Signals },
        );
      });
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** What was shown, with `\n` for the terminal's `\r\n`. */
  get text(): string {
    return this.output.text.replaceAll('\r\n', '\n');
  }

  /** Types. */
  type(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
  }

  signal(name: NodeJS.Signals): void {
    this.#pty.kill(name);
  }

  /** Closes the window, as a user does who has had enough. */
  close(): void {
    (this.#pty as unknown as { destroy(): void }).destroy();
  }
}

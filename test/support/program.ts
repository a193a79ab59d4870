import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { OutputLog } from './output-log.ts';
import { becomes } from './processes.ts';

/** The program as users start it. */
export const GAFFER = fileURLToPath(new URL('../../bin/gaffer.js', import.meta.url));

/** How a program ended. */
export interface ProgramExit {
  /** Its own code; null when a signal has ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** All that a program has written, and how it ended. */
export interface ProgramResult extends ProgramExit {
  readonly bytes: Buffer;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program is started in. */
export interface ProgramOptions {
  /** Which it is; default gaffer. */
  readonly program?: string;
  /** A command that runs another one somewhere else, in front of it. */
  readonly at?: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Written to its stdin, which ends behind it; without it stdin is empty. */
  readonly input?: string;
  /** Its stdin stays open: {@link Program.write} writes to it. */
  readonly keepsInput?: boolean;
  /** Where its stdout goes, when that is not the test. */
  readonly stdout?: number;
}

/** gaffer, or another program of the package, running, with pipes to this process. */
export class Program {
  readonly stdout = new OutputLog();
  readonly stderr = new OutputLog();
  readonly exit: Promise<ProgramExit>;
  readonly #process: ChildProcess;
  readonly #closed: Promise<void>;

  constructor(args: readonly string[], { program = GAFFER, at = [], cwd, env, input, keepsInput = false, stdout }: ProgramOptions) {
    const stdio: StdioOptions = [input === undefined && !keepsInput ? 'ignore' : 'pipe', stdout ?? 'pipe', 'pipe'];
    const [command = '', ...words] = [...at, process.execPath, program, ...args];
    this.#process = spawn(command, words, { cwd, env, stdio });
    this.#process.stdout?.on('data', (chunk: Buffer) => this.stdout.add(chunk)).on('end', () => this.stdout.end());
    this.#process.stderr?.on('data', (chunk: Buffer) => this.stderr.add(chunk)).on('end', () => this.stderr.end());
    this.#process.stdin?.on('error', () => undefined);
    if (!keepsInput) {
      this.#process.stdin?.end(input);
    }
    this.exit = new Promise((resolve) => this.#process.once('exit', (code, signal) => resolve({ code, signal })));
    this.#closed = new Promise((resolve) => this.#process.once('close', () => resolve()));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Whether SIGKILL has ended it. */
  get wasKilled(): boolean {
    return this.#process.signalCode === 'SIGKILL';
  }

  /** Resolves when it has ended and everything is read. */
  async result(): Promise<ProgramResult> {
    const exit = await this.exit;
    await this.#closed;
    return { ...exit, bytes: this.stdout.bytes, stdout: this.stdout.text, stderr: this.stderr.text };
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Sends the signal and resolves when it has ended. */
  async end(name: NodeJS.Signals): Promise<ProgramResult> {
    this.signal(name);
    return await this.result();
  }

  /** Writes to its stdin. */
  write(data: string | Buffer): void {
    this.#process.stdin?.write(data);
  }

  /** Closes its stdin. */
  endInput(): void {
    this.#process.stdin?.end();
  }

  /** Stops reading what it writes. */
  stopReading(): void {
    this.#process.stdout?.pause();
  }

  readOn(): void {
    this.#process.stdout?.resume();
  }

  /** Closes the pipe that it writes to. */
  closeStdout(): void {
    this.#process.stdout?.destroy();
  }
}

/** Presses Ctrl-C again until that has ended the program: a second one that comes too soon is taken for an echo of the first. */
export async function pressAgain(program: { readonly hasEnded: boolean; signal(name: NodeJS.Signals): void }): Promise<void> {
  const pressed = await becomes(() => {
    program.signal('SIGINT');
    return program.hasEnded;
  }, 10_000);
  if (!pressed) {
    throw new Error('expected Ctrl-C to end the program');
  }
}

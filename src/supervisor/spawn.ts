import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import { messageOf, systemCode } from '../errors.ts';
import type { ProcessExit } from '../job/exit.ts';

/** What is to be executed, and with what. */
export interface SpawnRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  /** One entry per file descriptor, from 0. */
  readonly stdio: StdioOptions;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/** A process that was started, or not. */
export interface Child {
  /** The operating system's pid; undefined when it could not be executed. */
  readonly osPid: number | undefined;
  /** The parent's ends of the pipes, by file descriptor. */
  pipe(descriptor: number): Duplex | undefined;
  /** Calls back once when the process has ended, at the earliest in the next turn of the loop. */
  onExit(listener: (exit: ProcessExit) => void): void;
}

/** Starts processes. Each leads a session and a process group of its own. */
export type Spawn = (request: SpawnRequest) => Child;

/** Starts processes with node:child_process. */
export const spawnChild: Spawn = (request) => {
  try {
    const child = spawn(request.file, request.args, {
      env: request.env,
      stdio: request.stdio,
      detached: true,
      ...(request.cwd !== undefined && { cwd: request.cwd }),
      ...(request.uid !== undefined && { uid: request.uid }),
      ...(request.gid !== undefined && { gid: request.gid }),
    });
    return new SpawnedChild(child, request);
  } catch (error) {
    return notStarted(whyNotStarted(error, request));
  }
};

class SpawnedChild implements Child {
  readonly #child: ChildProcess;
  readonly #request: SpawnRequest;

  constructor(child: ChildProcess, request: SpawnRequest) {
    this.#child = child;
    this.#request = request;
    child.on('error', () => undefined);
  }

  get osPid(): number | undefined {
    return this.#child.pid;
  }

  pipe(descriptor: number): Duplex | undefined {
    return (this.#child.stdio[descriptor] ?? undefined) as Duplex | undefined;
  }

  onExit(listener: (exit: ProcessExit) => void): void {
    if (this.#child.pid === undefined) {
      this.#child.once('error', (error) => listener(whyNotStarted(error, this.#request)));
      return;
    }
    this.#child.once('exit', (code, signal) => {
      listener(signal === null ? { kind: 'code', code: code ?? 0 } : { kind: 'signal', signal });
    });
  }
}

/** A child that never came to be. */
export function notStarted(exit: ProcessExit): Child {
  return {
    osPid: undefined,
    pipe: () => undefined,
    onExit: (listener) => {
      setImmediate(() => listener(exit));
    },
  };
}

/** Says in words why a program could not be executed; the system's own answer is the same for many reasons. */
export function whyNotStarted(error: unknown, { file, cwd }: Pick<SpawnRequest, 'file' | 'cwd'>): ProcessExit & { readonly kind: 'not_started' } {
  if (cwd !== undefined && !isFolder(cwd)) {
    return { kind: 'not_started', reason: `cannot run in ${cwd}: no such folder`, code: 126 };
  }
  switch (systemCode(error) ?? '') {
    case 'ENOENT':
      if (file.includes('/') && existsSync(resolve(cwd ?? '', file))) {
        return { kind: 'not_started', reason: `cannot execute ${file}: the program that its first line names is missing`, code: 126 };
      }
      return { kind: 'not_started', reason: `command not found: ${file}`, code: 127 };
    case 'EACCES':
      return { kind: 'not_started', reason: `cannot execute ${file}: permission denied`, code: 126 };
    case 'EPERM':
      return { kind: 'not_started', reason: `cannot execute ${file}: not permitted (changing user or group needs root)`, code: 126 };
    case 'E2BIG':
      return { kind: 'not_started', reason: `cannot execute ${file}: arguments and environment are too long`, code: 126 };
    case 'EAGAIN':
    case 'ENOMEM':
    case 'ENFILE':
      return { kind: 'not_started', reason: `cannot execute ${file}: the system has no room for another process (${systemCode(error)})`, code: 126 };
    case 'EMFILE':
      return {
        kind: 'not_started',
        reason: `cannot execute ${file}: too many files are open (EMFILE): raise the limit (ulimit -n), stop what has started it, and start that anew`,
        code: 126,
      };
    default:
      return { kind: 'not_started', reason: `cannot execute ${file}: ${messageOf(error)}`, code: 126 };
  }
}

/** Whether a path leads to a folder. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Starts a helper of gaffer's own, apart from the terminal's signals. */
export function spawnHelper(file: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  return spawn(file, args, { stdio, detached: true, env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }, cwd: '/' });
}

/** With what a program is started once more. */
export interface SpawnAgainOptions {
  readonly stdio: StdioOptions;
  readonly env: NodeJS.ProcessEnv;
  /** Default: where this process is. */
  readonly cwd?: string | undefined;
}

/** Starts this program once more with the same command line, apart from this process and its terminal. */
export function spawnAgain({ stdio, env, cwd }: SpawnAgainOptions): ChildProcess {
  return spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], { stdio, detached: true, env, cwd });
}

/** What a helper program prints; empty when it is not there. */
export function outputOf(file: string, args: readonly string[]): string {
  const output = spawnSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).stdout as string | null;
  return output ?? '';
}

/** Whether a helper program ends well; it gets no environment. */
export function succeeds(file: string, args: readonly string[]): boolean {
  return spawnSync(file, args, { stdio: 'ignore', cwd: '/', env: {} }).status === 0;
}

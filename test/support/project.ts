import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test as plainTest } from 'vitest';
import { filesBelow } from './files.ts';
import { becomes, processesWith, type RunningProcess } from './processes.ts';
import { Program, type ProgramOptions, type ProgramResult } from './program.ts';
import { Terminal, type TerminalOptions } from './terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A project folder of one test, with a runtime folder of its own, and every program that the test starts in it. */
export class TestProject {
  /** The project's folder. */
  readonly root: string;
  /** What the programs take for the user's runtime folder. */
  readonly runtime: string;
  readonly #home: string;
  readonly #temporary: string;
  readonly #mark = randomUUID();
  readonly #programs: (Program | Terminal)[] = [];

  constructor() {
    this.#home = realpathSync(mkdtempSync(join(tmpdir(), 'gaffer-test-')));
    this.root = join(this.#home, 'app');
    this.runtime = join(this.#home, 'run');
    this.#temporary = join(this.#home, 'tmp');
    for (const folder of [this.root, this.runtime, this.#temporary]) {
      mkdirSync(folder, { mode: 0o700 });
    }
  }

  /** The environment of everything that is started here: nothing of the tests' own, and a mark to know it by. */
  env(more: Environment = {}): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    return {
      PATH,
      HOME,
      LANG: 'C.UTF-8',
      TMPDIR: this.#temporary,
      XDG_RUNTIME_DIR: this.runtime,
      GAFFER_CONFIG: join(this.#home, 'gaffer.ini'),
      GAFFER_TEST: this.#mark,
      ...more,
    };
  }

  /** Writes a file of the project; lines are joined. */
  write(name: string, ...lines: readonly string[]): void {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  }

  /** Starts gaffer. */
  spawn(args: readonly string[], { env, ...options }: Partial<Omit<ProgramOptions, 'env'>> & { readonly env?: Environment } = {}): Program {
    const program = new Program(args, { cwd: this.root, ...options, env: this.env(env) });
    this.#programs.push(program);
    return program;
  }

  /** Runs gaffer to its end. */
  async run(args: readonly string[], options: Parameters<TestProject['spawn']>[1] = {}): Promise<ProgramResult> {
    return await this.spawn(args, options).result();
  }

  /** Starts gaffer on a terminal. */
  terminal(args: readonly string[], { env, ...options }: Partial<Omit<TerminalOptions, 'env'>> & { readonly env?: Environment } = {}): Terminal {
    const terminal = new Terminal(args, { cwd: this.root, ...options, env: this.env(env) });
    this.#programs.push(terminal);
    return terminal;
  }

  /** Every running process that came from here, gaffer itself and its helpers included. */
  get processes(): RunningProcess[] {
    return processesWith(this.#mark, this.runtime);
  }

  /** The process that watches over a session. */
  get guards(): number[] {
    return this.processes.filter(({ command }) => command.includes('gaffer-guard')).map(({ pid }) => pid);
  }

  /** Kills it; resolves with its pid. */
  async killGuard(): Promise<number> {
    const guard = await this.guard();
    process.kill(guard, 'SIGKILL');
    return guard;
  }

  /** Waits for the process that watches over a session; it is not always as quick as the children. */
  async guard(): Promise<number> {
    let guard: number | undefined;
    await becomes(() => {
      [guard] = this.guards;
      return guard !== undefined;
    }, 10_000);
    if (guard === undefined) {
      throw new Error('expected a guard of the session, found none');
    }
    return guard;
  }

  /** Files and folders that sessions keep while they run. */
  get sessionFiles(): string[] {
    const files = [this.runtime, this.#temporary].flatMap(filesBelow);
    return files.filter((file) => !/^gaffer(-\d+)?$/.test(file));
  }

  /** Ends what still runs as a user would, and makes sure that nothing is left. */
  async close(): Promise<void> {
    try {
      for (const program of this.#programs.filter(({ hasEnded }) => !hasEnded)) {
        program.signal('SIGTERM');
        if (!(await becomes(() => program.hasEnded, 15_000))) {
          throw new Error(`gaffer did not end after SIGTERM; it runs: ${this.processes.map(({ command }) => command).join('; ')}`);
        }
      }
      if (this.#programs.some((program) => program instanceof Program && program.wasKilled)) {
        // what it has left its guard clears up
        await becomes(() => this.processes.length === 0 && this.sessionFiles.length === 0, 10_000);
      }
      expect({ processes: this.processes, files: this.sessionFiles }).toEqual({ processes: [], files: [] });
      for (const program of this.#programs) {
        expect(program instanceof Program ? program.stderr.text : program.text).not.toMatch(/\(node:\d+\)|this is a bug/);
      }
    } catch (error) {
      for (const { pid } of this.processes) {
        process.kill(pid, 'SIGKILL');
      }
      throw error;
    } finally {
      rmSync(this.#home, { recursive: true, force: true });
    }
  }
}

/** A test that has a project folder. When it is over nothing of the project's sessions may be left. */
export const test = plainTest.extend<{ project: TestProject }>({
  project: async ({ task: _ }, use) => {
    const project = new TestProject();
    await use(project);
    await project.close();
  },
});

/** Output with every time of the day and every pid written as a word. */
export function withoutNumbers(text: string): string {
  return text.replaceAll(/\d\d:\d\d:\d\d/g, 'HH:MM:SS').replaceAll(/\bpid \d+/g, 'pid PID');
}

import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test as plainTest } from 'vitest';
import { readHolder } from '../../src/runtime/run-folder.ts';
import { filesBelow } from './files.ts';
import { Gafferd } from './gafferd.ts';
import { becomes, processesWith, type RunningProcess, runs } from './processes.ts';
import type { ProgramResult } from './program.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface StartOptions {
  readonly env?: Environment;
  readonly bind?: readonly string[];
  /** A command that runs it somewhere else. */
  readonly at?: readonly string[];
}

/** Listens at a port that the system chooses. */
const ANYWHERE = ['--bind', '127.0.0.1:0'];

/** A home folder of one test, with a state folder of its own, and every gafferd that the test starts there. */
export class TestMachine {
  /** Where gafferd is started. */
  readonly root: string;
  /** Where gafferd keeps its state, unless it is told otherwise. */
  readonly state: string;
  /** Files that may be left in the state folder. */
  readonly mayStay = new Set(['state.db']);
  readonly #home: string;
  readonly #mark = randomUUID();
  readonly #daemons: Gafferd[] = [];

  constructor() {
    this.#home = realpathSync(mkdtempSync(join(tmpdir(), 'gafferd-test-')));
    this.root = join(this.#home, 'etc');
    this.state = join(this.#home, 'state/gaffer');
    for (const folder of ['etc', 'state', 'run', 'tmp']) {
      mkdirSync(join(this.#home, folder), { mode: 0o700 });
    }
  }

  /** The environment of everything that is started here, and a mark to know it by. */
  env(more: Environment = {}): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    const at = (name: string): string => join(this.#home, name);
    const folders = { TMPDIR: at('tmp'), XDG_STATE_HOME: at('state'), XDG_RUNTIME_DIR: at('run'), XDG_CONFIG_HOME: at('config') };
    return { PATH, HOME, LANG: 'C.UTF-8', GAFFERD_CONFIG: this.root, ...folders, GAFFER_TEST: this.#mark, ...more };
  }

  /** Writes a file beside the configuration and tells its path; lines are joined. Without a name it is the configuration. */
  write(name: string, ...lines: readonly string[]): string {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    return path;
  }

  /** Writes the configuration, gafferd.ini: `[gaffer]` and these lines. */
  configure(...lines: readonly string[]): string {
    return this.write('gafferd.ini', '[gaffer]', ...lines);
  }

  /** Starts gafferd; it listens at a free port unless it is told where. */
  spawn(args: readonly string[] = [], { env, bind = ANYWHERE, at = [] }: StartOptions = {}): Gafferd {
    this.#configureIfNot();
    const daemon = new Gafferd([...bind, ...args], { cwd: this.root, env: this.env(env), at });
    this.#daemons.push(daemon);
    return daemon;
  }

  /** Starts gafferd and waits until it listens and has begun to start its jobs. */
  async start(args: readonly string[] = [], options: StartOptions = {}): Promise<Gafferd> {
    const daemon = this.spawn(args, options);
    await daemon.ready();
    return daemon;
  }

  /** Runs gafferd to its end. */
  async run(args: readonly string[], options: StartOptions = {}): Promise<ProgramResult> {
    return await this.spawn(args, options).result();
  }

  /** Every running process that came from here, as far as it has kept its environment. */
  get processes(): RunningProcess[] {
    return processesWith(this.#mark);
  }

  /** The files of the state folder, by their path in it. */
  get stateFiles(): string[] {
    return filesBelow(this.state);
  }

  /** Ends what still runs as an admin would, and makes sure that nothing is left. */
  async close(): Promise<void> {
    try {
      for (const daemon of this.#daemons.filter(({ hasEnded }) => !hasEnded)) {
        daemon.signal('SIGTERM');
        if (!(await becomes(() => daemon.hasEnded, 15_000))) {
          throw new Error(`gafferd did not end after SIGTERM:\n${daemon.stderr.text}`);
        }
      }
      const successor = readHolder(join(this.state, 'run'))?.pid;
      if (successor !== undefined) {
        process.kill(successor, 'SIGTERM');
        if (!(await becomes(() => !runs(successor), 15_000))) {
          throw new Error('the gafferd that has taken over did not end after SIGTERM');
        }
      }
      await becomes(() => this.#left.length === 0, 10_000); // the last of what was killed may go a moment later
      expect(this.#left).toEqual([]);
      for (const daemon of this.#daemons) {
        expect(daemon.stderr.text).not.toMatch(/\(node:\d+\)|this is a bug/);
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

  /** Processes and files that are there and may not stay. */
  get #left(): unknown[] {
    const files = this.stateFiles.filter((file) => !this.mayStay.has(file));
    return [...this.processes, ...files, ...['run', 'tmp'].flatMap((folder) => filesBelow(join(this.#home, folder)))];
  }

  #configureIfNot(): void {
    if (statSync(join(this.root, 'gafferd.ini'), { throwIfNoEntry: false }) === undefined) {
      this.configure();
    }
  }
}

/** A test that has a machine. When it is over nothing of its gafferds may be left but their database. */
export const test = plainTest.extend<{ machine: TestMachine }>({
  machine: async ({ task: _ }, use) => {
    const machine = new TestMachine();
    await use(machine);
    await machine.close();
  },
});

import { expect } from 'vitest';
import type { JobConfig } from '../../src/job/config.ts';
import { gafferHere } from './gaffer.ts';
import type { Program, ProgramResult } from './program.ts';
import { test as projectTest, type TestProject } from './project.ts';
import type { Terminal } from './terminal.ts';
import { TestApi } from './test-api.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A node of real processes, and gaffer as users start it, talking to it. */
export class CommandRig {
  readonly api: TestApi;
  readonly project: TestProject;
  readonly endpoint: string;

  constructor(api: TestApi, project: TestProject) {
    this.api = api;
    this.project = project;
    this.endpoint = `http://127.0.0.1:${api.port}`;
  }

  /** Loads a job that says something and stays, into `shop` unless told otherwise. */
  async load(name: string, more: Partial<JobConfig> & { readonly session?: string } = {}): Promise<void> {
    const { session = 'shop', ...config } = more;
    await this.api.supervisor.load(session, { name, cmd: 'exec sleep 1000', shell: true, os_env: true, redirect_output: ['out', 'err'], ...config });
  }

  /** Runs a command to its end, in this process. */
  async run(args: readonly string[], { env, input }: { readonly env?: Environment; readonly input?: string } = {}): Promise<ProgramResult> {
    return await gafferHere(args, {
      cwd: this.project.root,
      env: this.project.env(this.#env(env ?? {})),
      ...(input !== undefined && { input }),
    });
  }

  /** Starts a command. */
  spawn(
    args: readonly string[],
    { env = {}, ...options }: { readonly env?: Environment; readonly input?: string; readonly keepsInput?: boolean; readonly stdout?: number } = {},
  ): Program {
    return this.project.spawn(args, { ...options, env: this.#env(env) });
  }

  /** Starts a command on a terminal. */
  terminal(
    args: readonly string[],
    { env, ...options }: { readonly env?: Environment; readonly columns?: number; readonly rows?: number } = {},
  ): Terminal {
    return this.project.terminal(args, { ...options, env: this.#env({ TERM: 'xterm', ...env }) });
  }

  /** How many processes of a job are wanted, and its state. */
  async job(name: string, session = 'shop'): Promise<readonly [number, string]> {
    const { max_processes, state } = await this.api.supervisor.jobInfo({ session, job: name });
    return [max_processes, state];
  }

  /** Resolves when a job has written something. */
  async written(name: string, text: string, session = 'shop'): Promise<void> {
    const log = async (): Promise<string> => {
      const entries = await this.api.supervisor.recentLog({ job: { session, job: name } }, 1000);
      return entries.map((entry) => (entry.kind === 'output' ? Buffer.from(entry.data).toString() : '')).join('');
    };
    await expect.poll(log, { timeout: 20_000, interval: 10, message: `what ${name} writes` }).toContain(text);
  }

  #env(env: Environment): Environment {
    return { GAFFER_ENDPOINT: this.endpoint, GAFFER_APP: 'shop', ...env };
  }
}

/** A test of commands against a node. */
export const test = projectTest.extend<{ rig: CommandRig }>({
  rig: async ({ project }, use) => {
    const api = await TestApi.open();
    await use(new CommandRig(api, project));
    await api.close();
  },
});

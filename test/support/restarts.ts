import { freePort } from './free-port.ts';
import type { Gafferd } from './gafferd.ts';
import { keeperOf } from './keepers.ts';
import { test as machineTest, type TestMachine } from './machine.ts';
import type { Program } from './program.ts';
import { TestProject } from './project.ts';
import type { Terminal } from './terminal.ts';

/** gafferd at one port with one state folder, killed and started again, and gaffer talking to it. */
export class RestartRig {
  readonly url: string;
  readonly #machine: TestMachine;
  readonly #project: TestProject;
  readonly #port: number;
  #daemon: Gafferd | undefined;

  constructor(machine: TestMachine, project: TestProject, port: number) {
    this.#machine = machine;
    this.#project = project;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** What gaffer says when the node is away, and how it begins to say that it is there again. */
  get away(): string {
    return `gaffer: ${this.url} has gone away: waiting for it (Ctrl-C ends)\n`;
  }

  get again(): string {
    return `gaffer: ${this.url} is there again`;
  }

  /** The jobs of gafferd.ini. */
  configure(...lines: readonly string[]): void {
    this.#machine.configure(...lines);
  }

  /** Starts gafferd. */
  async start(): Promise<void> {
    this.#daemon = await this.#machine.start([], { bind: ['--bind', `127.0.0.1:${this.#port}`] });
  }

  /** Kills it, as the system does. */
  async kill(): Promise<void> {
    await this.#daemon?.end('SIGKILL');
  }

  /** Kills it and its keeper: the next one does not know any more what there was. */
  async killAll(): Promise<void> {
    await this.kill();
    process.kill(keeperOf(this.#machine)!, 'SIGKILL');
  }

  /** Starts it if it was killed: what is left of a killed one only the next one clears up. */
  async clearUp(): Promise<void> {
    if (this.#daemon?.hasEnded === true) {
      await this.start();
    }
  }

  /** Waits until a client has got the answer that something is written: a line without it is sent again, or said to be lost. */
  async written(): Promise<void> {
    await this.#daemon?.stderr.until(/POST \/streams\/1\/stdin.*" 200/);
  }

  gaffer(args: readonly string[], options: { readonly keepsInput?: boolean } = {}): Program {
    return this.#project.spawn(args, { ...options, env: { GAFFER_ENDPOINT: this.url, GAFFER_APP: 'shop' } });
  }

  terminal(args: readonly string[]): Terminal {
    return this.#project.terminal(args, { env: { GAFFER_ENDPOINT: this.url, GAFFER_APP: 'shop', TERM: 'xterm' } });
  }
}

/** A test of what a restart of gafferd does to gaffer. */
export const test = machineTest.extend<{ rig: RestartRig }>({
  rig: async ({ machine }, use) => {
    const project = new TestProject();
    const rig = new RestartRig(machine, project, await freePort());
    await use(rig);
    await rig.clearUp();
    await project.close();
  },
});

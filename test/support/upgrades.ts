import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { readHolder } from '../../src/runtime/run-folder.ts';
import type { TestMachine } from './machine.ts';
import { becomes, runs } from './processes.ts';

/** The gafferd that has a machine's state folder, whoever has started it; undefined when none runs. */
export function gafferdOf(machine: TestMachine): number | undefined {
  return readHolder(join(machine.state, 'run'))?.pid;
}

/** Resolves when another gafferd has the state folder, and this one is gone; false when that does not come about. */
export async function hasTakenOverFrom(pid: number, machine: TestMachine): Promise<boolean> {
  return await becomes(() => !runs(pid) && ![undefined, pid].includes(gafferdOf(machine)), 20_000);
}

/** The gafferds that run, with or without a state folder; the keeper is none. */
export function gafferds(machine: TestMachine): number[] {
  return machine.processes.filter(({ command }) => /^gafferd|bin\/gafferd\.js/.test(command)).map(({ pid }) => pid);
}

/** Ends the gafferd that has the state folder, as an admin would. */
export async function endGafferd(machine: TestMachine): Promise<void> {
  const pid = gafferdOf(machine);
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM');
  }
  if (!(await becomes(() => gafferds(machine).length === 0, 15_000))) {
    throw new Error('gafferd did not end after SIGTERM');
  }
}

/** The pid in a file. */
export function pidIn(file: string): number {
  return Number(readFileSync(file, 'utf8'));
}

/** Asks a server again and again, one request after the other. */
export class Pinger {
  /** What went wrong. */
  readonly failures: string[] = [];
  answers = 0;
  readonly #over: Promise<void>;
  readonly #agent: Agent | false;
  #isOver = false;

  /** @param url `http://…` or `unix:///…` @param keepsAlive over one connection, as long as there is one */
  constructor(url: string, { keepsAlive }: { readonly keepsAlive: boolean }) {
    this.#agent = keepsAlive && new Agent({ keepAlive: true });
    this.#over = this.#run(
      url.startsWith('unix://') ? { socketPath: url.slice('unix://'.length) } : { host: new URL(url).hostname, port: new URL(url).port },
    );
  }

  /** Resolves when the last answer is there. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#over;
    if (this.#agent !== false) {
      this.#agent.destroy();
    }
  }

  async #run(to: object): Promise<void> {
    while (!this.#isOver) {
      await new Promise<void>((resolve) => {
        const asked = request({ ...to, path: '/ping', agent: this.#agent }, (answer) => {
          answer.resume().once('end', resolve);
          this.answers += answer.statusCode === 200 ? 1 : 0;
        });
        asked.once('error', (error: NodeJS.ErrnoException) => {
          this.failures.push(`${asked.reusedSocket ? 'again ' : ''}${error.code ?? error.message}`);
          resolve();
        });
        asked.end();
      });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

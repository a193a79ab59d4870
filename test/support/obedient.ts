import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JobInfo, ProcessOverview } from '../../src/job/info.ts';
import type { Gafferd } from './gafferd.ts';
import { test as machineTest, type TestMachine } from './machine.ts';
import { program } from './programs.ts';

/** Jobs of one process that does what the test tells it, whether there is a gafferd or not. */
export class Obedient {
  readonly #machine: TestMachine;

  constructor(machine: TestMachine) {
    this.#machine = machine;
  }

  /** The section of a job. */
  section(name: string, ...lines: readonly string[]): string[] {
    return [
      `[process:${name}]`,
      `cmd = ${program('obeys.sh', this.#fifo(name))}`,
      ...(lines.some((line) => line.startsWith('redirect_output')) ? [] : ['redirect_output = out']),
      `env:PATH = ${process.env['PATH']}`,
      ...lines,
    ];
  }

  /** Starts gafferd with such jobs, and resolves when they do what they are told. */
  async start(names: readonly string[], sections: readonly string[] = names.flatMap((name) => this.section(name))): Promise<Gafferd> {
    this.#machine.configure(...sections);
    const daemon = await this.#machine.start();
    for (const name of names) {
      await this.written(daemon, name, 'ready\n');
    }
    return daemon;
  }

  /** Tells one to run a line of shell. */
  order(name: string, line: string): void {
    writeFileSync(this.#fifo(name), `${line}\n`);
  }

  /** What there is of the processes of a job. */
  async processes(daemon: Gafferd, name: string): Promise<readonly ProcessOverview[]> {
    const { jobs } = (await daemon.ask('GET', '/overview')).json as {
      readonly jobs: readonly { readonly name: string; readonly processes: readonly ProcessOverview[] }[];
    };
    return jobs.find((job) => job.name === `default.${name}`)?.processes ?? [];
  }

  /** The only process of a job. */
  async process(daemon: Gafferd, name: string): Promise<Pick<ProcessOverview, 'pid' | 'os_pid' | 'slot' | 'restarts' | 'create_time'>> {
    const processes = await this.processes(daemon, name);
    expect(processes).toHaveLength(1);
    const { pid, os_pid, slot, restarts, create_time } = processes[0]!;
    return { pid, os_pid, slot, restarts, create_time };
  }

  async job(daemon: Gafferd, name: string): Promise<JobInfo> {
    return (await daemon.ask('GET', `/jobs/default/${name}`)).json as JobInfo;
  }

  /** Resolves when the only process of a job, the one that then is it, has written exactly that. */
  async written(daemon: Gafferd, name: string, text: string): Promise<void> {
    const tail = async (): Promise<string> => {
      const [{ pid } = { pid: 0 }, ...others] = await this.processes(daemon, name);
      return pid === 0 || others.length > 0 ? '' : (await daemon.ask('GET', `/${pid}/tail`)).text;
    };
    await expect.poll(tail).toBe(text);
  }

  #fifo(name: string): string {
    return join(this.#machine.root, `${name}.orders`);
  }
}

/** A test that has a machine with such jobs. */
export const test = machineTest.extend<{ obedient: Obedient }>({
  obedient: async ({ machine }, use) => {
    await use(new Obedient(machine));
  },
});

import { expect, test as plainTest } from 'vitest';
import type { JobConfig } from '../../src/job/config.ts';
import type { JobName } from '../../src/job/name.ts';
import { RUN_MARK } from '../../src/supervisor/launch.ts';
import { findMarked } from '../../src/supervisor/process-table.ts';
import { Supervisor } from '../../src/supervisor/supervisor.ts';
import type { SupervisorOptions } from '../../src/supervisor/supervisor-options.ts';
import { EventLog } from './event-log.ts';
import { openPipes } from './open-files.ts';
import { OutputLog } from './output-log.ts';
import { becomes } from './processes.ts';

/** The session that tests load their jobs into. */
export const SESSION = 'test';

/** The name of a job of {@link SESSION}. */
export function named(job: string): JobName {
  return { session: SESSION, job };
}

/** What has come out of one output of one process. */
export interface SeenOutput {
  readonly name: string;
  readonly pid: number;
  readonly slot: number;
  readonly label: string;
  readonly log: OutputLog;
  /** Resolves when nothing more will come. */
  readonly end: Promise<void>;
}

/** A supervisor of real processes with all that it tells, for one test. */
export class TestNode {
  readonly supervisor: Supervisor;
  readonly events: EventLog;
  readonly outputs: SeenOutput[] = [];

  constructor(options: SupervisorOptions = {}) {
    this.supervisor = new Supervisor(options);
    this.events = new EventLog(this.supervisor);
    this.supervisor.onOutput(({ jobName, pid, slot, label, stream }) => {
      const log = new OutputLog();
      stream.onData((chunk) => log.add(Buffer.from(chunk)));
      const end = new Promise<void>((resolve) => {
        stream.onEnd(() => {
          log.end();
          resolve();
        });
      });
      this.outputs.push({ name: jobName, pid, slot, label, log, end });
    });
  }

  /** Loads a job that has its stdout and stderr in one pipe, `out`, and tests' usual environment. */
  async load(name: string, cmd: string, more: Partial<JobConfig> = {}): Promise<JobName> {
    await this.supervisor.load(SESSION, { name, cmd, os_env: true, redirect_output: ['out', 'out'], ...more });
    return named(name);
  }

  /** Loads a shell script as a job. */
  async loadScript(name: string, script: string, more: Partial<JobConfig> = {}): Promise<JobName> {
    return await this.load(name, script, { shell: true, ...more });
  }

  /** Whatever came out of a job's outputs of a label: of the latest process that has one. */
  log(job: JobName, label = 'out'): OutputLog {
    const found = this.outputs.findLast((output) => output.name === `${job.session}.${job.job}` && output.label === label);
    if (found === undefined) {
      throw new Error(`no output "${label}" of ${job.session}.${job.job} yet`);
    }
    return found.log;
  }

  /** Everything that a job has written to a label, once all its processes have closed it. */
  async everything(job: JobName, label = 'out'): Promise<string> {
    const own = this.outputs.filter((output) => output.name === `${job.session}.${job.job}` && output.label === label);
    await Promise.all(own.map((output) => output.end));
    return own.map((output) => output.log.text).join('');
  }

  /** The processes of this node that run. */
  get running(): number[] {
    return findMarked(`${RUN_MARK}=${this.supervisor.runId}`);
  }

  /** Kills what still runs, and makes sure that nothing is left. */
  async close(): Promise<void> {
    this.supervisor.killAll();
    await this.supervisor.stopAll();
    this.supervisor.close();
    const left = this.running;
    for (const pid of left) {
      process.kill(pid, 'SIGKILL');
    }
    expect(left).toEqual([]);
  }
}

/** A test with a supervisor of real processes. When it is over no process and no pipe of it may be left. */
export const test = plainTest.extend<{ node: TestNode }>({
  node: async ({ task: _ }, use) => {
    const pipesBefore = openPipes();
    const node = new TestNode();
    await use(node);
    await node.close();
    await becomes(() => openPipes().length <= pipesBefore.length, 10_000);
    expect(openPipes()).toEqual(pipesBefore);
  },
});

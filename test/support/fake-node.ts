import type { JobConfig } from '../../src/job/config.ts';
import type { JobName } from '../../src/job/name.ts';
import { Supervisor } from '../../src/supervisor/supervisor.ts';
import { EventLog } from './event-log.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { type FakeChild, FakeSpawn } from './fake-spawn.ts';
import { named, SESSION } from './test-node.ts';

/** A supervisor whose processes and time are on paper. */
export class FakeNode {
  readonly clock = new FakeClock();
  readonly supervisor: Supervisor;
  readonly events: EventLog;
  readonly #spawn = new FakeSpawn();

  constructor() {
    this.supervisor = new Supervisor({ clock: this.clock, spawn: this.#spawn.spawn, osEnv: {} });
    this.events = new EventLog(this.supervisor);
  }

  /** Every process that was started. */
  get children(): readonly FakeChild[] {
    return this.#spawn.children;
  }

  /** The processes that have not ended. */
  get running(): readonly FakeChild[] {
    return this.#spawn.running;
  }

  async load(name: string, more: Partial<JobConfig> = {}): Promise<JobName> {
    await this.supervisor.load(SESSION, { name, cmd: 'program', ...more });
    await settle();
    return named(name);
  }

  /** Lets the oldest running process fail. */
  async fail(): Promise<void> {
    this.running[0]?.exit();
    await settle();
  }

  /** Lets everybody end who was told to: on paper signals reach nobody. */
  async endAll(): Promise<void> {
    for (const child of this.running) {
      child.exit({ kind: 'signal', signal: 'SIGTERM' });
    }
    await settle();
  }

  /** What the slots of the running processes are, by the environment that they were given. */
  get slots(): string[] {
    return this.running.map((child) => child.request.env['PS'] ?? '').sort();
  }
}

import { randomUUID } from 'node:crypto';
import { GafferError } from '../errors.ts';
import { type JobConfig, parseJobConfig } from '../job/config.ts';
import type { GafferEventBody } from '../job/event.ts';
import { expectSession, formatJobName, type JobName } from '../job/name.ts';
import type { CommitOptions, GafferNode, StopProcessOptions, Unsubscribe } from '../job/node.ts';
import type { ScaleOperand } from '../job/scale.ts';
import type { SignalName } from '../job/signal.ts';
import { guardedRecord } from './child-record.ts';
import { systemClock } from './clock.ts';
import { plainEnvironment } from './environment.ts';
import { EventBus } from './event-bus.ts';
import { Idleness } from './idleness.ts';
import { Job, type JobRig } from './job.ts';
import { inOrder, JobList } from './job-list.ts';
import { noteOfJob, noteOfProgress } from './job-note.ts';
import { Keeping } from './keeping.ts';
import { Launcher } from './launcher.ts';
import { LocalHost } from './local-host.ts';
import { type Inheritance, Succession } from './succession.ts';
import type { LastingHost, StopAllOptions, SupervisorOptions } from './supervisor-options.ts';
import { SupervisorViews, type Viewed } from './views.ts';

/** The note of the last pid that was given. */
const LAST_PID = 'last pid';

/**
 * Runs jobs: keeps as many instances alive as are wanted, reads their output, ends them with all that they have
 * started. It prints nothing and keeps nothing; it answers, and tells what happens.
 */
export class Supervisor extends SupervisorViews implements GafferNode {
  protected readonly viewed: Viewed;
  readonly #keeping = new Keeping();
  readonly #bus: EventBus;
  readonly #jobs = new JobList();
  readonly #idleness = new Idleness(this.#jobs);
  readonly #launcher: Launcher;
  #rig: JobRig;
  #succession: Succession | undefined;
  #lastPid = 0;

  constructor(options: SupervisorOptions = {}) {
    const { clock = systemClock, osEnv = process.env, runId = randomUUID(), folder, readBuffer, spawn } = options;
    super(clock);
    this.#bus = new EventBus(clock, this.#keeping);
    this.#launcher = new Launcher({
      clock,
      host: () => this.#rig.host,
      publish: (event) => this.#publish(event),
      ended: (instance) => this.notMeasured(instance),
    });
    this.viewed = { jobs: this.#jobs, launcher: this.#launcher, bus: this.#bus };
    this.#rig = {
      clock,
      runId,
      keeping: this.#keeping,
      host: new LocalHost({ clock, record: guardedRecord(options.record), folder, readBuffer, spawn }),
      osEnv: plainEnvironment(osEnv),
      publish: (event) => this.#publish(event),
      launch: (job, instance) => this.#launcher.launch(job, instance, this.#jobs.find(job.fullName) === job),
      nextPid: () => this.#nextPid(),
      isEnding: false,
      settled: () => this.#idleness.settled(),
      endSession: (session) => {
        void this.#jobs.stop((job) => job.name.session === session);
      },
    };
  }

  /** Names this run. */
  get runId(): string {
    return this.#rig.runId;
  }

  /**
   * Goes over to a host in which processes outlive this supervisor, before anything is loaded, and takes over what a predecessor
   * has left there, as it was. Answers what that is; what has happened since is told in {@link catchUp}.
   */
  settleIn({ host, runId, legacy }: LastingHost): Inheritance | undefined {
    void this.#rig.host.close();
    this.#rig = { ...this.#rig, host, runId };
    this.#keeping.begin(host.journal);
    this.#bus.begin(legacy);
    if (legacy === undefined) {
      return undefined;
    }
    this.#lastPid = Math.max(Number(legacy.notes.get(LAST_PID) ?? 0), ...legacy.processes.map(({ id }) => id));
    this.#succession = new Succession(legacy, {
      jobs: this.#jobs,
      launcher: this.#launcher,
      rig: this.#rig,
      leave: (job) => void this.#leave(job, job.stop()),
    });
    return this.#succession.take();
  }

  /** Does and tells what a predecessor has not come to, and what has happened without it: exits are judged by when they were. */
  catchUp(): void {
    this.#succession?.catchUp();
    this.#succession = undefined;
  }

  /** Has a successor of this supervisor know something, by a name; undefined: nothing any more. */
  tellSuccessor(name: string, value: unknown): void {
    this.#keeping.note(name, value);
  }

  /** Makes a change that a successor is told wholly or not at all. */
  together(change: () => void): void {
    this.#keeping.together(change);
  }

  /** Prepares pipes for that many processes; resolves when the first can be started. */
  async prepare(count: number): Promise<void> {
    await this.#rig.host.prepare(count);
  }

  async load(session: string, value: JobConfig): Promise<void> {
    const config = parseJobConfig(value);
    const name = { session: expectSession(session), job: config.name };
    const fullName = formatJobName(name);
    if (this.#jobs.find(fullName) !== undefined) {
      throw new GafferError('job_exists', `job "${fullName}" is loaded already; unload it first, or update it`);
    }
    const job = new Job(name, config, this.#rig);
    this.#jobs.add(job);
    this.#keeping.together(() => {
      job.keep();
      this.#publish({ type: 'load', name: fullName });
    });
    if (config.start !== false && this.#jobs.find(fullName) === job) {
      await job.start();
    }
  }

  async unload(name: JobName): Promise<void> {
    const job = this.#jobs.get(name);
    this.#jobs.remove(job);
    const gone = this.#keeping.together(() => {
      job.leave();
      this.#publish({ type: 'unload', name: job.fullName });
      this.notMeasured(job);
      return job.stop();
    });
    await this.#leave(job, gone);
  }

  async reload(name: JobName): Promise<void> {
    await this.#jobs.get(name).reload();
  }

  async update(name: JobName, value: JobConfig): Promise<void> {
    const job = this.#jobs.get(name);
    const config = parseJobConfig(value);
    if (config.name !== name.job) {
      throw new GafferError('invalid_config', `name: expected "${name.job}", the name of the job to update, got "${config.name}"`);
    }
    await job.update(config);
  }

  async start(name: JobName): Promise<void> {
    await this.#jobs.get(name).start();
  }

  async stop(name: JobName): Promise<void> {
    await this.#jobs.get(name).stop();
  }

  async restart(name: JobName): Promise<void> {
    await this.#jobs.get(name).restart();
  }

  async scale(name: JobName, operand: ScaleOperand): Promise<number> {
    return await this.#jobs.get(name).scale(operand);
  }

  async commit(name: JobName, options?: CommitOptions): Promise<number> {
    return await this.#jobs.get(name).commit(options);
  }

  async signalJob(name: JobName, signal: SignalName): Promise<void> {
    this.#jobs.get(name).signal(signal);
  }

  async startSession(session: string): Promise<void> {
    await inOrder(this.#jobs.of(session), 'first to last', (job) => job.start());
  }

  async stopSession(session: string): Promise<void> {
    this.#jobs.of(session);
    await this.#jobs.stop((job) => job.name.session === session);
  }

  async reloadSession(session: string): Promise<void> {
    await inOrder(this.#jobs.of(session), 'first to last', (job) => job.reload());
  }

  async unloadSession(session: string): Promise<void> {
    await inOrder(this.#jobs.of(session), 'last to first', (job) => this.unload(job.name));
  }

  async stopProcess(pid: number, options: StopProcessOptions = {}): Promise<void> {
    const { job, instance } = this.#launcher.processes.get(pid);
    await job.stopInstance(instance, options.replace === false ? 'leaving' : 'replaced');
  }

  async restartProcess(pid: number): Promise<void> {
    const { job, instance } = this.#launcher.processes.get(pid);
    if (instance.committed) {
      throw new GafferError(
        'not_supervised',
        `process ${pid} runs outside supervision: nothing would start it again; stop it, or commit another one`,
      );
    }
    await job.stopInstance(instance);
  }

  async signalProcess(pid: number, signal: SignalName): Promise<void> {
    const { job, instance } = this.#launcher.processes.get(pid);
    job.signalInstance(instance, signal);
  }

  /** Calls back whenever nothing runs any more, and nothing will by itself. */
  onIdle(listener: () => void): Unsubscribe {
    return this.#idleness.onIdle(listener);
  }

  /** Whether nothing runs, and nothing will by itself. */
  get isIdle(): boolean {
    return this.#idleness.isIdle;
  }

  /** Whether nothing runs, and nobody is expected to start anything again. */
  get isFinished(): boolean {
    return this.#idleness.isFinished;
  }

  /** How many processes there are, or groups of which others are left. */
  get remaining(): number {
    return this.#jobs.all.reduce((sum, job) => sum + job.remaining, 0);
  }

  /** Stops every job. Resolves when nobody is left of any process group. */
  async stopAll(options: StopAllOptions = {}): Promise<void> {
    this.#rig.isEnding = true;
    await this.#jobs.stop((job) => !(options.keepDetached === true && job.settings.detach));
  }

  /** Stops every job without the grace time. */
  killAll(options: StopAllOptions = {}): void {
    for (const job of this.#jobs.all) {
      if (!(options.keepDetached === true && job.settings.detach)) {
        job.kill();
      }
    }
  }

  /** Lets go of what the supervisor itself holds. Stop the jobs first. */
  close(): void {
    this.endViews();
    void this.#rig.host.close();
  }

  #nextPid(): number {
    this.#lastPid += 1;
    this.#keeping.lateNote(LAST_PID, () => this.#lastPid);
    return this.#lastPid;
  }

  /** Keeps a job that was unloaded in mind until its processes are gone. Another of that name may be loaded meanwhile. */
  async #leave(job: Job, gone: Promise<void>): Promise<void> {
    await this.#jobs.leave(job, gone);
    job.forget();
    if (this.#jobs.find(job.fullName) === undefined) {
      this.#keeping.note(noteOfJob(job.fullName), undefined);
      this.#keeping.note(noteOfProgress(job.fullName), undefined);
    }
  }

  #publish(event: GafferEventBody): void {
    this.#bus.publish(event);
  }
}

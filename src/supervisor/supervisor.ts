import { randomUUID } from 'node:crypto';
import { GafferError } from '../errors.ts';
import { type JobConfig, parseJobConfig } from '../job/config.ts';
import type { EventPosition, GafferEvent, GafferEventBody } from '../job/event.ts';
import type { JobInfo, JobOverview, ProcessInfo } from '../job/info.ts';
import type { EventEntry, LogEntry, LogSelection } from '../job/log.ts';
import { expectSession, formatJobName, type JobName } from '../job/name.ts';
import type { CommitOptions, Following, GafferNode, OutputStart, ProcessStream, StopProcessOptions, Unsubscribe } from '../job/node.ts';
import type { ProcessLook } from '../job/process-look.ts';
import type { ScaleOperand } from '../job/scale.ts';
import type { SignalName } from '../job/signal.ts';
import { formatStats, type JobStats, type ProcessStats, type StatsEntry, type StatsTarget, summarizeStats } from '../job/stats.ts';
import { type ChildRecord, guardedRecord } from './child-record.ts';
import { type Clock, systemClock } from './clock.ts';
import { plainEnvironment } from './environment.ts';
import { EventBus } from './event-bus.ts';
import { FifoPool } from './fifo-pool.ts';
import type { Instance } from './instance.ts';
import { Job, type JobRig } from './job.ts';
import { inOrder, JobList } from './job-list.ts';
import { Launcher } from './launcher.ts';
import { Listeners } from './listeners.ts';
import { followLog, type LogSource, recentLog } from './log.ts';
import { overviewOf } from './overview.ts';
import { ProcessLooks } from './process-looks.ts';
import { ReadPacer } from './read-pacer.ts';
import { type Spawn, spawnChild } from './spawn.ts';
import { StatsLook } from './stats-look.ts';
import { StatsMonitor } from './stats-monitor.ts';
import { StatsSampler, totalMemoryBytes } from './stats-sampler.ts';
import { StreamSince } from './stream-since.ts';

/** What a supervisor can be given; everything has a default. */
export interface SupervisorOptions {
  /** Names this run: every child has it in its environment as `GAFFER_RUN_ID`. Default: a new one. */
  readonly runId?: string;
  /** What jobs with `os_env` start from. Default: `process.env`. */
  readonly osEnv?: NodeJS.ProcessEnv;
  /** A private folder (mode 0700) for the children's pipes. Default: a new one in the temporary directory. */
  readonly folder?: string;
  /** Output is read into this buffer, one chunk at a time. Default: 64 KiB of its own. */
  readonly readBuffer?: Buffer;
  /** Is told which process groups there are. Default: nobody. */
  readonly record?: ChildRecord;
  readonly spawn?: Spawn;
  readonly clock?: Clock;
}

/** How {@link Supervisor.stopAll} and {@link Supervisor.killAll} go about it. */
export interface StopAllOptions {
  /** Leave the processes of jobs with `detach` alone. Default false. */
  readonly keepDetached?: boolean;
}

/**
 * Runs jobs in this process: keeps as many instances alive as are wanted, reads their output, ends them with all
 * that they have started. It prints nothing and keeps nothing; it answers, and tells what happens.
 */
export class Supervisor implements GafferNode {
  /** Names this run. */
  readonly runId: string;
  readonly #bus: EventBus;
  readonly #rig: JobRig;
  readonly #fifos: FifoPool;
  /** For questions; who follows statistics has a look of his own. */
  readonly #look: StatsLook;
  readonly #monitor: StatsMonitor;
  readonly #looks: ProcessLooks;
  readonly #jobs = new JobList();
  readonly #idleListeners = new Listeners('idleness');
  readonly #launcher: Launcher;
  #lastPid = 0;
  #settling: NodeJS.Immediate | undefined;

  constructor(options: SupervisorOptions = {}) {
    const clock = options.clock ?? systemClock;
    this.runId = options.runId ?? randomUUID();
    this.#bus = new EventBus(clock);
    this.#fifos = new FifoPool(options.folder);
    const source = new StatsSampler(clock);
    this.#look = new StatsLook(source);
    this.#monitor = new StatsMonitor({ clock, source });
    this.#looks = new ProcessLooks(source.scan);
    this.#launcher = new Launcher({
      clock,
      fifos: this.#fifos,
      publish: (event) => this.#publish(event),
      ended: (instance) => this.#monitor.gone(instance),
    });
    this.#rig = {
      clock,
      runId: this.runId,
      spawn: options.spawn ?? spawnChild,
      osEnv: plainEnvironment(options.osEnv ?? process.env),
      fifos: this.#fifos,
      readBuffer: options.readBuffer ?? Buffer.allocUnsafeSlow(64 * 1024),
      pacer: new ReadPacer(),
      record: guardedRecord(options.record),
      publish: (event) => this.#publish(event),
      launch: (instance) => this.#launcher.launch(this.#jobs.find(instance.identity.jobName), instance),
      nextPid: () => {
        this.#lastPid += 1;
        return this.#lastPid;
      },
      settled: () => this.#settled(),
      endSession: (session) => {
        void this.#jobs.stop((job) => job.name.session === session);
      },
    };
  }

  /** Prepares pipes for that many processes; resolves when the first can be started. */
  async prepare(count: number): Promise<void> {
    await this.#fifos.prepare(count);
  }

  async sessions(): Promise<readonly string[]> {
    return this.#jobs.sessions;
  }

  async jobs(session?: string): Promise<readonly JobName[]> {
    return this.#jobs.of(session).map((job) => job.name);
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
    this.#publish({ type: 'load', name: fullName });
    if (config.start !== false && this.#jobs.find(fullName) === job) {
      await job.start();
    }
  }

  async unload(name: JobName): Promise<void> {
    const job = this.#jobs.get(name);
    this.#jobs.remove(job);
    this.#publish({ type: 'unload', name: job.fullName });
    this.#monitor.gone(job);
    await this.#jobs.leave(job, job.stop());
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

  async jobInfo(name: JobName): Promise<JobInfo> {
    return this.#jobs.get(name).info();
  }

  async jobStats(name: JobName): Promise<JobStats> {
    const job = this.#jobs.get(name);
    const stats = job.instances.map(async (instance) => ({
      ...(await this.#statsOf(instance)),
      pid: instance.pid,
      os_pid: instance.osPid,
    }));
    return summarizeStats(job.fullName, await Promise.all(stats));
  }

  async overview(session?: string): Promise<readonly JobOverview[]> {
    return await Promise.all(this.#jobs.of(session).map((job) => overviewOf(job, (instance) => this.#look.sample(instance))));
  }

  async pids(name?: JobName): Promise<readonly number[]> {
    if (name !== undefined) {
      return this.#jobs.get(name).pids;
    }
    return this.#launcher.processes.pids;
  }

  async pidOf(name: JobName, slot: number): Promise<number> {
    const instance = this.#jobs.get(name).instances.find((one) => one.slot === slot && one.state === 'up');
    if (instance === undefined) {
      throw new GafferError('process_not_found', `no process "${formatJobName(name)}.${slot}" is running`);
    }
    return instance.pid;
  }

  async processInfo(pid: number): Promise<ProcessInfo> {
    return this.#launcher.processes.get(pid).instance.info();
  }

  async processStats(pid: number): Promise<ProcessStats> {
    return await this.#statsOf(this.#launcher.processes.get(pid).instance);
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

  async tail(pid: number, label?: string): Promise<Uint8Array> {
    return this.#launcher.processes.stream(pid, label).tail();
  }

  async stream(pid: number, label?: string, from?: number): Promise<ProcessStream> {
    const stream = this.#launcher.processes.stream(pid, label);
    return from === undefined ? stream : new StreamSince(stream, from);
  }

  async recentLog(selection: LogSelection, lines: number): Promise<readonly LogEntry[]> {
    this.#expectSelected(selection);
    return recentLog(this.#logSource(), selection, lines);
  }

  async followLog(selection: LogSelection, lines: number, listener: (entry: LogEntry) => void): Promise<Following> {
    this.#expectSelected(selection);
    return { from: this.#bus.position, end: followLog(this.#logSource(), selection, lines, listener) };
  }

  async followEvents(since: EventPosition | undefined, listener: (entry: EventEntry) => void): Promise<Following> {
    return this.#bus.follow(since, (event) => listener({ kind: 'event', event }));
  }

  async followStats(target: StatsTarget, intervalMs: number, listener: (entry: StatsEntry) => void, onEnd = () => {}): Promise<Unsubscribe> {
    if ('job' in target) {
      const job = this.#jobs.get(target.job);
      return this.#monitor.watch({ target: job, intervalMs, processes: () => job.instances, listener, onEnd });
    }
    const { instance } = this.#launcher.processes.get(target.pid);
    return this.#monitor.watch({ target: instance, intervalMs, processes: () => [instance], listener, onEnd });
  }

  onEvent(listener: (event: GafferEvent) => void): Unsubscribe {
    return this.#bus.listen(listener);
  }

  /** Tells who a process of a job is, by the system's number of it; undefined when there is none (any more). */
  lookAt(osPid: number): ProcessLook | undefined {
    return this.#looks.look(osPid);
  }

  /** Calls back with every output of every process from now on, before its first byte. */
  onOutput(listener: (start: OutputStart) => void): Unsubscribe {
    return this.#launcher.onOutput(listener);
  }

  /** Calls back whenever nothing runs any more, and nothing will by itself. */
  onIdle(listener: () => void): Unsubscribe {
    return this.#idleListeners.add(listener);
  }

  /** Whether nothing runs, and nothing will by itself. */
  get isIdle(): boolean {
    return this.#jobs.all.every((job) => job.isOver);
  }

  /** Whether nothing runs, and nobody is expected to start anything again. */
  get isFinished(): boolean {
    return this.isIdle && this.#jobs.loaded.every((job) => job.isFinished);
  }

  /** Stops every job. Resolves when nobody is left of any process group. */
  async stopAll(options: StopAllOptions = {}): Promise<void> {
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
    this.#monitor.close();
    this.#fifos.close();
  }

  async #statsOf(instance: Instance): Promise<ProcessStats> {
    return formatStats(await this.#look.sample(instance), totalMemoryBytes());
  }

  #expectSelected({ session, job, pid }: LogSelection): void {
    if (session !== undefined) {
      this.#jobs.of(session);
    }
    if (job !== undefined) {
      this.#jobs.get(job);
    }
    if (pid !== undefined) {
      this.#launcher.processes.get(pid);
    }
  }

  #logSource(): LogSource {
    return {
      instances: this.#jobs.loaded.flatMap((job) => job.recentInstances),
      events: this.#bus.recent,
      onEvent: (listener) => this.#bus.listen(listener),
      onOutput: (listener) => this.#launcher.onOutput(listener),
    };
  }

  /** Looks once for all that ends in one turn, and after what those ends have caused. */
  #settled(): void {
    this.#settling ??= setImmediate(() => {
      this.#settling = undefined;
      if (this.isIdle) {
        this.#idleListeners.tell();
      }
    });
  }

  #publish(event: GafferEventBody): void {
    this.#bus.publish(event);
  }
}

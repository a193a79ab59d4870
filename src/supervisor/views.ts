import { GafferError } from '../errors.ts';
import type { EventPosition, GafferEvent } from '../job/event.ts';
import type { JobInfo, JobOverview, ProcessInfo } from '../job/info.ts';
import type { EventEntry, LogEntry, LogSelection } from '../job/log.ts';
import { formatJobName, type JobName } from '../job/name.ts';
import type { Following, OutputStart, ProcessStream, Unsubscribe } from '../job/node.ts';
import type { ProcessLook } from '../job/process-look.ts';
import { formatStats, type JobStats, type ProcessStats, type StatsEntry, type StatsTarget, summarizeStats } from '../job/stats.ts';
import type { Clock } from './clock.ts';
import type { EventBus } from './event-bus.ts';
import type { Instance } from './instance.ts';
import { infoOf } from './instance-info.ts';
import type { JobList } from './job-list.ts';
import type { Launcher } from './launcher.ts';
import { followLog, holdOutputs, type LogSource, recentLog } from './log.ts';
import { overviewOf } from './overview.ts';
import { ProcessLooks } from './process-looks.ts';
import { StatsLook } from './stats-look.ts';
import { StatsMonitor } from './stats-monitor.ts';
import { StatsSampler, totalMemoryBytes } from './stats-sampler.ts';
import { StreamSince } from './stream-since.ts';

/** What is looked at. */
export interface Viewed {
  readonly jobs: JobList;
  readonly launcher: Launcher;
  readonly bus: EventBus;
}

/** What can be asked of a supervisor and changes nothing: how jobs and processes do, what they write, what happens. */
export abstract class SupervisorViews {
  /** For questions; who follows statistics has a look of his own. */
  readonly #look: StatsLook;
  readonly #monitor: StatsMonitor;
  readonly #looks: ProcessLooks;

  constructor(clock: Clock) {
    const source = new StatsSampler(clock);
    this.#look = new StatsLook(source);
    this.#monitor = new StatsMonitor({ clock, source });
    this.#looks = new ProcessLooks(source.scan);
  }

  protected abstract readonly viewed: Viewed;

  /** Who measures a job or process is told that there is no more of it. */
  protected notMeasured(target: object): void {
    this.#monitor.gone(target);
  }

  protected endViews(): void {
    this.#monitor.close();
  }

  async sessions(): Promise<readonly string[]> {
    return this.viewed.jobs.sessions;
  }

  async jobs(session?: string): Promise<readonly JobName[]> {
    return this.viewed.jobs.of(session).map((job) => job.name);
  }

  async jobInfo(name: JobName): Promise<JobInfo> {
    return this.viewed.jobs.get(name).info();
  }

  async jobStats(name: JobName): Promise<JobStats> {
    const job = this.viewed.jobs.get(name);
    const stats = job.instances.map(async (instance) => ({
      ...(await this.#statsOf(instance)),
      pid: instance.pid,
      os_pid: instance.osPid,
    }));
    return summarizeStats(job.fullName, await Promise.all(stats));
  }

  async overview(session?: string): Promise<readonly JobOverview[]> {
    return await Promise.all(this.viewed.jobs.of(session).map((job) => overviewOf(job, (instance) => this.#look.sample(instance))));
  }

  async pids(name?: JobName): Promise<readonly number[]> {
    if (name !== undefined) {
      return this.viewed.jobs.get(name).pids;
    }
    return this.viewed.launcher.processes.pids;
  }

  async pidOf(name: JobName, slot: number): Promise<number> {
    const instance = this.viewed.jobs.get(name).instances.find((one) => one.slot === slot && one.state === 'up');
    if (instance === undefined) {
      throw new GafferError('process_not_found', `no process "${formatJobName(name)}.${slot}" is running`);
    }
    return instance.pid;
  }

  async processInfo(pid: number): Promise<ProcessInfo> {
    return infoOf(this.viewed.launcher.processes.get(pid).instance);
  }

  async processStats(pid: number): Promise<ProcessStats> {
    return await this.#statsOf(this.viewed.launcher.processes.get(pid).instance);
  }

  async tail(pid: number, label?: string): Promise<Uint8Array> {
    return this.viewed.launcher.processes.stream(pid, label).tail();
  }

  async stream(pid: number, label?: string, from?: number): Promise<ProcessStream> {
    const stream = this.viewed.launcher.processes.stream(pid, label);
    return from === undefined ? stream : new StreamSince(stream, from);
  }

  async recentLog(selection: LogSelection, lines: number): Promise<readonly LogEntry[]> {
    this.#expectSelected(selection);
    return recentLog(this.#logSource(), selection, lines);
  }

  async followLog(selection: LogSelection, lines: number, listener: (entry: LogEntry) => void): Promise<Following> {
    this.#expectSelected(selection);
    return { from: this.viewed.bus.position, end: followLog(this.#logSource(), selection, lines, listener) };
  }

  async followEvents(since: EventPosition | undefined, listener: (entry: EventEntry) => void): Promise<Following> {
    return this.viewed.bus.follow(since, (event) => listener({ kind: 'event', event }));
  }

  async followStats(target: StatsTarget, intervalMs: number, listener: (entry: StatsEntry) => void, onEnd = () => {}): Promise<Unsubscribe> {
    if ('job' in target) {
      const job = this.viewed.jobs.get(target.job);
      return this.#monitor.watch({ target: job, intervalMs, processes: () => job.instances, listener, onEnd });
    }
    const { instance } = this.viewed.launcher.processes.get(target.pid);
    return this.#monitor.watch({ target: instance, intervalMs, processes: () => [instance], listener, onEnd });
  }

  onEvent(listener: (event: GafferEvent) => void): Unsubscribe {
    return this.viewed.bus.listen(listener);
  }

  /** Tells who a process of a job is, by the system's number of it; undefined when there is none (any more). */
  lookAt(osPid: number): ProcessLook | undefined {
    return this.#looks.look(osPid);
  }

  /** Holds the output of those that are meant, also of those that start later, until the returned call. */
  holdOutputs(selection: LogSelection): Unsubscribe {
    return holdOutputs(this.#logSource(), selection);
  }

  /** Calls back with every output of every process from now on, before its first byte. */
  onOutput(listener: (start: OutputStart) => void): Unsubscribe {
    return this.viewed.launcher.onOutput(listener);
  }

  async #statsOf(instance: Instance): Promise<ProcessStats> {
    return formatStats(await this.#look.sample(instance), totalMemoryBytes());
  }

  #expectSelected({ session, job, pid }: LogSelection): void {
    if (session !== undefined) {
      this.viewed.jobs.of(session);
    }
    if (job !== undefined) {
      this.viewed.jobs.get(job);
    }
    if (pid !== undefined) {
      this.viewed.launcher.processes.get(pid);
    }
  }

  #logSource(): LogSource {
    return {
      instances: this.viewed.jobs.loaded.flatMap((job) => job.recentInstances),
      events: this.viewed.bus.recent,
      onEvent: (listener) => this.viewed.bus.listen(listener),
      onOutput: (listener) => this.viewed.launcher.onOutput(listener),
    };
  }
}

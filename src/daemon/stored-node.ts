import type { JobConfig } from '../job/config.ts';
import { parseJobConfig } from '../job/config.ts';
import type { GafferEvent } from '../job/event.ts';
import type { JobInfo, JobOverview, ProcessInfo } from '../job/info.ts';
import type { LogEntry, LogSelection } from '../job/log.ts';
import { formatJobName, type JobName } from '../job/name.ts';
import type { CommitOptions, GafferNode, ProcessStream, StopProcessOptions, Unsubscribe } from '../job/node.ts';
import type { ScaleOperand } from '../job/scale.ts';
import type { SignalName } from '../job/signal.ts';
import type { JobStats, ProcessStats } from '../job/stats.ts';
import type { Store } from './store.ts';

/**
 * A node whose jobs survive it: what is loaded or changed through this is in the store before it is answered. What is
 * asked and what processes do goes to the node behind it as it is.
 */
export class StoredNode implements GafferNode {
  readonly #node: GafferNode;
  readonly #store: Store;
  /** Full names of the jobs that are loaded. */
  readonly #loaded = new Set<string>();

  /** @param node with nothing loaded yet */
  constructor(node: GafferNode, store: Store) {
    this.#node = node;
    this.#store = store;
    node.onEvent((event) => {
      if (event.type === 'load') {
        this.#loaded.add(event.name);
      } else if (event.type === 'unload') {
        this.#loaded.delete(event.name);
      }
    });
  }

  async load(session: string, value: JobConfig): Promise<void> {
    const { start = true, ...config } = parseJobConfig(value);
    const name = { session, job: config.name };
    if (this.#isLoaded(name)) {
      await this.#node.load(session, value); // it says what is wrong
      return;
    }
    this.#store.putJob({ session, name: config.name, config, target: undefined, stopped: !start });
    try {
      await this.#node.load(session, value);
    } catch (error) {
      if (!this.#isLoaded(name)) {
        this.#store.deleteJob(name);
      }
      throw error;
    }
  }

  async unload(job: JobName): Promise<void> {
    if (this.#isLoaded(job)) {
      this.#store.deleteJob(job);
    }
    await this.#node.unload(job);
  }

  async update(job: JobName, value: JobConfig): Promise<void> {
    const { start = true, ...config } = parseJobConfig(value);
    if (this.#isLoaded(job) && config.name === job.job) {
      const stopped = start ? false : (await this.#node.jobInfo(job)).state === 'stopped';
      this.#store.putJob({ session: job.session, name: job.job, config, target: undefined, stopped });
    }
    await this.#keepAfter(job, this.#node.update(job, value));
  }

  async reload(job: JobName): Promise<void> {
    await this.#keepAfter(job, this.#node.reload(job));
  }

  async start(job: JobName): Promise<void> {
    await this.#keepAfter(job, this.#node.start(job));
  }

  async stop(job: JobName): Promise<void> {
    await this.#keepAfter(job, this.#node.stop(job));
  }

  async restart(job: JobName): Promise<void> {
    await this.#keepAfter(job, this.#node.restart(job));
  }

  async scale(job: JobName, operand: ScaleOperand): Promise<number> {
    return await this.#keepAfter(job, this.#node.scale(job, operand));
  }

  async stopProcess(pid: number, options?: StopProcessOptions): Promise<void> {
    const { name } = await this.#node.processInfo(pid);
    await this.#keepAfter(splitName(name), this.#node.stopProcess(pid, options));
  }

  async startSession(session: string): Promise<void> {
    await this.#keepSession(session, false, this.#node.startSession(session));
  }

  async stopSession(session: string): Promise<void> {
    await this.#keepSession(session, true, this.#node.stopSession(session));
  }

  async reloadSession(session: string): Promise<void> {
    await this.#keepSession(session, false, this.#node.reloadSession(session));
  }

  async unloadSession(session: string): Promise<void> {
    this.#store.deleteSession(session);
    await this.#node.unloadSession(session);
  }

  sessions(): Promise<readonly string[]> {
    return this.#node.sessions();
  }

  jobs(session?: string): Promise<readonly JobName[]> {
    return this.#node.jobs(session);
  }

  commit(job: JobName, options?: CommitOptions): Promise<number> {
    return this.#node.commit(job, options);
  }

  signalJob(job: JobName, signal: SignalName): Promise<void> {
    return this.#node.signalJob(job, signal);
  }

  jobInfo(job: JobName): Promise<JobInfo> {
    return this.#node.jobInfo(job);
  }

  overview(session?: string): Promise<readonly JobOverview[]> {
    return this.#node.overview(session);
  }

  jobStats(job: JobName): Promise<JobStats> {
    return this.#node.jobStats(job);
  }

  pids(job?: JobName): Promise<readonly number[]> {
    return this.#node.pids(job);
  }

  pidOf(job: JobName, slot: number): Promise<number> {
    return this.#node.pidOf(job, slot);
  }

  processInfo(pid: number): Promise<ProcessInfo> {
    return this.#node.processInfo(pid);
  }

  processStats(pid: number): Promise<ProcessStats> {
    return this.#node.processStats(pid);
  }

  restartProcess(pid: number): Promise<void> {
    return this.#node.restartProcess(pid);
  }

  signalProcess(pid: number, signal: SignalName): Promise<void> {
    return this.#node.signalProcess(pid, signal);
  }

  tail(pid: number, label?: string): Promise<Uint8Array> {
    return this.#node.tail(pid, label);
  }

  stream(pid: number, label?: string): Promise<ProcessStream> {
    return this.#node.stream(pid, label);
  }

  recentLog(selection: LogSelection, lines: number): Promise<readonly LogEntry[]> {
    return this.#node.recentLog(selection, lines);
  }

  followLog(selection: LogSelection, lines: number, listener: (entry: LogEntry) => void): Promise<Unsubscribe> {
    return this.#node.followLog(selection, lines, listener);
  }

  onEvent(listener: (event: GafferEvent) => void): Unsubscribe {
    return this.#node.onEvent(listener);
  }

  #isLoaded(name: JobName): boolean {
    return this.#loaded.has(formatJobName(name));
  }

  /** Keeps how a job is meant to be now that something has begun; the end of it, which may be far, is the caller's to wait for. */
  async #keepAfter<T>(job: JobName, work: Promise<T>): Promise<T> {
    work.catch(() => undefined); // it is told below
    await this.#keep(job);
    return await work;
  }

  async #keep(job: JobName): Promise<void> {
    const info = await this.#node.jobInfo(job).catch(() => undefined);
    if (info !== undefined) {
      const stopped = info.state === 'stopped';
      this.#store.setState(job, { target: stopped ? undefined : info.max_processes, stopped });
    }
  }

  /** A session's jobs take their turns: how each is meant to be is kept first, and again when it is so. */
  async #keepSession(session: string, stopped: boolean, work: Promise<void>): Promise<void> {
    work.catch(() => undefined);
    this.#store.setSessionState(session, { target: undefined, stopped });
    await work;
    for (const job of await this.#node.jobs(session)) {
      await this.#keep(job);
    }
  }
}

/** Undoes `formatJobName`: sessions have no dot. */
function splitName(name: string): JobName {
  const dot = name.indexOf('.');
  return { session: name.slice(0, dot), job: name.slice(dot + 1) };
}

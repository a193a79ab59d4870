import { GafferError } from '../errors.ts';
import { type JobConfig, parseJobConfig } from '../job/config.ts';
import type { EventPosition, GafferEvent } from '../job/event.ts';
import type { JobInfo, JobOverview, ProcessInfo } from '../job/info.ts';
import type { EventEntry, LogEntry, LogSelection } from '../job/log.ts';
import { type JobName, parseJobName } from '../job/name.ts';
import type { CommitOptions, Following, GafferNode, ProcessStream, StopProcessOptions, Unsubscribe } from '../job/node.ts';
import type { ScaleOperand } from '../job/scale.ts';
import type { SignalName } from '../job/signal.ts';
import type { JobStats, ProcessStats, StatsEntry, StatsTarget } from '../job/stats.ts';
import { AS_CONFIGURED, type Deed, intendedState, type PresentJob, presentState, STOPPED } from './job-intent.ts';
import type { KeptJobs } from './kept-jobs.ts';
import { LoadBatch } from './load-batch.ts';
import type { LoadedJobs } from './loaded-jobs.ts';
import type { JobState } from './stored-job.ts';

/**
 * A node whose jobs survive it: what is loaded or changed through this is in the store before it is done, and what can't
 * be kept is not done. What is asked and what processes do goes to the node behind it as it is.
 */
export class StoredNode implements GafferNode {
  readonly #node: GafferNode;
  readonly #kept: KeptJobs;
  readonly #loaded: LoadedJobs;
  readonly #loads = new LoadBatch();
  #lastTurn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @param loaded what the node has loaded */
  constructor(node: GafferNode, kept: KeptJobs, loaded: LoadedJobs) {
    this.#node = node;
    this.#kept = kept;
    this.#loaded = loaded;
  }

  async load(session: string, value: JobConfig): Promise<void> {
    const { start = true, ...config } = parseJobConfig(value);
    const name = { session, job: config.name };
    if (this.#loads.isEmpty) {
      setImmediate(() => this.#beginLoads()); // when the requests that have come with this one are read too
    }
    await this.#loads.add({ session, name: config.name, config, target: undefined, stopped: !start }, async () => {
      try {
        await this.#node.load(session, value);
      } catch (error) {
        if (!this.#loaded.has(name)) {
          this.#kept.delete(name);
        }
        throw error;
      }
    });
  }

  async unload(job: JobName): Promise<void> {
    await this.#begin(
      () => {
        if (this.#loaded.has(job)) {
          this.#kept.delete(job);
        }
      },
      () => this.#node.unload(job),
    );
  }

  async update(job: JobName, value: JobConfig): Promise<void> {
    const { start = true, ...config } = parseJobConfig(value);
    await this.#begin(
      async () => {
        const state = start ? AS_CONFIGURED : presentState(await this.#present(job));
        if (this.#loaded.has(job) && config.name === job.job) {
          this.#kept.put([{ session: job.session, name: job.job, config, ...state }]);
        }
      },
      () => this.#node.update(job, value),
    );
  }

  async reload(job: JobName): Promise<void> {
    await this.#do(job, 'reload', () => this.#node.reload(job));
  }

  async start(job: JobName): Promise<void> {
    await this.#do(job, 'start', () => this.#node.start(job));
  }

  async stop(job: JobName): Promise<void> {
    await this.#do(job, 'stop', () => this.#node.stop(job));
  }

  async restart(job: JobName): Promise<void> {
    await this.#do(job, 'restart', () => this.#node.restart(job));
  }

  async scale(job: JobName, operand: ScaleOperand): Promise<number> {
    return await this.#do(job, operand, () => this.#node.scale(job, operand));
  }

  async stopProcess(pid: number, options: StopProcessOptions = {}): Promise<void> {
    const { name, commited } = await this.#node.processInfo(pid);
    if (options.replace === false && !commited) {
      await this.#do(parseJobName(name), { op: '-', n: 1 }, () => this.#node.stopProcess(pid, options));
    } else {
      await this.#node.stopProcess(pid, options);
    }
  }

  async startSession(session: string): Promise<void> {
    await this.#doAll(session, AS_CONFIGURED, () => this.#node.startSession(session));
  }

  async stopSession(session: string): Promise<void> {
    await this.#doAll(session, STOPPED, () => this.#node.stopSession(session));
  }

  async reloadSession(session: string): Promise<void> {
    await this.#doAll(session, AS_CONFIGURED, () => this.#node.reloadSession(session));
  }

  async unloadSession(session: string): Promise<void> {
    await this.#begin(
      () => this.#kept.deleteSession(session),
      () => this.#node.unloadSession(session),
    );
  }

  /** From now on nothing is kept, and so nothing can be changed. */
  close(): void {
    this.#isClosed = true;
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

  stream(pid: number, label?: string, from?: number): Promise<ProcessStream> {
    return this.#node.stream(pid, label, from);
  }

  recentLog(selection: LogSelection, lines: number): Promise<readonly LogEntry[]> {
    return this.#node.recentLog(selection, lines);
  }

  followLog(selection: LogSelection, lines: number, listener: (entry: LogEntry) => void): Promise<Following> {
    return this.#node.followLog(selection, lines, listener);
  }

  followEvents(since: EventPosition | undefined, listener: (entry: EventEntry) => void): Promise<Following> {
    return this.#node.followEvents(since, listener);
  }

  followStats(target: StatsTarget, intervalMs: number, listener: (entry: StatsEntry) => void, onEnd?: () => void): Promise<Unsubscribe> {
    return this.#node.followStats(target, intervalMs, listener, onEnd);
  }

  onEvent(listener: (event: GafferEvent) => void): Unsubscribe {
    return this.#node.onEvent(listener);
  }

  /** Keeps how a deed leaves a job, and does it. */
  async #do<T>(job: JobName, deed: Deed, act: () => Promise<T>): Promise<T> {
    return await this.#begin(async () => {
      const state = intendedState(await this.#present(job), deed);
      if (state !== undefined) {
        this.#kept.setState(job, state);
      }
    }, act);
  }

  /** The same for a session. Its jobs take their turns: those that somebody starts or stops meanwhile are kept as they are in the end. */
  async #doAll(session: string, state: JobState, act: () => Promise<void>): Promise<void> {
    await this.#begin(() => this.#kept.setSessionState(session, state), act, true);
    for (const job of await this.#node.jobs(session).catch(() => [])) {
      const info = await this.#node.jobInfo(job).catch(() => undefined);
      if (info !== undefined && !this.#isClosed) {
        this.#kept.setStopped(job, info.state === 'stopped');
      }
    }
    this.#kept.begun();
  }

  /**
   * Keeps what is about to be, and then begins it. Beginnings take turns, so that what is kept last is what was begun last;
   * the end of the work, which may be far, is the caller's to wait for.
   * @param isGradual one job after the other is begun
   */
  async #begin<T>(keep: () => void | Promise<void>, act: () => Promise<T>, isGradual = false): Promise<T> {
    const turn = this.#lastTurn.then(async () => {
      if (this.#isClosed) {
        throw ending();
      }
      const kept = keep();
      if (kept !== undefined) {
        await kept;
      }
      const work = act();
      work.catch(() => undefined); // it is told below
      if (!isGradual) {
        this.#kept.begun();
      }
      return { work };
    });
    this.#lastTurn = turn.catch(() => undefined);
    const { work } = await turn;
    return await work;
  }

  #beginLoads(): void {
    this.#lastTurn = this.#lastTurn.then(() => {
      if (this.#isClosed) {
        this.#loads.fail(ending());
      } else {
        this.#loads.begin(
          ({ session, name }) => this.#loaded.has({ session, job: name }),
          (jobs) => this.#kept.put(jobs),
        );
        this.#kept.begun();
      }
    });
  }

  async #present(job: JobName): Promise<PresentJob> {
    const { state, max_processes } = await this.#node.jobInfo(job);
    return { state, max_processes, wasStopped: this.#loaded.isStopped(job) };
  }
}

function ending(): GafferError {
  return new GafferError('not_ready', 'gafferd is ending: nothing can be changed any more');
}

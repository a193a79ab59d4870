import { join } from 'node:path';
import { parseJobName } from '../job/name.ts';
import { KeeperHost } from '../keeper/keeper-host.ts';
import { endLeftovers } from '../runtime/leftovers.ts';
import type { Legacy } from '../supervisor/host.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import type { FileJob } from './job-difference.ts';
import { JobFile } from './job-file.ts';
import { KeptJobs } from './kept-jobs.ts';
import { clearUpAfterKeeper, endKilledKeeper } from './killed-keeper.ts';
import { LoadedJobs } from './loaded-jobs.ts';
import type { Log } from './log.ts';
import { ReturningFollowers } from './returning-followers.ts';
import { makeKeepersFolder } from './state-folder.ts';
import type { Store } from './store.ts';
import { bringTo, loadStoredJobs } from './stored-jobs.ts';
import { StoredNode } from './stored-node.ts';

/** What a node runs with. */
export interface RunningNodeOptions {
  readonly store: Store;
  readonly log: Log;
  /** What jobs with `os_env` start from. */
  readonly env: NodeJS.ProcessEnv;
  /** The folder of runs in the state folder. */
  readonly folder: string;
  /** The program that keeps processes. */
  readonly keeper: string;
  /** The keeper has gone. */
  onLost(reason: string): void;
}

/** How long what a killed keeper has left may take to end by itself. */
const LEFTOVER_MS = 10_000;

/** How long what has left its process group may take to end by itself. */
const STRAY_MS = 2_000;

/** What gafferd runs: jobs of its file and of its store, by a supervisor whose processes are with a keeper and outlive it. */
export class RunningNode {
  readonly supervisor: Supervisor;
  /** The same, as the API uses it: what is changed is kept. */
  readonly node: StoredNode;
  readonly #options: RunningNodeOptions;
  /** The keeper's folder. */
  readonly #place: string;
  readonly #kept: KeptJobs;
  readonly #loaded: LoadedJobs;
  readonly #jobs: JobFile;
  /** Those who follow output and come back. */
  readonly followers: ReturningFollowers;
  #host: KeeperHost | undefined;
  /** What a predecessor had begun to do, perhaps. */
  #pending: ReturnType<KeptJobs['resume']>;

  /** @throws GafferError `io_failed` */
  constructor(options: RunningNodeOptions) {
    const { store, log, env, folder } = options;
    this.#options = options;
    this.#place = join(folder, 'keeper');
    this.supervisor = new Supervisor({ osEnv: env });
    this.#kept = new KeptJobs(store);
    this.#loaded = new LoadedJobs(this.supervisor);
    this.#jobs = new JobFile(this.supervisor, this.#kept, this.#loaded, log);
    this.followers = new ReturningFollowers({
      hold: (selection) => this.supervisor.holdOutputs(selection),
      settled: () => this.#host?.legacy?.releaseRetained(),
    });
    this.node = new StoredNode(this.supervisor, this.#kept, this.#loaded);
  }

  /** Goes to the keeper, and takes over what a predecessor has left with it, as it was left. @throws GafferError `io_failed` */
  async settle(): Promise<void> {
    const { keeper } = this.#options;
    const folder = this.#place;
    await this.#endKilledKeeper(folder);
    makeKeepersFolder(folder);
    const host = await KeeperHost.open({ folder, keeper, runId: this.supervisor.runId, onLost: (reason) => this.#options.onLost(reason) });
    this.#host = host;
    const { legacy } = host;
    const runId = legacy?.runId ?? this.supervisor.runId;
    const found = this.supervisor.settleIn({ host, runId, legacy });
    const say = (name: string, value: unknown): void => this.supervisor.tellSuccessor(name, value);
    this.#jobs.begin(say);
    this.#pending = legacy && this.#kept.resume(legacy.notes, say);
    if (legacy === undefined || this.#pending === undefined) {
      this.#kept.begin(say, (tell) => this.supervisor.together(tell));
    }
    if (legacy !== undefined && found !== undefined) {
      this.#loaded.resume(
        await this.supervisor.jobs(),
        this.#kept.all.filter(({ stopped, target }) => stopped && target !== undefined).map(({ session, name }) => ({ session, job: name })),
      );
      await this.#jobs.resume(legacy.notes);
      this.#sayFound(found);
    }
  }

  /** A predecessor's processes are here. */
  get hasTakenOver(): boolean {
    return (this.#host?.legacy?.processes.length ?? 0) > 0;
  }

  /** What a predecessor has left, if there was one. */
  get legacy(): Pick<Legacy, 'events' | 'notes'> | undefined {
    return this.#host?.legacy;
  }

  /** Does what has to be done since a predecessor was there, and lets its processes write on. Call it when everybody listens. */
  catchUp(): void {
    const legacy = this.#host?.legacy;
    this.followers.begin((name, value) => this.supervisor.tellSuccessor(name, value), legacy?.notes);
    this.supervisor.catchUp();
    legacy?.begin();
  }

  /** Loads the jobs of the configuration, and those of the store. All has begun when this returns. */
  async load(jobs: readonly FileJob[]): Promise<void> {
    const { log } = this.#options;
    const isLoaded = ({ session, name }: { readonly session: string; readonly name: string }): boolean => this.#loaded.has({ session, job: name });
    const [missing, pending] = [this.#kept.all.filter((job) => !isLoaded(job)), this.#pending?.pending ?? []];
    const say = (message: string): void => log.error(message);
    const stray = [...this.#loaded.names].filter((name) => !this.#kept.names.has(name) && !this.#jobs.has(name));
    await Promise.all([
      // it was about to be unloaded
      ...stray.map((name) => this.supervisor.unload(parseJobName(name))),
      this.#jobs.apply(jobs),
      ...pending.filter(isLoaded).map((job) => bringTo(this.supervisor, job, say)),
      ...loadStoredJobs(this.supervisor, missing, say),
    ]);
    this.#kept.begun();
  }

  /** Makes the node run what another file says. */
  async apply(jobs: readonly FileJob[]): Promise<void> {
    await this.#jobs.apply(jobs);
  }

  /** Ends the jobs, but for those with `detach`, with all that they have started. */
  async stop(isHurried: () => boolean): Promise<void> {
    this.node.close();
    await this.supervisor.stopAll({ keepDetached: true });
    const { remaining } = this.supervisor;
    if (remaining > 0) {
      this.#options.log.info(`${remaining} ${remaining === 1 ? 'process of jobs with detach goes' : 'processes of jobs with detach go'} on`);
      await this.#host?.leave();
    } else {
      // what has left its process group carries the run's mark all the same; that of jobs with detach can't be told apart
      await endLeftovers({ runId: this.supervisor.runId, ledger: [], graceMs: isHurried() ? 0 : STRAY_MS });
      await this.#host?.finish();
      await clearUpAfterKeeper(this.#place);
    }
    this.supervisor.close();
  }

  /** Leaves everything to a successor, which finds it with the keeper. */
  leave(): void {
    this.node.close();
    this.supervisor.close();
  }

  async #endKilledKeeper(place: string): Promise<void> {
    const { log } = this.#options;
    const killed = await endKilledKeeper(place, LEFTOVER_MS);
    if (killed?.crash !== undefined) {
      log.critical(`the keeper of processes has crashed, this is a bug: ${killed.crash}`);
    }
    if (killed !== undefined && killed.ended > 0) {
      log.warning(`the keeper of processes was killed: what it had left was ended, ${killed.ended} ${killed.ended === 1 ? 'process' : 'processes'}`);
    }
  }

  #sayFound({ running, ended }: { readonly running: number; readonly ended: number }): void {
    const { log } = this.#options;
    const mended = this.#pending?.mended ?? [];
    if (running + ended > 0) {
      const away = ended === 0 ? '' : `; ${ended} ${ended === 1 ? 'has' : 'have'} ended meanwhile`;
      log.info(`${running} ${running === 1 ? 'process goes' : 'processes go'} on from the gafferd before this one${away}`);
    }
    if (mended.length > 0) {
      log.warning(`the state on the disk was older than what runs, and is brought up to date: ${mended.join(', ')}`);
    }
  }
}

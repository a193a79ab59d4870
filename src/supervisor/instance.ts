import type { JobSettings } from '../job/config.ts';
import type { ProcessRef } from '../job/event.ts';
import type { ProcessExit } from '../job/exit.ts';
import type { ProcessInfo, ProcessOverview } from '../job/info.ts';
import type { Occupant } from '../job/reconcile.ts';
import type { SignalName } from '../job/signal.ts';
import type { ProcessStats } from '../job/stats.ts';
import type { ChildRecord } from './child-record.ts';
import type { Clock } from './clock.ts';
import { type EndOptions, GroupEnd } from './group-end.ts';
import { InstancePipes, type PipeRig } from './instance-pipes.ts';
import { type Launch, type LaunchContext, launchFailure, prepareLaunch } from './launch.ts';
import { readProcess, sendSignal } from './process-table.ts';
import { type Child, notStarted, type Spawn } from './spawn.ts';
import type { ChildStream } from './streams.ts';

/** What an instance needs of its supervisor. */
export interface InstanceRig extends PipeRig {
  readonly spawn: Spawn;
  readonly clock: Clock;
  readonly runId: string;
  readonly osEnv: Readonly<Record<string, string>>;
  readonly record: ChildRecord;
}

/** What an instance is, apart from how it is doing. */
export interface InstanceIdentity {
  readonly pid: number;
  /** The job's full name. */
  readonly jobName: string;
  /** 0 for a committed process. */
  readonly slot: number;
  readonly settings: JobSettings;
  readonly restarts: number;
  readonly extraEnv?: Readonly<Record<string, string>> | undefined;
}

type InstanceState =
  /** It waits for its turn to be started. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running'; readonly osPid: number }
  /** Somebody asked it to end. */
  | { readonly kind: 'ending'; readonly osPid: number; readonly end: GroupEnd }
  /** It has ended; others of its group may go on until `end` is done. */
  | { readonly kind: 'exited'; readonly osPid: number; readonly end: GroupEnd | undefined }
  /** Nobody is left of it. */
  | { readonly kind: 'gone'; readonly osPid: number };

/** How long an exit waits for the output that is still in the pipe, so that it is told after it. */
const DRAIN_MS = 5;

/** One process of a job, from before its start until nobody is left in its group. */
export class Instance implements Occupant {
  readonly identity: InstanceIdentity;
  readonly committed: boolean;
  readonly #rig: InstanceRig;
  #streams: ReadonlyMap<string, ChildStream> = new Map();
  readonly #exitListeners: ((exit: ProcessExit) => void)[] = [];
  #state: InstanceState = { kind: 'waiting' };
  #launch: Launch | undefined;
  /** What becomes of its slot, once somebody has asked it to end. */
  #fate: 'replaced' | 'leaving' | undefined;
  #startedAtMs = 0;
  #startedWallMs = 0;

  constructor(identity: InstanceIdentity, rig: InstanceRig) {
    this.identity = identity;
    this.committed = identity.slot === 0;
    this.#rig = rig;
  }

  get pid(): number {
    return this.identity.pid;
  }

  get slot(): number {
    return this.identity.slot;
  }

  /** The operating system's pid; 0 before the start and when it could not be executed. */
  get osPid(): number {
    return this.#state.kind === 'waiting' ? 0 : this.#state.osPid;
  }

  get kind(): InstanceState['kind'] {
    return this.#state.kind;
  }

  /** Its state as reconcile sees it. */
  get state(): Occupant['state'] {
    return this.#fate ?? 'up';
  }

  get ref(): ProcessRef {
    return { pid: this.pid, osPid: this.osPid, slot: this.slot, committed: this.committed };
  }

  /** Milliseconds since its start. */
  get ageMs(): number {
    return this.#rig.clock.now() - this.#startedAtMs;
  }

  /** The port that it was given. */
  get port(): number | undefined {
    return this.#launch?.port;
  }

  /** Its streams by label. */
  get streams(): ReadonlyMap<string, ChildStream> {
    return this.#streams;
  }

  /** The streams that it writes to, by label. */
  get outputs(): ReadonlyMap<string, ChildStream> {
    return new Map([...this.#streams].filter(([label]) => label !== 'stdin'));
  }

  /** Calls back when the process has ended and its output is read, or could not be started. */
  onExit(listener: (exit: ProcessExit) => void): void {
    this.#exitListeners.push(listener);
  }

  /** Works out what will be executed, so that it can be looked at before {@link start}. Answers why it can't be, if so. */
  prepare(): string | undefined {
    const { jobName, slot, settings, extraEnv } = this.identity;
    const context: LaunchContext = { jobName, slot, runId: this.#rig.runId, osEnv: this.#rig.osEnv, extraEnv };
    try {
      this.#launch = prepareLaunch(settings, context);
      return undefined;
    } catch (error) {
      return launchFailure(error);
    }
  }

  /** Starts the process. */
  start(): void {
    this.#startedAtMs = this.#rig.clock.now();
    this.#startedWallMs = this.#rig.clock.wallTime();
    const problem = this.#launch === undefined ? this.prepare() : undefined;
    const child = this.#launch === undefined ? notStarted({ kind: 'not_started', reason: problem ?? '', code: 126 }) : this.#spawn(this.#launch);
    this.#state = { kind: 'running', osPid: child.osPid ?? 0 };
    child.onExit((exit) => this.#afterDrain(() => this.#exited(exit)));
  }

  #spawn(launch: Launch): Child {
    const { file, args, env, cwd, uid, gid } = launch;
    const pipes = new InstancePipes(this.identity.settings, launch.identity, this.#rig);
    const child = this.#rig.spawn({ file, args, env, cwd, uid, gid, stdio: pipes.stdio });
    this.#streams = pipes.open(child);
    if (child.osPid !== undefined) {
      this.#rig.record.add(child.osPid, readProcess(child.osPid)?.startTime ?? '');
    }
    return child;
  }

  /** Waits until the outputs are read to their end, but not long: others may hold the pipe, or a slow reader may. */
  #afterDrain(done: () => void): void {
    const open = [...this.outputs.values()].filter((stream) => !stream.hasEnded);
    if (open.length === 0) {
      done();
      return;
    }
    let left = open.length;
    const cancel = this.#rig.clock.after(DRAIN_MS, () => {
      left = -1;
      done();
    });
    for (const stream of open) {
      stream.onEnd(() => {
        left -= 1;
        if (left === 0) {
          cancel();
          done();
        }
      });
    }
  }

  #exited(exit: ProcessExit): void {
    const { osPid } = this;
    if (this.#state.kind === 'ending') {
      this.#state.end.leaderExited();
      this.#state = { kind: 'exited', osPid, end: this.#state.end };
    } else if (sendSignal(-osPid, 0)) {
      this.#state = { kind: 'exited', osPid, end: undefined };
    } else {
      this.#gone(osPid);
    }
    this.#streams.get('stdin')?.close();
    for (const listener of this.#exitListeners) {
      listener(exit);
    }
  }

  /**
   * Ends the process and its group.
   * @param fate what becomes of its slot; `leaving` once said is not taken back
   * @returns resolves when nobody is left
   */
  async end(fate: 'replaced' | 'leaving', options: EndOptions): Promise<void> {
    this.#fate = this.#fate === 'leaving' ? 'leaving' : fate;
    const state = this.#state;
    switch (state.kind) {
      case 'waiting':
        this.#state = { kind: 'gone', osPid: 0 };
        return;
      case 'running': {
        if (state.osPid !== 0) {
          const end = new GroupEnd(state.osPid, options, this.#rig.clock, false);
          this.#state = { kind: 'ending', osPid: state.osPid, end };
          await this.#over(end, state.osPid);
        }
        return;
      }
      case 'ending':
        await state.end.done;
        return;
      case 'exited': {
        const end = state.end ?? new GroupEnd(state.osPid, options, this.#rig.clock, true);
        this.#state = { kind: 'exited', osPid: state.osPid, end };
        await this.#over(end, state.osPid);
        return;
      }
      case 'gone':
    }
  }

  async #over(end: GroupEnd, osPid: number): Promise<void> {
    if (await end.done) {
      this.#gone(osPid);
    }
  }

  #gone(osPid: number): void {
    if (this.#state.kind !== 'gone') {
      this.#state = { kind: 'gone', osPid };
      this.#rig.record.remove(osPid);
    }
  }

  /** It gets no successor after all. */
  release(): void {
    this.#fate = 'leaving';
  }

  /** Kills the group now, if it is being ended. */
  kill(): void {
    if (this.#state.kind === 'ending' || this.#state.kind === 'exited') {
      this.#state.end?.kill();
    }
  }

  /** Sends a signal to the process; false when it has ended. */
  signal(signal: SignalName): boolean {
    return (this.#state.kind === 'running' || this.#state.kind === 'ending') && sendSignal(this.#state.osPid, signal);
  }

  /** What an overview tells about it, without what it uses. */
  glance(): Omit<ProcessOverview, keyof ProcessStats> {
    return {
      pid: this.pid,
      os_pid: this.osPid,
      slot: this.slot,
      create_time: this.#startedWallMs / 1000,
      restarts: this.identity.restarts,
      commited: this.committed,
      stopping: this.state !== 'up',
    };
  }

  /** What is told about it. */
  info(): ProcessInfo {
    const { settings, jobName, restarts } = this.identity;
    return {
      pid: this.pid,
      name: jobName,
      cmd: this.#launch?.cmd ?? settings.words[0] ?? '',
      args: this.#launch?.cmdArgs ?? [],
      env: { ...this.#launch?.env },
      uid: this.#launch?.identity?.uid ?? null,
      gid: this.#launch?.identity?.gid ?? null,
      os_pid: this.osPid,
      create_time: this.#startedWallMs / 1000,
      commited: this.committed,
      redirect_output: settings.outputs,
      redirect_input: settings.input,
      custom_streams: settings.customStreams,
      active: this.#state.kind === 'running' || this.#state.kind === 'ending',
      slot: this.slot,
      restarts,
    };
  }
}

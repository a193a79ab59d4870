import { isSameButCount, type JobConfig, type JobSettings, settingsOf } from '../job/config.ts';
import type { GafferEventBody } from '../job/event.ts';
import type { ProcessExit } from '../job/exit.ts';
import { judgeExit } from '../job/exit-verdict.ts';
import { type FlappingHistory, NO_EXITS } from '../job/flapping.ts';
import type { JobInfo, JobState } from '../job/info.ts';
import { formatJobName, type JobName } from '../job/name.ts';
import type { CommitOptions } from '../job/node.ts';
import { reconcile } from '../job/reconcile.ts';
import { applyScale, type ScaleOperand } from '../job/scale.ts';
import type { SignalName } from '../job/signal.ts';
import { Instance, type InstanceRig } from './instance.ts';
import { endOptionsOf, JobInstances, lastWords } from './job-instances.ts';

/** What a job needs of its supervisor. */
export interface JobRig extends InstanceRig {
  publish(event: GafferEventBody): void;
  /** Starts an instance as soon as it is its turn. */
  launch(instance: Instance): Promise<void>;
  nextPid(): number;
  /** Something has ended: perhaps nothing runs any more. */
  settled(): void;
  /** The first exit ends the session: `on_exit` is `stop`. */
  endSession(session: string): void;
}

type Phase =
  /** `told`: somebody has stopped it; if not, it waits for its first start. */
  | { readonly kind: 'stopped'; readonly told: boolean }
  | { readonly kind: 'started' }
  | { readonly kind: 'paused'; readonly cancel: () => void }
  | { readonly kind: 'given_up' }
  | { readonly kind: 'done' };

/** A job: its configuration, how many instances are wanted, and those that there are. */
export class Job {
  readonly name: JobName;
  readonly fullName: string;
  readonly #rig: JobRig;
  #config: JobConfig;
  #settings: JobSettings;
  #phase: Phase = { kind: 'stopped', told: false };
  #target: number;
  #history: FlappingHistory = NO_EXITS;
  readonly #instances = new JobInstances();
  /** An instance has ended by itself and got no successor. */
  #didWithout = false;
  #cancelRetry: () => void = () => undefined;

  constructor(name: JobName, config: JobConfig, rig: JobRig) {
    this.name = name;
    this.fullName = formatJobName(name);
    this.#rig = rig;
    this.#config = config;
    this.#settings = settingsOf(config);
    this.#target = this.#settings.numprocesses;
  }

  get settings(): JobSettings {
    return this.#settings;
  }

  get state(): JobState {
    return this.#phase.kind;
  }

  /** Pids of supervised processes that were not told to end. */
  get pids(): number[] {
    return this.#instances.pids;
  }

  /** Every process there is, supervised and committed. */
  get instances(): readonly Instance[] {
    return this.#instances.all;
  }

  /** The same, and the last that have ended. */
  get recentInstances(): readonly Instance[] {
    return this.#instances.recent;
  }

  /** Whether nothing runs and nothing will by itself. */
  get isOver(): boolean {
    const waits = this.#phase.kind === 'paused' || (this.#phase.kind === 'started' && this.#target > 0);
    return !waits && this.#instances.isEmpty;
  }

  /** Whether it is over and nobody is expected to start it again: it is done, given up, or was never to have a process. */
  get isFinished(): boolean {
    const { kind } = this.#phase;
    return this.isOver && (kind === 'done' || kind === 'given_up' || (kind === 'started' && this.#settings.numprocesses === 0));
  }

  /** Starts with as many instances as the configuration says, with a clean record. */
  async start(): Promise<void> {
    this.#begin();
    this.#publish({ type: 'start', name: this.fullName, target: this.#target });
    await this.#apply();
  }

  /** Stops everything; resolves when nobody is left. */
  async stop(): Promise<void> {
    this.#leavePhase();
    this.#phase = { kind: 'stopped', told: true };
    this.#target = 0;
    this.#publish({ type: 'stop', name: this.fullName });
    this.#rig.settled();
    await this.#endAll('leaving');
  }

  /** Stops everything without the grace time. */
  kill(): void {
    if (this.#phase.kind !== 'stopped' || this.instances.some((instance) => instance.state === 'up')) {
      void this.stop();
    }
    for (const instance of [...this.instances, ...this.#instances.leftovers]) {
      instance.kill();
    }
  }

  /** Replaces every process by one with the present configuration. */
  async reload(): Promise<void> {
    this.#begin();
    this.#publish({ type: 'reload', name: this.fullName });
    const old = this.#endAll('replaced');
    await this.#apply();
    await old;
  }

  /** Stops all processes, each gets a successor; a job that does not run is started. */
  async restart(): Promise<void> {
    if (this.#phase.kind !== 'started') {
      await this.start();
      return;
    }
    await this.#endAll('replaced');
  }

  /** Replaces the configuration. */
  async update(config: JobConfig): Promise<void> {
    const onlyScaled = isSameButCount(this.#config, config);
    const { start } = config;
    this.#config = config;
    this.#settings = settingsOf(config);
    if (start === false) {
      return;
    }
    if (onlyScaled && this.#phase.kind === 'started') {
      await this.scale({ op: '=', n: this.#settings.numprocesses });
      return;
    }
    const old = this.#endAll('replaced');
    await this.start();
    await old;
  }

  /** Changes how many are wanted. On a job that was stopped, pauses or was given up only the number changes. */
  async scale(operand: ScaleOperand): Promise<number> {
    const target = applyScale(this.#target, operand);
    this.#target = target;
    this.#publish({ type: 'update', name: this.fullName, target });
    const rests = this.#phase.kind === 'done' || (this.#phase.kind === 'stopped' && !this.#phase.told);
    if (rests && target > 0) {
      this.#phase = { kind: 'started' };
    }
    await this.#apply();
    this.#rig.settled();
    return target; // and not what others have made of it meanwhile
  }

  /** Starts one process outside supervision. */
  async commit(options: CommitOptions = {}): Promise<number> {
    const { gracefulTimeoutMs = this.#settings.gracefulTimeoutMs, env } = options;
    const settings = { ...this.#settings, gracefulTimeoutMs };
    const instance = this.#newInstance(0, settings, env);
    this.#instances.add(instance);
    await this.#rig.launch(instance);
    return instance.pid;
  }

  /** Ends one process; a supervised one is replaced, or with `leaving` the number that is wanted falls by one. */
  async stopInstance(instance: Instance, fate: 'replaced' | 'leaving' = 'replaced'): Promise<void> {
    if (fate === 'leaving' && !instance.committed) {
      this.#target = Math.max(0, this.#target - 1);
    }
    await this.#stop(instance, fate);
  }

  /** Sends a signal to all processes. */
  signal(signal: SignalName): void {
    this.#publish({ type: 'kill', name: this.fullName, signal, process: undefined });
    for (const instance of this.instances) {
      this.signalInstance(instance, signal);
    }
  }

  /** Sends a signal to one process. */
  signalInstance(instance: Instance, signal: SignalName): void {
    this.#publish({ type: 'kill', name: this.fullName, signal, process: instance.ref });
    instance.signal(signal);
  }

  info(): JobInfo {
    const { start: _, custom_channels: __, ...config } = this.#config;
    const committed = this.#instances.committed.map((instance) => instance.pid);
    const processes = [...this.pids, ...committed];
    return {
      name: this.fullName,
      active: processes.length > 0,
      running: processes.length,
      running_out: committed.length,
      max_processes: this.#target,
      processes,
      config,
      state: this.state,
    };
  }

  /** The one thing a job does after every change: start what is missing, end what is too much. */
  async #apply(vacated?: number): Promise<void> {
    const plan = reconcile(this.#phase.kind === 'started' ? this.#target : 0, this.#instances.supervised, vacated);
    for (const instance of plan.release) {
      instance.release();
    }
    for (const instance of plan.stop) {
      void this.#stop(instance, 'leaving', 'reap');
    }
    const started = plan.start.map((slot) => this.#newInstance(slot, this.#settings));
    this.#instances.add(...started);
    await Promise.all(started.map((instance) => this.#rig.launch(instance)));
  }

  #newInstance(slot: number, settings: JobSettings, extraEnv?: Readonly<Record<string, string>>): Instance {
    const restarts = this.#instances.countStart(slot);
    const identity = { pid: this.#rig.nextPid(), jobName: this.fullName, slot, settings, restarts, extraEnv };
    const instance = new Instance(identity, this.#rig);
    instance.onExit((exit) => this.#exited(instance, exit));
    return instance;
  }

  #exited(instance: Instance, exit: ProcessExit): void {
    const requested = instance.state !== 'up';
    this.#publish({ type: 'exit', name: this.fullName, process: instance.ref, exit, requested, ranMs: instance.ageMs });
    if (requested) {
      return; // whoever asked for it goes on when the whole group is gone
    }
    this.#remove(instance);
    if (instance.kind === 'exited') {
      this.#instances.leave(instance);
    }
    if (instance.committed || this.#settings.onExit === 'restart') {
      void this.#instances.endLeftovers(instance);
    }
    if (!instance.committed && this.#phase.kind === 'started') {
      this.#endedByItself(instance, exit);
    }
  }

  /** Does what an exit means that gaffer did not cause. */
  #endedByItself(instance: Instance, exit: ProcessExit): void {
    const verdict = judgeExit(this.#settings, exit, this.#history, this.#rig.clock.now());
    if ('history' in verdict) {
      this.#history = verdict.history;
    }
    switch (verdict.kind) {
      case 'end_session':
        this.#finish();
        this.#rig.endSession(this.name.session);
        return;
      case 'do_without':
        this.#didWithout = true;
        this.#target = Math.max(0, this.#target - 1);
        this.#finishIfEmpty();
        return;
      case 'replace':
        this.#replace(instance.slot, verdict.afterMs);
        return;
      case 'pause': {
        this.#pause(verdict.pauseMs);
        const { history, pauseMs } = verdict;
        const maxRetry = this.#settings.flapping?.maxRetry ?? 0;
        this.#publish({ type: 'flap', name: this.fullName, retry: history.retries, maxRetry, pauseMs });
        void this.#endAll('leaving');
        return;
      }
      case 'give_up':
        this.#phase = { kind: 'given_up' };
        this.#publish({ type: 'give_up', name: this.fullName, tail: lastWords(instance) });
        void this.#endAll('leaving');
    }
  }

  /** A job that ignores exits is done when its last instance is gone; one that was only scaled to nothing is not. */
  #finishIfEmpty(): void {
    if (this.#didWithout && this.#phase.kind === 'started' && this.#target === 0 && this.#instances.supervised.length === 0) {
      this.#finish();
    }
  }

  #finish(): void {
    this.#phase = { kind: 'done' };
    this.#publish({ type: 'done', name: this.fullName });
    this.#rig.settled();
  }

  #replace(slot: number, afterMs: number): void {
    if (afterMs === 0) {
      void this.#apply(slot);
    } else {
      this.#cancelRetry();
      this.#cancelRetry = this.#rig.clock.after(afterMs, () => void this.#apply(slot));
    }
  }

  #pause(ms: number): void {
    const cancel = this.#rig.clock.after(ms, () => {
      this.#phase = { kind: 'started' };
      this.#rig.settled();
      void this.#apply();
    });
    this.#phase = { kind: 'paused', cancel };
  }

  #begin(): void {
    this.#leavePhase();
    this.#phase = { kind: 'started' };
    this.#target = this.#settings.numprocesses;
    this.#history = NO_EXITS;
    this.#didWithout = false;
  }

  #leavePhase(): void {
    this.#cancelRetry();
    if (this.#phase.kind === 'paused') {
      this.#phase.cancel();
    }
  }

  async #endAll(fate: 'replaced' | 'leaving'): Promise<void> {
    const supervised = this.#instances.supervised.map((instance) => this.#stop(instance, fate));
    const committed = this.#instances.committed.map((instance) => this.#stop(instance, 'leaving'));
    const leftovers = this.#instances.leftovers.map((instance) => this.#instances.endLeftovers(instance));
    await Promise.all([...supervised, ...committed, ...leftovers]);
  }

  /** Ends an instance and tells of it, once; of one that is no process yet, or any more, there is nothing to tell. */
  async #stop(instance: Instance, fate: 'replaced' | 'leaving', type: 'stop_process' | 'reap' = 'stop_process'): Promise<void> {
    const isNews = instance.kind === 'running' && instance.osPid !== 0;
    const ended = this.#end(instance, fate);
    if (isNews) {
      this.#publish({ type, name: this.fullName, process: instance.ref }); // it counts as told by now: a listener may stop it once more
    }
    await ended;
  }

  async #end(instance: Instance, fate: 'replaced' | 'leaving'): Promise<void> {
    await instance.end(fate, endOptionsOf(instance));
    if (this.#remove(instance) && !instance.committed) {
      this.#finishIfEmpty();
      await this.#apply(instance.slot);
    }
  }

  /** Takes an instance off the lists; false when it was off already. */
  #remove(instance: Instance): boolean {
    this.#rig.settled();
    return this.#instances.remove(instance);
  }

  #publish(event: GafferEventBody): void {
    this.#rig.publish(event);
  }
}

import { isSameButCount, type JobConfig, type JobSettings, settingsOf } from '../job/config.ts';
import type { GafferEventBody } from '../job/event.ts';
import type { ProcessExit } from '../job/exit.ts';
import { judgeExit } from '../job/exit-verdict.ts';
import type { JobInfo, JobState } from '../job/info.ts';
import { formatJobName, type JobName } from '../job/name.ts';
import type { CommitOptions } from '../job/node.ts';
import { reconcile } from '../job/reconcile.ts';
import { applyScale, type ScaleOperand } from '../job/scale.ts';
import type { SignalName } from '../job/signal.ts';
import { Instance, type InstanceRig } from './instance.ts';
import { type CourseNote, JobCourse } from './job-course.ts';
import { endOptionsOf, JobInstances, lastWords } from './job-instances.ts';

/** What a job needs of its supervisor. */
export interface JobRig extends InstanceRig {
  publish(event: GafferEventBody): void;
  /** Starts an instance as soon as it is its turn. */
  launch(job: Job, instance: Instance): Promise<void>;
  nextPid(): number;
  /** The supervisor ends: a successor goes on where jobs were before that. */
  isEnding: boolean;
  /** Something has ended: perhaps nothing runs any more. */
  settled(): void;
  /** The first exit ends the session: `on_exit` is `stop`. */
  endSession(session: string): void;
}

/** What a successor of the supervisor has to know of a job, and of what it does changes seldom. */
export interface JobNote {
  readonly session: string;
  readonly config: JobConfig;
  /** It was unloaded, and its processes are ended. */
  readonly isLeaving?: boolean;
}

/** A job: its configuration, how many instances are wanted, and those that there are. */
export class Job {
  readonly name: JobName;
  readonly fullName: string;
  readonly #rig: JobRig;
  #config: JobConfig;
  #settings: JobSettings;
  readonly #course: JobCourse;
  readonly #instances = new JobInstances();

  constructor(name: JobName, config: JobConfig, rig: JobRig) {
    this.name = name;
    this.fullName = formatJobName(name);
    this.#rig = rig;
    this.#config = config;
    this.#settings = settingsOf(config);
    this.#course = new JobCourse(rig.clock, this.#settings.numprocesses);
  }

  /** Goes on where a predecessor of the supervisor was. @param found its processes, oldest first */
  resume(course: CourseNote | undefined, found: readonly Instance[]): void {
    if (course !== undefined) {
      this.#course.resume(course, { goOn: () => this.#goOn(), again: () => this.#apply() });
    }
    for (const instance of found) {
      instance.onExit((exit) => this.#exited(instance, exit));
    }
    this.#instances.resume(found);
  }

  /** Tells of the starts that its predecessor has not told of. */
  tellStarts(): void {
    for (const instance of this.instances.filter(({ wasTold, osPid }) => !wasTold && osPid !== 0)) {
      this.tellStart(instance);
    }
  }

  /** Does what its predecessor has not come to: ends whom it wanted to end, starts what is missing. */
  catchUp(): void {
    void this.#change(() => {
      for (const instance of this.instances) {
        if (instance.state !== 'up') {
          void this.#end(instance, instance.state);
        }
      }
      for (const instance of this.#instances.leftovers) {
        if (instance.committed || this.#settings.onExit === 'restart') {
          void this.#instances.endLeftovers(instance);
        }
      }
      return this.#apply();
    });
  }

  /** Has a successor of the supervisor know of it; of one that leaves, until that is done. */
  keep(isLeaving = false): void {
    const { custom_channels: _, ...config } = this.#config;
    this.#rig.keeping.note(`job ${this.fullName}`, { session: this.name.session, config, ...(isLeaving && { isLeaving }) } satisfies JobNote);
  }

  /** Nobody asks for it any more. */
  forget(): void {
    this.#instances.forget();
  }

  /** Tells that a process has been started. */
  tellStart(instance: Instance): void {
    this.#rig.keeping.together(() => {
      instance.told();
      const { detach } = instance.identity.settings;
      this.#publish({ type: 'spawn', name: this.fullName, process: instance.ref, ...(detach && { detached: true }) });
    });
  }

  get settings(): JobSettings {
    return this.#settings;
  }

  get state(): JobState {
    return this.#course.kind;
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

  /** How many processes there are, or groups of which others are left. */
  get remaining(): number {
    return this.instances.length + this.#instances.leftovers.length;
  }

  /** Whether nothing runs and nothing will by itself. */
  get isOver(): boolean {
    return !this.#course.goesOn && this.#instances.isEmpty;
  }

  /** Whether it is over and nobody is expected to start it again: it is done, given up, or was never to have a process. */
  get isFinished(): boolean {
    const { kind } = this.#course;
    return this.isOver && (kind === 'done' || kind === 'given_up' || (kind === 'started' && this.#settings.numprocesses === 0));
  }

  /** Starts with as many instances as the configuration says, with a clean record. */
  async start(): Promise<void> {
    await this.#change(() => {
      this.#course.begin(this.#settings.numprocesses);
      this.#publish({ type: 'start', name: this.fullName, target: this.#course.target });
      return this.#apply();
    });
  }

  /** Stops everything; resolves when nobody is left. */
  async stop(): Promise<void> {
    await this.#change(() => {
      this.#course.stop();
      this.#publish({ type: 'stop', name: this.fullName });
      this.#rig.settled();
      return this.#endAll('leaving');
    });
  }

  /** Stops everything without the grace time. */
  kill(): void {
    if (this.#course.kind !== 'stopped' || this.instances.some((instance) => instance.state === 'up')) {
      void this.stop();
    }
    for (const instance of [...this.instances, ...this.#instances.leftovers]) {
      instance.kill();
    }
  }

  /** Replaces every process by one with the present configuration. */
  async reload(): Promise<void> {
    await this.#change(async () => {
      this.#course.begin(this.#settings.numprocesses);
      this.#publish({ type: 'reload', name: this.fullName });
      await this.#replaceAll();
    });
  }

  /** Stops all processes, each gets a successor; a job that does not run is started. */
  async restart(): Promise<void> {
    await (this.#course.kind === 'started' ? this.#change(() => this.#endAll('replaced')) : this.start());
  }

  /** Ends what there is, and starts what is wanted beside it. */
  async #replaceAll(): Promise<void> {
    const old = this.#endAll('replaced');
    await this.#apply();
    await old;
  }

  /** Replaces the configuration. */
  async update(config: JobConfig): Promise<void> {
    await this.#change(async () => {
      const onlyScaled = isSameButCount(this.#config, config);
      const { start } = config;
      this.#config = config;
      this.#settings = settingsOf(config);
      this.keep();
      if (start === false) {
        return;
      }
      if (onlyScaled && this.#course.kind === 'started') {
        await this.scale({ op: '=', n: this.#settings.numprocesses });
        return;
      }
      const old = this.#endAll('replaced');
      await this.start();
      await old;
    });
  }

  /** Changes how many are wanted. On a job that was stopped, pauses or was given up only the number changes. */
  async scale(operand: ScaleOperand): Promise<number> {
    const target = applyScale(this.#course.target, operand);
    await this.#change(() => {
      this.#publish({ type: 'update', name: this.fullName, target });
      this.#course.aim(target);
      return this.#apply();
    });
    this.#rig.settled();
    return target; // and not what others have made of it meanwhile
  }

  /** Starts one process outside supervision. */
  async commit(options: CommitOptions = {}): Promise<number> {
    const { gracefulTimeoutMs = this.#settings.gracefulTimeoutMs, env } = options;
    const settings = { ...this.#settings, gracefulTimeoutMs };
    const instance = this.#newInstance(0, settings, env);
    this.#instances.add(instance);
    await this.#rig.launch(this, instance);
    return instance.pid;
  }

  /** Ends one process; a supervised one is replaced, or with `leaving` the number that is wanted falls by one. */
  async stopInstance(instance: Instance, fate: 'replaced' | 'leaving' = 'replaced'): Promise<void> {
    await this.#change(() => {
      if (fate === 'leaving' && !instance.committed) {
        this.#course.drop();
      }
      return this.#stop(instance, fate);
    });
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
      max_processes: this.#course.target,
      processes,
      config,
      state: this.state,
    };
  }

  /** The one thing a job does after every change: start what is missing, end what is too much. */
  async #apply(vacated?: number): Promise<void> {
    const plan = reconcile(this.#course.wanted, this.#instances.supervised, vacated);
    for (const instance of plan.release) {
      instance.release();
    }
    for (const instance of plan.stop) {
      void this.#stop(instance, 'leaving', 'reap');
    }
    const started = plan.start.map((slot) => this.#newInstance(slot, this.#settings));
    this.#instances.add(...started);
    await Promise.all(started.map((instance) => this.#rig.launch(this, instance)));
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
    if (!instance.committed && this.#course.kind === 'started') {
      void this.#change(() => this.#endedByItself(instance, exit));
    }
  }

  /** Does what an exit means that gaffer did not cause. */
  #endedByItself(instance: Instance, exit: ProcessExit): void {
    const verdict = judgeExit(this.#settings, exit, this.#course.history, instance.endedAtMs ?? this.#rig.clock.now());
    if ('history' in verdict) {
      this.#course.remember(verdict.history);
    }
    switch (verdict.kind) {
      case 'end_session':
        this.#finish();
        this.#rig.endSession(this.name.session);
        return;
      case 'do_without':
        this.#course.doWithout();
        this.#finishIfEmpty();
        return;
      case 'replace':
        if (verdict.afterMs === 0) {
          void this.#apply(instance.slot);
        } else {
          this.#course.retry(verdict.afterMs, () => this.#tryAgain(instance.slot));
        }
        return;
      case 'pause': {
        const { history, pauseMs } = verdict;
        this.#course.pause(pauseMs, () => this.#goOn());
        const maxRetry = this.#settings.flapping?.maxRetry ?? 0;
        this.#publish({ type: 'flap', name: this.fullName, retry: history.retries, maxRetry, pauseMs });
        void this.#endAll('leaving');
        return;
      }
      case 'give_up':
        this.#course.giveUp();
        this.#publish({ type: 'give_up', name: this.fullName, tail: lastWords(instance) });
        void this.#endAll('leaving');
    }
  }

  #goOn(): void {
    void this.#change(() => {
      this.#rig.settled();
      return this.#apply();
    });
  }

  #tryAgain(slot?: number): void {
    void this.#change(() => this.#apply(slot));
  }

  /** A job that ignores exits is done when its last instance is gone; one that was only scaled to nothing is not. */
  #finishIfEmpty(): void {
    if (this.#course.ranOut && this.#instances.supervised.length === 0) {
      this.#finish();
    }
  }

  #finish(): void {
    this.#course.finish();
    this.#publish({ type: 'done', name: this.fullName });
    this.#rig.settled();
  }

  async #endAll(fate: 'replaced' | 'leaving'): Promise<void> {
    const supervised = this.#instances.supervised.map((instance) => this.#stop(instance, fate));
    const committed = this.#instances.committed.map((instance) => this.#stop(instance, 'leaving'));
    const leftovers = this.#instances.leftovers.map((instance) => this.#instances.endLeftovers(instance));
    await Promise.all([...supervised, ...committed, ...leftovers]);
  }

  /** Ends an instance and tells of it, once; of one that is no process yet, or any more, there is nothing to tell. */
  async #stop(instance: Instance, fate: 'replaced' | 'leaving', type: 'stop_process' | 'reap' = 'stop_process'): Promise<void> {
    if (instance.kind === 'starting') {
      instance.intend(fate);
      await instance.started;
    }
    const isNews = instance.kind === 'running' && instance.osPid !== 0;
    const ended = this.#end(instance, fate);
    if (isNews) {
      this.#publish({ type, name: this.fullName, process: instance.ref }); // it counts as told by now: a listener may stop it once more
    }
    await ended;
  }

  async #end(instance: Instance, fate: 'replaced' | 'leaving'): Promise<void> {
    await instance.end(fate, endOptionsOf(instance));
    await this.#change(async () => {
      if (this.#remove(instance) && !instance.committed) {
        this.#finishIfEmpty();
        await this.#apply(instance.slot);
      }
    });
  }

  /** Takes an instance off the lists; false when it was off already. */
  #remove(instance: Instance): boolean {
    this.#rig.settled();
    return this.#instances.remove(instance);
  }

  /** Makes a change that is kept in one piece, with where the job has got to by then. */
  #change<T>(change: () => T): T {
    return this.#rig.keeping.together(() => {
      if (!this.#rig.isEnding) {
        this.#rig.keeping.lateNote(`course ${this.fullName}`, () => this.#course.note());
      }
      return change();
    });
  }

  #publish(event: GafferEventBody): void {
    this.#rig.publish(event);
  }
}

import { isSameButCount, type JobConfig, type JobSettings, settingsOf } from '../job/config.ts';
import type { JobInfo, JobState } from '../job/info.ts';
import { formatJobName, type JobName } from '../job/name.ts';
import type { CommitOptions } from '../job/node.ts';
import { applyScale, type ScaleOperand } from '../job/scale.ts';
import type { SignalName } from '../job/signal.ts';
import { Crew, type CrewRig } from './crew.ts';
import type { Instance } from './instance.ts';
import { JobCourse } from './job-course.ts';
import { JobFortune } from './job-fortune.ts';
import { type JobNote, noteOfJob, noteOfProgress, type ProgressNote } from './job-note.ts';

/** What a job needs of its supervisor. */
export interface JobRig extends CrewRig {
  /** Starts an instance as soon as it is its turn. */
  launch(job: Job, instance: Instance): Promise<void>;
  /** The supervisor ends: a successor goes on where jobs were before that. */
  isEnding: boolean;
  /** The first exit ends the session: `on_exit` is `stop`. */
  endSession(session: string): void;
}

/** A job: its configuration, how many instances are wanted, and those that there are. */
export class Job {
  readonly name: JobName;
  readonly fullName: string;
  readonly #rig: JobRig;
  #config: JobConfig;
  #settings: JobSettings;
  readonly #course: JobCourse;
  readonly #crew: Crew;
  readonly #fortune: JobFortune;
  #isLeaving = false;

  constructor(name: JobName, config: JobConfig, rig: JobRig) {
    this.name = name;
    this.fullName = formatJobName(name);
    this.#rig = rig;
    this.#config = config;
    this.#settings = settingsOf(config);
    this.#course = new JobCourse(rig.clock, this.#settings.numprocesses);
    const settings = (): JobSettings => this.#settings;
    const own = {
      fullName: this.fullName,
      get settings() {
        return settings();
      },
      course: this.#course,
      change: <T>(change: () => T): T => this.#change(change),
    };
    this.#crew = new Crew(own, rig, {
      launch: (instance) => rig.launch(this, instance),
      endedByItself: (instance, exit) => this.#fortune.endedByItself(instance, exit),
      gone: () => this.#fortune.finishIfEmpty(),
    });
    this.#fortune = new JobFortune(own, rig, { crew: this.#crew, endSession: () => rig.endSession(name.session) });
  }

  get settings(): JobSettings {
    return this.#settings;
  }

  get state(): JobState {
    return this.#course.kind;
  }

  /** Pids of supervised processes that were not told to end. */
  get pids(): number[] {
    return this.#crew.instances.pids;
  }

  /** Every process there is, supervised and committed. */
  get instances(): readonly Instance[] {
    return this.#crew.instances.all;
  }

  /** The same, and the last that have ended. */
  get recentInstances(): readonly Instance[] {
    return this.#crew.instances.recent;
  }

  /** How many processes there are, or groups of which others are left. */
  get remaining(): number {
    return this.instances.length + this.#crew.instances.leftovers.length;
  }

  /** Whether nothing runs and nothing will by itself. */
  get isOver(): boolean {
    return !this.#course.goesOn && this.#crew.instances.isEmpty;
  }

  /** Whether it is over and nobody is expected to start it again: it is done, given up, or was never to have a process. */
  get isFinished(): boolean {
    const { kind } = this.#course;
    return this.isOver && (kind === 'done' || kind === 'given_up' || (kind === 'started' && this.#settings.numprocesses === 0));
  }

  /** Goes on where a predecessor of the supervisor was. @param found its processes, oldest first */
  resume(progress: ProgressNote | undefined, found: readonly Instance[]): void {
    if (progress !== undefined) {
      this.#fortune.resume(progress);
    }
    this.#crew.resume(found, progress?.starts ?? []);
  }

  /** Does what its predecessor has not come to: ends whom it wanted to end, starts what is missing. */
  catchUp(): void {
    this.#change(() => this.#crew.catchUp());
  }

  /** Has a successor of the supervisor know of it, behind those that are known. */
  keep(): void {
    this.#rig.keeping.note(noteOfJob(this.fullName), undefined);
    this.#tellNote();
  }

  /** It was unloaded: a successor only has to end it. */
  leave(): void {
    this.#isLeaving = true;
    this.#tellNote();
  }

  /** Nobody asks for its processes any more. */
  forget(): void {
    this.#crew.instances.forget();
  }

  /** Starts with as many instances as the configuration says, with a clean record. */
  async start(): Promise<void> {
    await this.#change(() => {
      this.#course.begin(this.#settings.numprocesses);
      this.#rig.publish({ type: 'start', name: this.fullName, target: this.#course.target });
      return this.#crew.apply();
    });
  }

  /** Stops everything; resolves when nobody is left. */
  async stop(): Promise<void> {
    await this.#change(() => {
      this.#course.stop();
      this.#rig.publish({ type: 'stop', name: this.fullName });
      this.#rig.settled();
      return this.#crew.endAll('leaving');
    });
  }

  /** Stops everything without the grace time. */
  kill(): void {
    if (this.#course.kind !== 'stopped' || this.instances.some((instance) => instance.state === 'up')) {
      void this.stop();
    }
    this.#crew.kill();
  }

  /** Replaces every process by one with the present configuration. */
  async reload(): Promise<void> {
    await this.#change(async () => {
      this.#course.begin(this.#settings.numprocesses);
      this.#rig.publish({ type: 'reload', name: this.fullName });
      const old = this.#crew.endAll('replaced');
      await this.#crew.apply();
      await old;
    });
  }

  /** Stops all processes, each gets a successor; a job that does not run is started. */
  async restart(): Promise<void> {
    await (this.#course.kind === 'started' ? this.#change(() => this.#crew.endAll('replaced')) : this.start());
  }

  /** Replaces the configuration. */
  async update(config: JobConfig): Promise<void> {
    await this.#change(async () => {
      const onlyScaled = isSameButCount(this.#config, config);
      const { start } = config;
      this.#config = config;
      this.#settings = settingsOf(config);
      this.#tellNote();
      if (start === false) {
        return;
      }
      if (onlyScaled && this.#course.kind === 'started') {
        await this.scale({ op: '=', n: this.#settings.numprocesses });
        return;
      }
      const old = this.#crew.endAll('replaced');
      await this.start();
      await old;
    });
  }

  /** Changes how many are wanted. On a job that was stopped, pauses or was given up only the number changes. */
  async scale(operand: ScaleOperand): Promise<number> {
    const target = applyScale(this.#course.target, operand);
    await this.#change(() => {
      this.#rig.publish({ type: 'update', name: this.fullName, target });
      this.#course.aim(target);
      return this.#crew.apply();
    });
    this.#rig.settled();
    return target; // and not what others have made of it meanwhile
  }

  /** Starts one process outside supervision. */
  async commit(options: CommitOptions = {}): Promise<number> {
    const { gracefulTimeoutMs = this.#settings.gracefulTimeoutMs, env } = options;
    return await this.#crew.commit({ ...this.#settings, gracefulTimeoutMs }, env);
  }

  /** Ends one process; a supervised one is replaced, or with `leaving` the number that is wanted falls by one. */
  async stopInstance(instance: Instance, fate: 'replaced' | 'leaving' = 'replaced'): Promise<void> {
    await this.#change(() => {
      if (fate === 'leaving' && !instance.committed) {
        this.#course.drop();
      }
      return this.#crew.stop(instance, fate);
    });
  }

  /** Sends a signal to all processes. */
  signal(signal: SignalName): void {
    this.#rig.publish({ type: 'kill', name: this.fullName, signal, process: undefined });
    for (const instance of this.instances) {
      this.signalInstance(instance, signal);
    }
  }

  /** Sends a signal to one process. */
  signalInstance(instance: Instance, signal: SignalName): void {
    this.#rig.publish({ type: 'kill', name: this.fullName, signal, process: instance.ref });
    instance.signal(signal);
  }

  /** Tells that a process has been started. */
  tellStart(instance: Instance): void {
    this.#crew.tellStart(instance);
  }

  info(): JobInfo {
    const { start: _, custom_channels: __, ...config } = this.#config;
    const committed = this.#crew.instances.committed.map((instance) => instance.pid);
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

  #tellNote(): void {
    const { custom_channels: _, start: __, ...config } = this.#config;
    const note: JobNote = { session: this.name.session, config, ...(this.#isLeaving && { isLeaving: true }) };
    this.#rig.keeping.note(noteOfJob(this.fullName), note);
  }

  /** Makes a change that is kept in one piece, with where the job has got to by then; of one that leaves only that is known. */
  #change<T>(change: () => T): T {
    return this.#rig.keeping.together(() => {
      if (!this.#isLeaving && !this.#rig.isEnding) {
        this.#rig.keeping.lateNote(noteOfProgress(this.fullName), () => this.#progress());
      }
      return change();
    });
  }

  #progress(): ProgressNote {
    return { ...this.#course.note(), starts: this.#crew.instances.starts };
  }
}

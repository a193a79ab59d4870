import type { JobSettings } from '../job/config.ts';
import type { GafferEventBody } from '../job/event.ts';
import type { ProcessExit } from '../job/exit.ts';
import { reconcile } from '../job/reconcile.ts';
import { Instance } from './instance.ts';
import type { InstanceRig } from './instance-rig.ts';
import type { JobCourse } from './job-course.ts';
import { endOptionsOf, JobInstances } from './job-instances.ts';

/** What a crew needs of its supervisor. */
export interface CrewRig extends InstanceRig {
  publish(event: GafferEventBody): void;
  nextPid(): number;
  /** Something has ended: perhaps nothing runs any more. */
  settled(): void;
}

/** The job of a crew. */
export interface CrewJob {
  readonly fullName: string;
  readonly settings: JobSettings;
  readonly course: JobCourse;
  /** Makes a change that is kept in one piece, with where the job has got to by then. */
  change<T>(change: () => T): T;
}

/** What a crew leaves to its job. */
export interface CrewDuties {
  /** Starts an instance as soon as it is its turn. */
  launch(instance: Instance): Promise<void>;
  /** An instance has ended by itself, and the job goes on. */
  endedByItself(instance: Instance, exit: ProcessExit): void;
  /** One is gone that was told to end. */
  gone(): void;
}

/** The processes of a job: starts what is missing, ends what is too much, and tells of it. */
export class Crew {
  readonly instances = new JobInstances();
  readonly #job: CrewJob;
  readonly #rig: CrewRig;
  readonly #duties: CrewDuties;

  constructor(job: CrewJob, rig: CrewRig, duties: CrewDuties) {
    this.#job = job;
    this.#rig = rig;
    this.#duties = duties;
  }

  /** Takes over those of a predecessor, oldest first. @param starts how often one was started, by slot */
  resume(found: readonly Instance[], starts: readonly (readonly [slot: number, count: number])[]): void {
    for (const instance of found) {
      instance.onExit((exit) => this.#exited(instance, exit));
    }
    this.instances.resume(found, starts);
  }

  /** Does what a predecessor has not come to: ends whom it wanted to end, starts what is missing. */
  catchUp(): void {
    for (const instance of this.instances.all.filter(({ state }) => state !== 'up')) {
      void this.#end(instance, instance.state === 'replaced' ? 'replaced' : 'leaving');
    }
    for (const instance of this.instances.leftovers.filter((one) => this.#endsLeftoversOf(one))) {
      void this.instances.endLeftovers(instance);
    }
    void this.apply();
  }

  /** The one thing a job does after every change: start what is missing, end what is too much. */
  async apply(vacated?: number): Promise<void> {
    const plan = reconcile(this.#job.course.wanted, this.instances.supervised, vacated);
    for (const instance of plan.release) {
      instance.release();
    }
    for (const instance of plan.stop) {
      void this.stop(instance, 'leaving', 'reap');
    }
    const started = plan.start.map((slot) => this.#newInstance(slot, this.#job.settings));
    this.instances.add(...started);
    await Promise.all(started.map((instance) => this.#duties.launch(instance)));
  }

  /** Starts one outside supervision, and tells its pid. */
  async commit(settings: JobSettings, env: Readonly<Record<string, string>> | undefined): Promise<number> {
    const instance = this.#newInstance(0, settings, env);
    this.instances.add(instance);
    await this.#duties.launch(instance);
    return instance.pid;
  }

  /** Ends all. */
  async endAll(fate: 'replaced' | 'leaving'): Promise<void> {
    const supervised = this.instances.supervised.map((instance) => this.stop(instance, fate));
    const committed = this.instances.committed.map((instance) => this.stop(instance, 'leaving'));
    const leftovers = this.instances.leftovers.map((instance) => this.instances.endLeftovers(instance));
    await Promise.all([...supervised, ...committed, ...leftovers]);
  }

  /** Ends an instance and tells of it, once; of one that is no process yet, or any more, there is nothing to tell. */
  async stop(instance: Instance, fate: 'replaced' | 'leaving', type: 'stop_process' | 'reap' = 'stop_process'): Promise<void> {
    if (instance.kind === 'starting') {
      instance.intend(fate);
      await instance.started;
    }
    const isNews = instance.kind === 'running' && instance.osPid !== 0;
    const ended = this.#end(instance, fate);
    if (isNews) {
      this.#rig.publish({ type, name: this.#job.fullName, process: instance.ref }); // it counts as told by now: a listener may stop it once more
    }
    await ended;
  }

  /** Kills at once what is being ended. */
  kill(): void {
    for (const instance of [...this.instances.all, ...this.instances.leftovers]) {
      instance.kill();
    }
  }

  /** Tells that a process has been started. */
  tellStart(instance: Instance): void {
    this.#rig.keeping.together(() => {
      instance.told();
      const { detach } = instance.identity.settings;
      this.#rig.publish({ type: 'spawn', name: this.#job.fullName, process: instance.ref, ...(detach && { detached: true }) });
    });
  }

  #newInstance(slot: number, settings: JobSettings, extraEnv?: Readonly<Record<string, string>>): Instance {
    const restarts = this.instances.countStart(slot);
    const identity = { pid: this.#rig.nextPid(), jobName: this.#job.fullName, slot, settings, restarts, extraEnv };
    const instance = new Instance(identity, this.#rig);
    instance.onExit((exit) => this.#exited(instance, exit));
    return instance;
  }

  #exited(instance: Instance, exit: ProcessExit): void {
    const requested = instance.state !== 'up';
    this.#rig.publish({ type: 'exit', name: this.#job.fullName, process: instance.ref, exit, requested, ranMs: instance.ageMs });
    if (requested) {
      return; // whoever asked for it goes on when the whole group is gone
    }
    this.#remove(instance);
    if (instance.kind === 'exited') {
      this.instances.leave(instance);
    }
    if (this.#endsLeftoversOf(instance)) {
      void this.instances.endLeftovers(instance);
    }
    if (!instance.committed && this.#job.course.kind === 'started') {
      this.#job.change(() => this.#duties.endedByItself(instance, exit));
    }
  }

  /** Whether what an instance has left behind is ended too. */
  #endsLeftoversOf(instance: Instance): boolean {
    return instance.committed || this.#job.settings.onExit === 'restart';
  }

  async #end(instance: Instance, fate: 'replaced' | 'leaving'): Promise<void> {
    await instance.end(fate, endOptionsOf(instance));
    await this.#job.change(async () => {
      if (this.#remove(instance) && !instance.committed) {
        this.#duties.gone();
        await this.apply(instance.slot);
      }
    });
  }

  /** Takes an instance off the lists; false when it was off already. */
  #remove(instance: Instance): boolean {
    this.#rig.settled();
    return this.instances.remove(instance);
  }
}

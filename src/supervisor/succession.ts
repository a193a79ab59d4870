import type { ProcessExit } from '../job/exit.ts';
import { parseJobName } from '../job/name.ts';
import { GroupEnd } from './group-end.ts';
import type { FoundProcess, Legacy } from './host.ts';
import { Instance } from './instance.ts';
import type { InstanceNote } from './instance-note.ts';
import { pastOf } from './instance-past.ts';
import { Job, type JobRig } from './job.ts';
import type { JobList } from './job-list.ts';
import { type JobNote, jobOfNote, noteOfProgress, type ProgressNote } from './job-note.ts';
import type { Launcher } from './launcher.ts';

/** Who takes over. */
export interface Successor {
  readonly jobs: JobList;
  readonly launcher: Launcher;
  readonly rig: JobRig;
  /** Ends a job that is not loaded any more. */
  leave(job: Job): void;
}

/** What was found. */
export interface Inheritance {
  /** Processes that go on. */
  readonly running: number;
  /** Processes that have ended meanwhile. */
  readonly ended: number;
}

/** How long the processes of a job that nobody knows may take to end. */
const STRANGER_MS = 10_000;

/** Takes over the jobs and processes of a predecessor: first as it has left them, and then, in {@link Succession.catchUp}, what has happened since. */
export class Succession {
  readonly #legacy: Legacy;
  readonly #successor: Successor;
  readonly #leaving: Job[] = [];
  /** Those whose end was not told. */
  readonly #exited: { readonly instance: Instance; readonly exit: ProcessExit; readonly atMs: number }[] = [];

  constructor(legacy: Legacy, successor: Successor) {
    this.#legacy = legacy;
    this.#successor = successor;
  }

  /** Knows of everything that there is; nothing is told of it. */
  take(): Inheritance {
    const { jobs, launcher, rig } = this.#successor;
    const known = this.#jobsByName();
    const byJob = new Map<string, Instance[]>();
    let running = 0;
    for (const found of this.#legacy.processes.toSorted((one, other) => one.id - other.id)) {
      const { jobName } = found.note as InstanceNote;
      const job = known.get(jobName);
      if (job === undefined) {
        endStranger(found, rig);
        continue;
      }
      const { identity, past } = pastOf(found, rig.runId);
      const instance = new Instance(identity, rig, past);
      instance.follow(this.#legacy);
      byJob.set(jobName, [...(byJob.get(jobName) ?? []), instance]);
      running += found.exit === undefined ? 1 : 0;
      if (!instance.exitWasTold) {
        this.#exited.push(...(found.exit === undefined ? [] : [{ instance, ...found.exit }]));
        if (jobs.find(jobName) === job) {
          launcher.adopt(job, instance);
        }
      }
    }
    for (const [fullName, job] of known) {
      job.resume(this.#legacy.notes.get(noteOfProgress(fullName)) as ProgressNote | undefined, byJob.get(fullName) ?? []);
    }
    return { running, ended: this.#exited.length };
  }

  /** Does and tells what a predecessor has not come to, and what has happened without it. */
  catchUp(): void {
    const { jobs, launcher } = this.#successor;
    for (const job of jobs.loaded) {
      job.instances.forEach((instance) => launcher.tellOutputs(instance));
      job.instances.filter(({ wasTold, osPid }) => !wasTold && osPid !== 0).forEach((instance) => job.tellStart(instance));
    }
    for (const { instance, exit } of this.#exited.toSorted((one, other) => one.atMs - other.atMs)) {
      instance.tellExit(exit);
    }
    for (const job of jobs.loaded) {
      job.catchUp();
    }
    this.#leaving.forEach((job) => this.#successor.leave(job));
  }

  #jobsByName(): ReadonlyMap<string, Job> {
    const { jobs, rig } = this.#successor;
    const known = new Map<string, Job>();
    for (const [name, note] of this.#legacy.notes) {
      const fullName = jobOfNote(name);
      if (fullName !== undefined) {
        const { config, isLeaving = false } = note as JobNote;
        const job = new Job(parseJobName(fullName), config, rig);
        known.set(fullName, job);
        if (isLeaving) {
          job.leave();
          this.#leaving.push(job);
        } else {
          jobs.add(job);
        }
      }
    }
    return known;
  }
}

/** Ends a process of a job that is not known. */
function endStranger({ id, process: { osPid = 0 }, exit }: FoundProcess, { clock, host, keeping }: JobRig): void {
  const end = new GroupEnd(osPid, { signal: 'SIGTERM', graceMs: STRANGER_MS }, clock, exit !== undefined);
  end.begin();
  void end.done.then(() => {
    host.gone(id);
    keeping.forget(id);
  });
}

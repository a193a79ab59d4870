import type { ProcessExit } from '../job/exit.ts';
import { judgeExit } from '../job/exit-verdict.ts';
import type { Crew, CrewJob, CrewRig } from './crew.ts';
import type { Instance } from './instance.ts';
import type { CourseNote } from './job-course.ts';
import { lastWords } from './job-instances.ts';

/** What follows from an exit. */
export interface FortuneMeans {
  readonly crew: Crew;
  /** The first exit ends the session. */
  endSession(): void;
}

/** What comes of exits that gaffer did not cause: successors, pauses, the end of a job. */
export class JobFortune {
  readonly #job: CrewJob;
  readonly #rig: CrewRig;
  readonly #means: FortuneMeans;

  constructor(job: CrewJob, rig: CrewRig, means: FortuneMeans) {
    this.#job = job;
    this.#rig = rig;
    this.#means = means;
  }

  /** Goes on where a predecessor was. */
  resume(note: CourseNote): void {
    this.#job.course.resume(note, { goOn: () => this.#goOn(), again: () => this.#tryAgain() });
  }

  /** Does what an exit means. */
  endedByItself(instance: Instance, exit: ProcessExit): void {
    const { settings, course, fullName: name } = this.#job;
    const { crew } = this.#means;
    const verdict = judgeExit(settings, exit, course.history, instance.endedAtMs ?? this.#rig.clock.now());
    if ('history' in verdict) {
      course.remember(verdict.history);
    }
    switch (verdict.kind) {
      case 'end_session':
        this.#finish();
        this.#means.endSession();
        return;
      case 'do_without':
        course.doWithout();
        this.finishIfEmpty();
        return;
      case 'replace':
        if (verdict.afterMs === 0) {
          void crew.apply(instance.slot);
        } else {
          course.retry(verdict.afterMs, () => this.#tryAgain(instance.slot));
        }
        return;
      case 'pause': {
        const { history, pauseMs } = verdict;
        course.pause(pauseMs, () => this.#goOn());
        this.#rig.publish({ type: 'flap', name, retry: history.retries, maxRetry: settings.flapping?.maxRetry ?? 0, pauseMs });
        void crew.endAll('leaving');
        return;
      }
      case 'give_up':
        course.giveUp();
        this.#rig.publish({ type: 'give_up', name, tail: lastWords(instance) });
        void crew.endAll('leaving');
    }
  }

  /** A job that ignores exits is done when its last instance is gone; one that was only scaled to nothing is not. */
  finishIfEmpty(): void {
    const { course } = this.#job;
    if (course.ranOut && this.#means.crew.instances.supervised.length === 0) {
      this.#finish();
    }
  }

  #goOn(): void {
    void this.#job.change(() => {
      this.#rig.settled();
      return this.#means.crew.apply();
    });
  }

  #tryAgain(slot?: number): void {
    void this.#job.change(() => this.#means.crew.apply(slot));
  }

  #finish(): void {
    this.#job.course.finish();
    this.#rig.publish({ type: 'done', name: this.#job.fullName });
    this.#rig.settled();
  }
}

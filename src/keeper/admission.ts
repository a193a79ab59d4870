import type { Clock } from '../supervisor/clock.ts';
import type { Visit } from './visit.ts';

/** Lets one gafferd in at a time: the next one when the one before is over. */
export class Admission {
  readonly #clock: Clock;
  #visit: Visit | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Who is there. */
  get visit(): Visit | undefined {
    return this.#visit;
  }

  /** Resolves with whether the visit was let in; it is not if that takes too long, or if it has gone meanwhile. */
  async admit(visit: Visit, waitMs: number): Promise<boolean> {
    if (this.#visit !== undefined && !(await this.#turn(waitMs))) {
      return false;
    }
    if (visit.isOver) {
      this.#waiting.shift()?.();
      return false;
    }
    this.#visit = visit;
    return true;
  }

  /** A visit is over; answers whether it was the one that was let in. */
  over(visit: Visit): boolean {
    if (this.#visit !== visit) {
      return false;
    }
    this.#visit = undefined;
    this.#waiting.shift()?.();
    return true;
  }

  /** Resolves with whether it is somebody's turn. */
  #turn(waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const isFree = (): void => {
        cancel();
        resolve(true);
      };
      const cancel = this.#clock.after(waitMs, () => {
        this.#waiting.splice(this.#waiting.indexOf(isFree), 1);
        resolve(false);
      });
      this.#waiting.push(isFree);
    });
  }
}

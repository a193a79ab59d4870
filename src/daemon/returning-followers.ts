import { type Follower, type Followers, PASSING } from '../api/followers.ts';
import type { LogSelection } from '../job/log.ts';
import type { Unsubscribe } from '../job/node.ts';
import type { SayToSuccessor } from './kept-jobs.ts';

/** How long output waits for those who followed it: a client tries again every five seconds at least. */
const PATIENCE_MS = 10_000;

/** More than anybody would be held up for. */
const MOST = 1000;

/** The beginning of a follower's note. */
const NOTE = 'follower ';

/** What followers need of whom they follow. */
export interface FollowersRig {
  /** Holds output, also of processes that start later, until the returned call. */
  hold(selection: LogSelection): Unsubscribe;
  /** Everybody has come back, or does not come any more. */
  settled(): void;
}

/** Knows who follows output, has a successor of this gafferd know it too, and has output wait for those whom a predecessor knew. */
export class ReturningFollowers implements Followers {
  readonly #rig: FollowersRig;
  readonly #here = new Map<string, number>();
  readonly #awaited = new Map<string, Unsubscribe>();
  #say: SayToSuccessor = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #isLeaving = false;

  constructor(rig: FollowersRig) {
    this.#rig = rig;
  }

  /** Begins. @param notes what a predecessor has said: those are waited for, though not for long */
  begin(say: SayToSuccessor, notes: ReadonlyMap<string, unknown> | undefined): void {
    this.#say = say;
    for (const [name, selection] of notes ?? []) {
      if (name.startsWith(NOTE)) {
        this.#awaited.set(name, this.#rig.hold(selection as LogSelection));
      }
    }
    this.#timer = setTimeout(() => this.#giveUp(), PATIENCE_MS);
    this.#timer.unref();
    this.#settleIfAll();
  }

  came(follower: string, selection: LogSelection): Follower {
    const name = `${NOTE}${follower.slice(0, 100)} ${JSON.stringify(selection)}`;
    const times = this.#here.get(name) ?? 0;
    if (times === 0 && this.#here.size >= MOST) {
      return PASSING;
    }
    this.#here.set(name, times + 1);
    if (times === 0) {
      this.#say(name, selection);
    }
    let isHere = true;
    return {
      caughtUp: () => this.#return(name),
      left: () => {
        if (isHere) {
          isHere = false;
          this.#left(name);
        }
      },
    };
  }

  /** This gafferd leaves: whoever is here will come to its successor. */
  leave(): void {
    this.#isLeaving = true;
    clearTimeout(this.#timer);
  }

  #left(name: string): void {
    const times = (this.#here.get(name) ?? 1) - 1;
    if (times > 0) {
      this.#here.set(name, times);
      return;
    }
    this.#here.delete(name);
    if (!this.#isLeaving) {
      this.#say(name, undefined);
    }
  }

  #return(name: string): void {
    this.#awaited.get(name)?.();
    if (this.#awaited.delete(name)) {
      this.#settleIfAll();
    }
  }

  #giveUp(): void {
    for (const [name, release] of this.#awaited) {
      release();
      this.#say(name, undefined);
    }
    this.#awaited.clear();
    this.#settleIfAll();
  }

  #settleIfAll(): void {
    if (this.#awaited.size === 0 && this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#rig.settled();
    }
  }
}

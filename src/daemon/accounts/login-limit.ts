import { GafferError } from '../../errors.ts';
import { addressGroup } from './address-group.ts';
import { Turns } from './turns.ts';

/**
 * Wrong passwords in a window. For a name from one address few: that is somebody who guesses. From one address more: many may
 * work behind it. For a name from everywhere many: nobody should be able to lock a user out.
 */
const MOST_FAILURES = { pair: 10, address: 60, name: 200 } as const;
const WINDOW_MS = 60_000;

/** Passwords that are tried at the same time: each takes 32 MB and the time of a core. */
const AT_ONCE = { atOnce: 2, waiting: 50, waitingFrom: 25 } as const;

/** Names and addresses that are remembered. */
const MOST_REMEMBERED = 10_000;

/** No user has a longer name, and what is remembered must be small. */
const LONGEST_NAME = 64;

interface Failures {
  count: number;
  readonly endMs: number;
}

/** What attempts are counted by, and how many there may be. */
interface Count {
  readonly key: string;
  readonly most: number;
}

/** Keeps those who guess passwords from guessing many, and from keeping the node busy. */
export class LoginLimit {
  readonly #now: () => number;
  readonly #failures = new Map<string, Failures>();
  readonly #turns = new Turns(AT_ONCE);

  /** @param now milliseconds, from any point in time */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** How much is remembered. */
  get size(): number {
    return this.#failures.size;
  }

  /**
   * Tries a password when it is its turn; undefined stands for a wrong one.
   * @throws GafferError `too_many_attempts`; then nothing is tried, also not the right one
   */
  async attempt<T>(name: string, from: string, work: () => Promise<T | undefined>): Promise<T | undefined> {
    const address = addressGroup(from);
    const counts = countsOf(name, address);
    this.#expectFree(counts);
    return await this.#inTurn(address, async () => {
      this.#expectFree(counts); // others that waited may have failed
      this.#count(counts);
      try {
        const result = await work();
        if (result !== undefined) {
          this.#forget(counts);
        }
        return result;
      } catch (error) {
        this.#forget(counts); // it was not the password
        throw error;
      }
    });
  }

  /** Does other work for a user that takes as much, between the attempts. @throws GafferError `too_many_attempts` */
  async work<T>(name: string, work: () => Promise<T>): Promise<T> {
    return await this.#inTurn(`user ${name}`, work);
  }

  async #inTurn<T>(from: string, work: () => Promise<T>): Promise<T> {
    if (this.#turns.isFullFor(from)) {
      throw new GafferError('too_many_attempts', 'too many passwords at once: wait a second and try again');
    }
    return await this.#turns.run(from, work);
  }

  #expectFree(counts: readonly Count[]): void {
    const now = this.#now();
    for (const { key, most } of counts) {
      const failures = this.#failures.get(key);
      if (failures !== undefined && failures.endMs > now && failures.count >= most) {
        throw new GafferError('too_many_attempts', `too many wrong passwords: wait ${Math.ceil((failures.endMs - now) / 1000)} s and try again`);
      }
    }
  }

  /** An attempt counts as soon as it begins, so that two at once are two. */
  #count(counts: readonly Count[]): void {
    const now = this.#now();
    for (const { key } of counts) {
      const failures = this.#failures.get(key);
      if (failures === undefined || failures.endMs <= now) {
        this.#failures.delete(key);
        this.#failures.set(key, { count: 1, endMs: now + WINDOW_MS });
      } else {
        failures.count += 1;
      }
    }
    for (const [key, { endMs }] of this.#failures) {
      if (endMs > now && this.#failures.size <= MOST_REMEMBERED) {
        break;
      }
      this.#failures.delete(key); // the oldest are in front
    }
  }

  /** Whoever knows the password begins anew from there; for all others only that attempt is taken back. */
  #forget([pair, ...others]: readonly [Count, ...Count[]]): void {
    this.#failures.delete(pair.key);
    for (const { key } of others) {
      const failures = this.#failures.get(key);
      if (failures !== undefined) {
        failures.count -= 1;
      }
    }
  }
}

function countsOf(name: string, address: string): readonly [Count, ...Count[]] {
  const known = name.length > 2 * LONGEST_NAME ? '' : name;
  return [
    { key: `pair ${address} ${known}`, most: MOST_FAILURES.pair },
    { key: `address ${address}`, most: MOST_FAILURES.address },
    { key: `name ${known}`, most: MOST_FAILURES.name },
  ];
}

import { GafferError } from '../../errors.ts';

/** Wrong passwords that one name, or one address, may try in a window; then it has to wait for the window's end. */
const MOST_FAILURES = 10;
const WINDOW_MS = 60_000;

/** Passwords that are tried at the same time: each takes 32 MB and the time of a core. */
const MOST_AT_ONCE = 2;

/** Attempts that may wait for their turn. */
const MOST_WAITING = 50;

/** Names and addresses that are remembered. */
const MOST_REMEMBERED = 10_000;

interface Failures {
  count: number;
  readonly endMs: number;
}

/** Keeps those who guess passwords from guessing many, and from keeping the node busy. */
export class LoginLimit {
  readonly #now: () => number;
  readonly #failures = new Map<string, Failures>();
  #atOnce = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param now milliseconds, from any point in time */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @throws GafferError `too_many_attempts` */
  expectFree(name: string, from: string): void {
    const now = this.#now();
    for (const key of keysOf(name, from)) {
      const failures = this.#failures.get(key);
      if (failures !== undefined && failures.endMs > now && failures.count >= MOST_FAILURES) {
        throw tooMany(Math.ceil((failures.endMs - now) / 1000));
      }
    }
    if (this.#waiting.length >= MOST_WAITING) {
      throw tooMany(1);
    }
  }

  /** Takes note of a wrong password. */
  failed(name: string, from: string): void {
    const now = this.#now();
    for (const key of keysOf(name, from)) {
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

  /** Takes note of a right one: that name is free again. */
  succeeded(name: string, from: string): void {
    const [byName = ''] = keysOf(name, from);
    this.#failures.delete(byName);
  }

  /** Does the work of one attempt when it is its turn. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#atOnce >= MOST_AT_ONCE) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#atOnce += 1;
    try {
      return await work();
    } finally {
      this.#atOnce -= 1;
      this.#waiting.shift()?.();
    }
  }
}

function keysOf(name: string, from: string): readonly string[] {
  return [`name ${name}`, `from ${from}`];
}

function tooMany(seconds: number): GafferError {
  return new GafferError('too_many_attempts', `too many wrong passwords: wait ${seconds} s and try again`);
}

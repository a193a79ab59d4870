import type { EndOptions } from './group-end.ts';
import type { Instance } from './instance.ts';

/** How many of those that have ended are kept for what they have written, at least and at most. */
const PAST = 8;
const MOST_PAST = 64;

/** More than the least are kept when they have ended so shortly before the last, in milliseconds: perhaps somebody reads them still. */
const RECENT_MS = 10_000;

/** The instances of a job: supervised ones, committed ones, and what is left of those that ended by themselves. */
export class JobInstances {
  /** Oldest first; those that are ending too. */
  #supervised: Instance[] = [];
  #committed: Instance[] = [];
  /** They ended by themselves and left others of their group behind. */
  readonly #leftovers = new Set<Instance>();
  readonly #past: Instance[] = [];
  readonly #starts = new Map<number, number>();

  get supervised(): readonly Instance[] {
    return this.#supervised;
  }

  get committed(): readonly Instance[] {
    return this.#committed;
  }

  /** Every process there is, supervised ones first. */
  get all(): readonly Instance[] {
    return [...this.#supervised, ...this.#committed];
  }

  get leftovers(): readonly Instance[] {
    return [...this.#leftovers];
  }

  /** The last that have ended, and all that there are. */
  get recent(): readonly Instance[] {
    return [...this.#past, ...this.all];
  }

  get isEmpty(): boolean {
    return this.#supervised.length === 0 && this.#committed.length === 0;
  }

  /** Pids of supervised processes that were not told to end. */
  get pids(): number[] {
    return this.#supervised.filter((instance) => instance.state === 'up').map((instance) => instance.pid);
  }

  /** Counts a start in a slot, and tells how many there were before. */
  countStart(slot: number): number {
    const before = slot === 0 ? 0 : (this.#starts.get(slot) ?? 0);
    this.#starts.set(slot, before + 1);
    return before;
  }

  /** How many were started, by slot; those that wait for it were not. */
  get starts(): readonly (readonly [slot: number, count: number])[] {
    const waiting = new Set(this.#supervised.filter(({ kind }) => kind === 'waiting').map(({ slot }) => slot));
    return Array.from(this.#starts, ([slot, count]) => [slot, waiting.has(slot) ? count - 1 : count] as const);
  }

  add(...instances: readonly Instance[]): void {
    this.#supervised.push(...instances.filter((instance) => !instance.committed));
    this.#committed.push(...instances.filter((instance) => instance.committed));
  }

  /** Takes an instance off the lists; false when it was off already. */
  remove(instance: Instance): boolean {
    const before = this.all.length;
    this.#supervised = this.#supervised.filter((one) => one !== instance);
    this.#committed = this.#committed.filter((one) => one !== instance);
    const isRemoved = this.all.length < before;
    if (isRemoved) {
      this.#remember(instance);
    }
    return isRemoved;
  }

  #remember(instance: Instance): void {
    if (instance.outputs.size === 0) {
      instance.drop();
      return;
    }
    this.#past.push(instance);
    for (let [oldest] = this.#past; oldest !== undefined && this.#isTooMuch(oldest); [oldest] = this.#past) {
      this.#past.shift();
      oldest.drop();
    }
  }

  #isTooMuch(oldest: Instance): boolean {
    const last = this.#past.at(-1)?.endedAtMs ?? 0;
    return this.#past.length > MOST_PAST || (this.#past.length > PAST && last - (oldest.endedAtMs ?? 0) > RECENT_MS);
  }

  /** Takes over those of a predecessor, oldest first. */
  resume(instances: readonly Instance[], starts: readonly (readonly [slot: number, count: number])[]): void {
    const ended = instances.filter(({ kind, state, exitWasTold }) => exitWasTold && (kind === 'gone' || (kind === 'exited' && state === 'up')));
    this.add(...instances.filter((instance) => !ended.includes(instance)));
    for (const instance of ended.toSorted((one, other) => (one.endedAtMs ?? 0) - (other.endedAtMs ?? 0))) {
      this.#remember(instance);
      if (instance.kind === 'exited') {
        this.leave(instance);
      }
    }
    starts.forEach(([slot, count]) => this.#starts.set(slot, count));
    for (const { slot, identity } of instances.filter(({ committed }) => !committed)) {
      this.#starts.set(slot, Math.max(this.#starts.get(slot) ?? 0, identity.restarts + 1));
    }
  }

  /** Nobody asks for those that have ended any more. */
  forget(): void {
    for (const instance of this.#past.splice(0)) {
      instance.drop();
    }
  }

  /** Keeps in mind that others of its group go on. */
  leave(instance: Instance): void {
    this.#leftovers.add(instance);
  }

  /** Ends those others. */
  async endLeftovers(instance: Instance): Promise<void> {
    await instance.end('leaving', endOptionsOf(instance));
    this.#leftovers.delete(instance);
  }
}

/** How an instance is asked to end. */
export function endOptionsOf(instance: Instance): EndOptions {
  const { stopSignal, gracefulTimeoutMs } = instance.identity.settings;
  return { signal: stopSignal, graceMs: gracefulTimeoutMs };
}

/** The end of what it has written: of its last output (stderr) that it has written anything to. */
export function lastWords(instance: Instance): Uint8Array {
  const tails = instance.identity.settings.outputs.map((label) => instance.streams.get(label)?.tail() ?? new Uint8Array());
  return tails.findLast((tail) => tail.length > 0) ?? new Uint8Array();
}

import { GafferError } from '../../errors.ts';
import { Bell } from './bell.ts';
import type { EtcdClient, EtcdRecord, EtcdWrite } from './client.ts';
import { EtcdRefusal } from './http.ts';
import type { OwnEntries } from './own-entries.ts';
import { beatKey } from './record.ts';
import type { WritePace } from './write-pace.ts';

/** What stays from one session to the next. */
export interface EtcdOwn {
  readonly entries: OwnEntries;
  readonly pace: WritePace;
  /** Under which our keys are; undefined when there is none any more. */
  lease: string | undefined;
}

/** What a session needs. */
export interface EtcdSessionOptions {
  readonly client: EtcdClient;
  readonly prefix: string;
  /** This lookupd. */
  readonly teller: string;
  readonly own: EtcdOwn;
  readonly ttlMs: number;
  /** How long what was written may take to be told. */
  readonly timeoutMs: number;
  /** Breaks off. */
  readonly signal: AbortSignal;
  /** Is given everything that others have written. */
  readonly onSnapshot: (records: readonly EtcdRecord[]) => void;
  /** Is given what others have written since. */
  readonly onChanges: (records: readonly EtcdRecord[]) => void;
  /** Everything is known, and changes will be. */
  readonly onConnected: () => void;
  /** Everything of our own is where others can see it, or no longer. */
  readonly onSettled: (isSettled: boolean) => void;
  readonly warn: (message: string) => void;
}

/** How long to leave etcd alone with what it has refused. */
const REFUSED_PAUSE_MS = 2000;

/** What gRPC calls refusals, as far as they make a difference here. */
const STATUS = { notFound: 5, forbidden: 7, exhausted: 8 } as const;

/** One time of being connected with one member of an etcd: follows what others write there, and writes what is told here. */
export class EtcdSession {
  readonly #options: EtcdSessionOptions;
  /** There is something to write, perhaps. */
  readonly #work = new Bell();
  /** Something was told. */
  readonly #news = new Bell();
  /** What everything is known up to. */
  #revision = 0;
  /** How much is written at once; undefined is as much as usual. */
  #most: number | undefined;
  /** The lease is one that there is. */
  #hasLease = false;
  #isComplete = false;
  #hasWork = true;
  #hasWarned = false;

  constructor(options: EtcdSessionOptions) {
    this.#options = options;
  }

  /** Something of our own has changed. */
  wake(): void {
    this.#hasWork = true;
    this.#options.onSettled(false);
    this.#work.ring();
  }

  /** Goes on until etcd is lost. @throws GafferError, EtcdRefusal why it is */
  async run(): Promise<void> {
    await this.#takeSnapshot();
    await Promise.race([this.#follow(), this.#write(), this.#keep()]);
  }

  async #takeSnapshot(): Promise<void> {
    const { client, prefix, own, onSnapshot } = this.#options;
    const { revision, records } = await client.snapshot(prefix);
    const [ours, others] = this.#divided(records);
    own.entries.reset(ours);
    onSnapshot(others);
    this.#revision = revision;
    this.wake();
  }

  /** Follows the changes; where too many were missed, everything is read anew. */
  async #follow(): Promise<never> {
    const { client, prefix, own, onChanges, onConnected } = this.#options;
    for (;;) {
      for await (const { revision, records } of client.watch(prefix, this.#revision + 1)) {
        if (records.length === 0) {
          onConnected(); // it has begun
          continue;
        }
        const [ours, others] = this.#divided(records);
        for (const record of ours) {
          own.entries.see(record);
        }
        onChanges(others);
        this.#revision = Math.max(revision, this.#revision);
        this.#news.ring();
        if (ours.length > 0) {
          this.wake();
        }
      }
      await this.#takeSnapshot();
    }
  }

  #divided(records: readonly EtcdRecord[]): readonly [ours: readonly EtcdRecord[], others: readonly EtcdRecord[]] {
    const { prefix, teller } = this.#options;
    const beat = beatKey(prefix, teller);
    return [records.filter(({ key }) => key.startsWith(`${beat}/`)), records.filter(({ key }) => key !== beat && !key.startsWith(`${beat}/`))];
  }

  /** Writes whatever differs from what is wanted, one bundle after another: what comes meanwhile is in the next. */
  async #write(): Promise<void> {
    const { signal, warn, onSettled } = this.#options;
    while (!signal.aborted) {
      try {
        this.#hasWork = false;
        if ((await this.#writeNext()) && !this.#isWoken()) {
          this.#hasWarned = false;
          onSettled(true);
          await this.#work.wait(signal);
        }
      } catch (error) {
        if (!(error instanceof EtcdRefusal) || !isLasting(error)) {
          throw error;
        }
        if (!this.#hasWarned) {
          this.#hasWarned = true;
          warn(`etcd does not take what nodes tell here, so other lookupds can't see it: ${error.message}`);
        }
        await new Bell().wait(signal, REFUSED_PAUSE_MS);
      }
    }
  }

  /** Answers whether there was nothing left to write. */
  async #writeNext(): Promise<boolean> {
    const { client, own } = this.#options;
    const lease = await this.#expectLease();
    const writes = await this.#inTime(lease);
    try {
      if (writes.length > 0) {
        own.entries.wrote(writes, lease, await client.write(writes, lease));
        own.pace.spend(writes, performance.now());
      } else if (!this.#isComplete) {
        await this.#beat(lease);
        this.#isComplete = true;
      }
      return writes.length === 0;
    } catch (error) {
      if (!(error instanceof EtcdRefusal)) {
        throw error;
      }
      if (error.status === STATUS.notFound) {
        if (own.lease === lease) {
          this.#loseLease();
        }
        return false;
      }
      const [first, second] = writes;
      if (first === undefined || !isTooLarge(error)) {
        throw error;
      }
      if (second === undefined) {
        own.entries.refuse(first.key);
        this.#options.warn(
          `what a node has told is more than etcd takes in one value, so other lookupds can't see it: ${error.message} (${first.key})`,
        );
      }
      this.#most = 1;
      return false;
    }
  }

  /** What is to be written, when it may be. */
  async #inTime(lease: string): Promise<readonly EtcdWrite[]> {
    const { own, signal } = this.#options;
    const writes = own.entries.next(lease, this.#most);
    const ms = writes.length === 0 ? 0 : own.pace.pauseMs(performance.now());
    if (ms === 0) {
      return writes;
    }
    await new Bell().wait(signal, ms);
    return own.entries.next(lease, this.#most);
  }

  /** Under one lease our keys live as long as this process, and a while longer. */
  async #expectLease(): Promise<string> {
    const { client, own, ttlMs } = this.#options;
    if (own.lease === undefined || !(this.#hasLease || (await client.keepAlive(own.lease)))) {
      own.lease = await client.grant(ttlMs);
      own.entries.doubt();
    }
    this.#hasLease = true;
    return own.lease;
  }

  /** Something has changed since it was looked what there is to write. */
  #isWoken(): boolean {
    return this.#hasWork;
  }

  #loseLease(): void {
    this.#options.own.lease = undefined;
    this.#hasLease = false;
    this.#isComplete = false;
    this.wake();
  }

  /** Says that everything is written. Answers the revision of that. */
  async #beat(lease: string): Promise<number> {
    const { client, prefix, teller } = this.#options;
    return await client.write([{ key: beatKey(prefix, teller), value: '1' }], lease);
  }

  /** Keeps the lease, and looks whether changes are told: a connection can be dead, or its member cut off, without anything being said. */
  async #keep(): Promise<void> {
    const { client, own, signal, ttlMs } = this.#options;
    for (;;) {
      const before = this.#revision;
      await new Bell().wait(signal, ttlMs / 3);
      if (signal.aborted) {
        return;
      }
      const { lease } = own;
      if (lease === undefined) {
        continue;
      }
      const isKept = await client.keepAlive(lease);
      if (!isKept && own.lease === lease) {
        this.#loseLease();
      } else if (isKept && this.#isComplete && this.#revision === before) {
        await this.#expectNews(lease);
      }
    }
  }

  async #expectNews(lease: string): Promise<void> {
    const { client, signal, timeoutMs } = this.#options;
    const revision = await this.#beat(lease).catch((error: unknown) => {
      if (error instanceof EtcdRefusal && (isLasting(error) || error.status === STATUS.notFound)) {
        return 0; // who writes notices as well
      }
      throw error;
    });
    const untilMs = performance.now() + timeoutMs;
    while (this.#revision < revision && !signal.aborted) {
      const restMs = untilMs - performance.now();
      if (restMs <= 0) {
        throw new GafferError('no_answer', `${client.endpoint} does not tell of changes`);
      }
      await this.#news.wait(signal, restMs);
    }
  }
}

/** Whether trying again elsewhere would change nothing. */
function isLasting({ status }: EtcdRefusal): boolean {
  return status === STATUS.forbidden || status === STATUS.exhausted;
}

function isTooLarge({ message }: EtcdRefusal): boolean {
  return /too large|larger than max|too many operations/.test(message);
}

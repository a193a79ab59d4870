import { identityOf, type NodeEntry } from '../node-entry.ts';
import type { EtcdRecord, EtcdWrite } from './client.ts';
import { decodeEntry, encodeEntry, entryKey, saysTheSame } from './record.ts';

/** What is in etcd under one of our keys, as far as we know. */
interface Known {
  /** Undefined where there is nothing, or nothing that we understand. */
  readonly entry: NodeEntry | undefined;
  readonly isThere: boolean;
  readonly lease: string | undefined;
  readonly revision: number;
}

/** How much is written at once: etcd takes 128 changes and 1.5 MiB, unless it is told otherwise. */
const MOST_WRITES = 100;
const MOST_LENGTH = 1024 * 1024;

/**
 * What nodes have told here, and what of it is in etcd. Whatever has become of a write, also one that etcd does long after it was given
 * up: what is there is compared with what is wanted, and what differs is written.
 */
export class OwnEntries {
  readonly #prefix: string;
  readonly #teller: string;
  readonly #wanted = new Map<string, NodeEntry>();
  readonly #known = new Map<string, Known>();
  /** Keys to compare. */
  readonly #doubtful = new Set<string>();
  /** Up to which number what was told is newer than its number says: a node that has much to tell gives one only at the end. */
  readonly #unnumbered = new Map<string, number>();
  /** What etcd does not take. */
  readonly #refused = new Map<string, NodeEntry>();

  constructor(prefix: string, teller: string) {
    this.#prefix = prefix;
    this.#teller = teller;
  }

  /** A node has told something else. */
  put(entry: NodeEntry): void {
    const key = entryKey(this.#prefix, this.#teller, identityOf(entry));
    const before = this.#wanted.get(key);
    if (before !== undefined && entry.seq !== undefined && before.seq === entry.seq && !saysTheSame(before, entry)) {
      this.#unnumbered.set(key, entry.seq);
    }
    this.#wanted.set(key, entry);
    this.#doubtful.add(key);
  }

  /** A node is gone. */
  remove(identity: string): void {
    const key = entryKey(this.#prefix, this.#teller, identity);
    this.#wanted.delete(key);
    this.#unnumbered.delete(key);
    this.#refused.delete(key);
    this.#doubtful.add(key);
  }

  /** Takes what is in etcd now for all that is known of it. */
  reset(records: readonly EtcdRecord[]): void {
    this.#known.clear();
    for (const record of records) {
      this.see(record);
    }
    this.doubt();
  }

  /** Takes what has become of one of our keys; what is older than what is known is left out. */
  see(record: EtcdRecord): void {
    const { key, value, lease, revision } = record;
    const before = this.#known.get(key);
    if (before !== undefined && before.revision >= revision) {
      return;
    }
    this.#known.set(key, {
      entry: value === undefined ? undefined : decodeEntry(this.#prefix, key, value),
      isThere: value !== undefined,
      lease,
      revision,
    });
    this.#doubtful.add(key);
  }

  /** Looks at every key anew: the lease may be another one. */
  doubt(): void {
    for (const key of [...this.#wanted.keys(), ...this.#known.keys()]) {
      this.#doubtful.add(key);
    }
  }

  /** What has to be written next, in one go; nothing where everything is as it should be. @param lease what it is to vanish with */
  next(lease: string, most = MOST_WRITES): readonly EtcdWrite[] {
    const writes: EtcdWrite[] = [];
    let length = 0;
    for (const key of this.#doubtful) {
      const wanted = this.#wanted.get(key);
      if (this.#isAsWanted(key, wanted, lease)) {
        this.#doubtful.delete(key);
        continue;
      }
      const value = wanted === undefined ? undefined : encodeEntry(wanted);
      length += Buffer.byteLength(key) + Buffer.byteLength(value ?? '');
      if (writes.length > 0 && (length > MOST_LENGTH || writes.length === most)) {
        break;
      }
      writes.push({ key, value });
    }
    return writes;
  }

  /** etcd has done what {@link next} has asked for. */
  wrote(writes: readonly EtcdWrite[], lease: string, revision: number): void {
    for (const write of writes) {
      this.see({ ...write, lease: write.value === undefined ? undefined : lease, revision });
    }
  }

  /** etcd does not take what is to be written there: it is left out until the node tells something else. */
  refuse(key: string): void {
    const wanted = this.#wanted.get(key);
    if (wanted !== undefined) {
      this.#refused.set(key, wanted);
    }
  }

  #isAsWanted(key: string, wanted: NodeEntry | undefined, lease: string): boolean {
    const known = this.#known.get(key);
    if (wanted === undefined) {
      return known?.isThere !== true;
    }
    if (this.#refused.get(key) === wanted) {
      return true;
    }
    return known?.entry !== undefined && known.lease === lease && saysTheSame(wanted, known.entry) && this.#isNewEnough(key, wanted, known.entry);
  }

  /** A newer number alone is not worth a write, where the older one is true: who has seen events that changed nothing says the same. */
  #isNewEnough(key: string, wanted: NodeEntry, known: NodeEntry): boolean {
    return known.seq === wanted.seq || (known.seq ?? 0) > (this.#unnumbered.get(key) ?? -1);
  }
}

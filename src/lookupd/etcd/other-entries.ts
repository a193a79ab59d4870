import type { LookupEvent } from '../../protocol/lookup-event.ts';
import { identityOf } from '../node-entry.ts';
import type { Topology } from '../topology.ts';
import type { EtcdRecord } from './client.ts';
import { decodeEntry, type KeyMeaning, meaningOf } from './record.ts';

/** What {@link OtherEntries} needs. */
export interface OtherEntriesOptions {
  readonly topology: Topology;
  readonly prefix: string;
  /** Whose entries are ours, so that etcd is not asked for them. */
  readonly own: string;
  /** Is told of each key that is left out, once. */
  readonly warn: (message: string) => void;
}

/** Keys that were warned of, at most: somebody may write new ones all the time. */
const MOST_WARNED = 1000;

/**
 * What other lookupds were told, as etcd shows it, put into the topology.
 *
 * After etcd was away for longer than leases last, all lookupds come back at about the same time, and each finds nothing of the others.
 * So there is a time of patience: who has not said yet that he has written everything (his `beat`) is believed to know what he knew.
 */
export class OtherEntries {
  readonly #options: OtherEntriesOptions;
  /** By key: which node it is about, and who was told. */
  readonly #present = new Map<string, { readonly teller: string; readonly identity: string }>();
  /** Who has written everything. */
  readonly #complete = new Set<string>();
  readonly #warned = new Set<string>();
  #isPatient = false;

  constructor(options: OtherEntriesOptions) {
    this.#options = options;
  }

  /** Takes everything that is there. @param isPatient others may come back */
  reset(records: readonly EtcdRecord[], isPatient: boolean): readonly LookupEvent[] {
    this.#present.clear();
    this.#complete.clear();
    this.#isPatient = false;
    const events = records.flatMap((record) => this.see(record));
    this.#isPatient = isPatient;
    return [...events, ...this.#forgetGone()];
  }

  /** Takes what has become of a key. */
  see(record: EtcdRecord): readonly LookupEvent[] {
    const meaning = meaningOf(this.#options.prefix, record.key);
    if (meaning === undefined) {
      this.#ignore(record);
      return [];
    }
    return meaning.kind === 'beat' ? this.#seeBeat(meaning, record) : this.#seeEntry(meaning, record);
  }

  /** Who has not come back by now is gone. */
  endPatience(): readonly LookupEvent[] {
    this.#isPatient = false;
    return this.#forgetGone();
  }

  #seeBeat({ teller }: KeyMeaning, { value }: EtcdRecord): readonly LookupEvent[] {
    if (value === undefined) {
      this.#complete.delete(teller);
      return [];
    }
    const isNew = !this.#complete.has(teller);
    this.#complete.add(teller);
    return isNew && this.#isPatient ? this.#forgetGoneOf(teller) : [];
  }

  #seeEntry({ teller }: KeyMeaning, record: EtcdRecord): readonly LookupEvent[] {
    const { topology, prefix } = this.#options;
    const { key, value } = record;
    const entry = value === undefined ? undefined : decodeEntry(prefix, key, value);
    if (entry !== undefined) {
      this.#present.set(key, { teller, identity: identityOf(entry) });
      return topology.put(teller, entry);
    }
    this.#ignore(record);
    const before = this.#present.get(key);
    this.#present.delete(key);
    return before === undefined || this.#isBelieved(teller) ? [] : topology.remove(teller, before.identity);
  }

  /** Whether somebody still knows what he knew, though it is not in etcd. */
  #isBelieved(teller: string): boolean {
    return this.#isPatient && !this.#complete.has(teller);
  }

  /** Forgets what is not there any more. */
  #forgetGone(): readonly LookupEvent[] {
    const { topology, own } = this.#options;
    return topology.tellers.filter((teller) => teller !== own && !this.#isBelieved(teller)).flatMap((teller) => this.#forgetGoneOf(teller));
  }

  #forgetGoneOf(teller: string): readonly LookupEvent[] {
    const { topology } = this.#options;
    const there = new Set([...this.#present.values()].filter((one) => one.teller === teller).map(({ identity }) => identity));
    const gone = [...topology.toldBy(teller).keys()].filter((identity) => !there.has(identity));
    return gone.flatMap((identity) => topology.remove(teller, identity));
  }

  #ignore({ key, value }: EtcdRecord): void {
    if (value !== undefined && !this.#warned.has(key) && this.#warned.size < MOST_WARNED) {
      this.#warned.add(key);
      this.#options.warn(`${JSON.stringify(key)} in etcd is not what a lookupd of this version writes: it is left out`);
    }
  }
}

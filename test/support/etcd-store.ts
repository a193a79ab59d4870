import { onTestFinished } from 'vitest';
import type { TopologyStore } from '../../src/lookupd/store.ts';
import { EtcdStore, type EtcdStoreOptions } from '../../src/lookupd/store-etcd.ts';
import { lines } from '../lookupd/store-contract.ts';

/** A store of one test, what it tells and what it logs. */
export interface OpenedStore {
  readonly store: EtcdStore;
  readonly told: string[];
  readonly log: string[];
}

/** Opens a store, as a lookupd does, with short times. It is closed with the test. */
export function openStore(address: string, options: Partial<EtcdStoreOptions> = {}): OpenedStore {
  const [told, log]: [string[], string[]] = [[], []];
  const note = (level: string) => (message: string) => {
    log.push(`${level}: ${message}`);
  };
  const store = EtcdStore.open({
    address,
    log: { info: note('info'), warning: note('warning') },
    ttlMs: 5000,
    timeoutMs: 2000,
    patienceMs: 3000,
    ...options,
  });
  onTestFinished(() => store.close());
  store.onEvents((events) => told.push(...lines(events)));
  return { store, told, log };
}

/** What a store answers, as text to compare. */
export function answersOf(store: Pick<TopologyStore, 'topology'>): string {
  const { nodes, jobs } = store.topology;
  const byName = nodes.map((node) => JSON.stringify(node)).toSorted();
  return JSON.stringify([byName, jobs.map(({ name, sources }) => [name, sources.map((source) => JSON.stringify(source)).toSorted()])]);
}

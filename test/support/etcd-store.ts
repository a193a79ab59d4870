import { onTestFinished } from 'vitest';
import { EtcdStore, type EtcdStoreOptions } from '../../src/lookupd/store-etcd.ts';
import { lines } from '../lookupd/store-contract.ts';

/** A store of one test, what it tells and what it logs. */
export interface OpenedStore {
  readonly store: EtcdStore;
  readonly told: string[];
  readonly log: string[];
}

/** Opens a store, as a lookupd does, with the shortest lease there is. It is closed with the test. */
export function openStore(address: string, options: Partial<EtcdStoreOptions> = {}): OpenedStore {
  const [told, log]: [string[], string[]] = [[], []];
  const note = (level: string) => (message: string) => {
    log.push(`${level}: ${message}`);
  };
  const store = EtcdStore.open({
    address,
    log: { info: note('info'), warning: note('warning') },
    ttlMs: 1000,
    timeoutMs: 500,
    patienceMs: 1500,
    ...options,
  });
  onTestFinished(() => store.close());
  store.onEvents((events) => told.push(...lines(events)));
  return { store, told, log };
}

/** What a store answers, as text to compare. */
export function answersOf(store: EtcdStore): string {
  const { nodes, jobs } = store.topology;
  const byName = nodes.map((node) => JSON.stringify(node)).toSorted();
  return JSON.stringify([byName, jobs.map(({ name, sources }) => [name, sources.map((source) => JSON.stringify(source)).toSorted()])]);
}

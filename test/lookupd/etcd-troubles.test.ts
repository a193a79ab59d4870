import { describe, expect, onTestFinished, test } from 'vitest';
import { identityOf, type NodeEntry } from '../../src/lookupd/node-entry.ts';
import type { EtcdStore } from '../../src/lookupd/store-etcd.ts';
import { Topology } from '../../src/lookupd/topology.ts';
import { HAS_ETCD, TestEtcd } from '../support/etcd.ts';
import { answersOf, openStore } from '../support/etcd-store.ts';
import { LookupFollower } from '../support/lookup-follower.ts';
import { Proxy } from '../support/proxy.ts';
import { entry } from './store-contract.ts';

const MS = Number(process.env['TROUBLES_MS'] ?? 2000);
const NODES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A lookupd's store whose way to etcd can be cut, and what it was told. */
interface Place {
  readonly store: EtcdStore;
  readonly proxy: Proxy;
  readonly told: Map<string, NodeEntry>;
  readonly follower: LookupFollower;
}

function any<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)]!;
}

async function openPlace(etcd: TestEtcd): Promise<Place> {
  const proxy = await Proxy.open(etcd.port);
  const { store } = openStore(etcd.address('x', Number(new URL(proxy.url).port)), { ttlMs: 1000, timeoutMs: 300, patienceMs: 800 });
  const follower = new LookupFollower();
  store.onEvents((events) => {
    for (const event of events) {
      follower.take(event);
    }
  });
  return { store, proxy, told: new Map(), follower };
}

/** What a node runs, and tells whoever hears it: lookupds may know it from different times. */
type Runs = Map<string, Readonly<Record<string, readonly number[]>>>;

function anyJobs(): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(['s.a', 's.b', 't.c'].filter(() => Math.random() < 0.6).map((job) => [job, [Math.floor(Math.random() * 9)]]));
}

/** Something happens at one of the places, or to etcd. @param seq grows with each call */
async function happen({ etcd, places, runs, seq }: { etcd: TestEtcd; places: readonly Place[]; runs: Runs; seq: number }): Promise<void> {
  const { store, proxy, told } = any(places);
  const name = any(NODES);
  const dice = Math.random();
  if (dice < 0.6) {
    if (dice < 0.4) {
      runs.set(name, anyJobs());
    }
    const one = entry(name, runs.get(name), { seq, generation: 1 + Math.floor(seq / 200) });
    told.set(name, one);
    store.put(one);
  } else if (dice < 0.85) {
    told.delete(name);
    store.remove(identityOf(entry(name)));
  } else if (dice < 0.9) {
    proxy.cut(Math.random() < 0.5);
  } else if (dice < 0.96) {
    proxy.mend();
  } else if (dice < 0.97) {
    proxy.cutPath('/v3/watch');
  } else if (dice < 0.98) {
    await etcd.compact();
  } else if (dice < 0.99) {
    const lease = (await etcd.keys('/x/')).find(() => Math.random() < 0.3)?.lease;
    if (lease !== undefined) {
      await etcd.call('lease/revoke', { ID: lease }).catch(() => undefined);
    }
  } else {
    etcd.freeze();
    setTimeout(() => etcd.thaw(), Math.random() * 1500);
  }
}

describe.skipIf(!HAS_ETCD)('whatever happens between lookupds and etcd', { timeout: MS + 90_000 }, () => {
  test('all answer alike in the end, and who has followed one of them knows what it answers', async () => {
    const etcd = await TestEtcd.start();
    onTestFinished(() => etcd.end());
    const places = [await openPlace(etcd), await openPlace(etcd), await openPlace(etcd)];
    const runs: Runs = new Map();
    for (let [seq, untilMs] = [1, performance.now() + MS]; performance.now() < untilMs; seq += 1) {
      await happen({ etcd, places, runs, seq }).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    }
    etcd.thaw();
    for (const { proxy } of places) {
      proxy.mend();
    }
    await Promise.all(places.map(({ store }) => store.settled(30_000)));
    const truth = new Topology();
    for (const [index, { told }] of places.entries()) {
      for (const one of told.values()) {
        truth.put(String(index), one);
      }
    }
    const expected = answersOf({ topology: truth });
    for (const { store, follower } of places) {
      await expect.poll(() => answersOf(store), { timeout: 20_000, interval: 20 }).toBe(expected);
      expect([...follower.nodes.keys()].toSorted()).toEqual(store.topology.nodes.map(({ name }) => name).toSorted());
      expect([...follower.nodes.values()].reduce((sum, jobs) => sum + jobs.size, 0)).toBe(
        store.topology.jobs.reduce((sum, { sources }) => sum + sources.length, 0),
      );
    }
  });
});

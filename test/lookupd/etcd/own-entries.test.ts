import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EtcdRecord, EtcdWrite } from '../../../src/lookupd/etcd/client.ts';
import { OwnEntries } from '../../../src/lookupd/etcd/own-entries.ts';
import { decodeEntry, encodeEntry, entryKey } from '../../../src/lookupd/etcd/record.ts';
import { identityOf, type NodeEntry } from '../../../src/lookupd/node-entry.ts';
import { entry } from '../store-contract.ts';

const P = '/p/';
const LEASE = '7';
const keyOf = (one: NodeEntry): string => entryKey(P, 'me', identityOf(one));
const A = entry('a', { 'shop.web': [1] });
const A2 = entry('a', { 'shop.web': [2] }, { seq: 2 });

function recordOf(one: NodeEntry, rest: Partial<EtcdRecord> = {}): EtcdRecord {
  return { key: keyOf(one), value: encodeEntry(one), lease: LEASE, revision: 1, ...rest };
}

function opened(records: readonly EtcdRecord[] = []): OwnEntries {
  const own = new OwnEntries(P, 'me');
  own.reset(records);
  return own;
}

test('what was told is to be written until it is, the newest only', () => {
  const own = opened();
  own.put(A);
  own.put(A2);
  const writes = own.next(LEASE);
  expect(writes).toEqual([{ key: keyOf(A), value: encodeEntry(A2) }]);
  expect(own.next(LEASE)).toEqual(writes);
  own.wrote(writes, LEASE, 5);
  expect(own.next(LEASE)).toEqual([]);
});

test('what is told while something is written comes afterwards', () => {
  const own = opened();
  own.put(A);
  const writes = own.next(LEASE);
  own.put(A2);
  own.wrote(writes, LEASE, 5);
  expect(own.next(LEASE).map(({ value }) => value)).toEqual([encodeEntry(A2)]);
});

test('a node that is gone before it was written leaves nothing to do, one that was written is taken away', () => {
  const own = opened();
  own.put(A);
  own.remove(identityOf(A));
  expect(own.next(LEASE)).toEqual([]);
  own.put(A);
  own.wrote(own.next(LEASE), LEASE, 5);
  own.remove(identityOf(A));
  expect(own.next(LEASE)).toEqual([{ key: keyOf(A), value: undefined }]);
  own.wrote(own.next(LEASE), LEASE, 6);
  expect(own.next(LEASE)).toEqual([]);
});

test('a number is written where what was told before it is newer than the number before', () => {
  const own = opened();
  const written = (): (string | undefined)[] => {
    const writes = own.next(LEASE);
    own.wrote(writes, LEASE, performance.now());
    return writes.map(({ value }) => value);
  };
  own.put(entry('a', { 'shop.web': [1] }, { seq: 10 }));
  expect(written()).toHaveLength(1);
  own.put(entry('a', { 'shop.web': [1] }, { seq: 15 }));
  expect(written()).toEqual([]);
  const late = entry('a', { 'shop.web': [2] }, { seq: 15 }); // told without a number
  own.put(late);
  expect(written()).toEqual([encodeEntry(late)]);
  const numbered = entry('a', { 'shop.web': [2] }, { seq: 20 });
  own.put(numbered);
  expect(written()).toEqual([encodeEntry(numbered)]);
  own.put(entry('a', { 'shop.web': [2] }, { seq: 25 }));
  expect(written()).toEqual([]);
});

test('what is there already is not written again after etcd was away', () => {
  const own = opened();
  own.put(A);
  own.reset([recordOf(A)]);
  expect(own.next(LEASE)).toEqual([]);
});

test.each<readonly [string, EtcdRecord]>([
  ['is older', recordOf(entry('a'))],
  ['is under another lease', recordOf(A, { lease: '8' })],
  ['is under none', recordOf(A, { lease: undefined })],
  ['can not be read', recordOf(A, { value: 'x' })],
])('what is there and %s is written over', (_, record) => {
  const own = opened();
  own.put(A);
  own.reset([record]);
  expect(own.next(LEASE)).toEqual([{ key: keyOf(A), value: encodeEntry(A) }]);
});

test('what is left of nodes that are gone is taken away', () => {
  expect(opened([recordOf(A)]).next(LEASE)).toEqual([{ key: keyOf(A), value: undefined }]);
});

test('another lease is taken for everything', () => {
  const own = opened([recordOf(A)]);
  own.put(A);
  expect(own.next(LEASE)).toEqual([]);
  own.doubt();
  expect(own.next('8')).toHaveLength(1);
});

test('old news changes nothing', () => {
  const own = opened();
  own.put(A);
  own.wrote(own.next(LEASE), LEASE, 5);
  own.see(recordOf(A2, { revision: 4 }));
  own.see({ key: keyOf(A), value: undefined, lease: undefined, revision: 4 });
  expect(own.next(LEASE)).toEqual([]);
});

test('what etcd does not take is left out until the node tells something else', () => {
  const own = opened();
  own.put(A);
  own.refuse(keyOf(A));
  own.put(entry('b'));
  expect(own.next(LEASE).map(({ key }) => key)).toEqual([keyOf(entry('b'))]);
  own.put(A2);
  expect(own.next(LEASE)).toHaveLength(2);
});

test('bundles hold no more than etcd takes', () => {
  const own = opened();
  for (let number = 0; number < 250; number += 1) {
    own.put(entry(`n${number}`));
  }
  const sizes: number[] = [];
  for (let writes = own.next(LEASE); writes.length > 0; writes = own.next(LEASE)) {
    sizes.push(writes.length);
    own.wrote(writes, LEASE, sizes.length);
  }
  expect(sizes).toEqual([100, 100, 50]);
  const large = Object.fromEntries(Array.from({ length: 20_000 }, (_, number) => [`shop.job-number-${number}`, [number]]));
  for (const name of ['x', 'y', 'z']) {
    own.put(entry(name, large));
  }
  expect(own.next(LEASE)).toHaveLength(1);
});

/** What may happen between a lookupd and an etcd; numbers choose among what is there. */
type Step =
  | { readonly kind: 'put'; readonly node: number; readonly pid: number }
  | { readonly kind: 'remove'; readonly node: number }
  | { readonly kind: 'write'; readonly answer: 'comes' | 'is lost' | 'never, and it is done later' }
  | { readonly kind: 'late' }
  | { readonly kind: 'watch' }
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'lease ends' };

const node = fc.nat(3);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), node, pid: fc.nat(5) }),
  fc.record({ kind: fc.constant('remove' as const), node }),
  fc.record({
    kind: fc.constant('write' as const),
    answer: fc.constantFrom('comes' as const, 'is lost' as const, 'never, and it is done later' as const),
  }),
  fc.constant({ kind: 'late' as const }),
  fc.constant({ kind: 'watch' as const }),
  fc.constant({ kind: 'reconnect' as const }),
  fc.constant({ kind: 'lease ends' as const }),
);

/** An etcd of one test, as far as one lookupd sees it. */
class Model {
  readonly own = new OwnEntries(P, 'me');
  readonly wanted = new Map<string, NodeEntry>();
  readonly keys = new Map<string, EtcdRecord>();
  lease = 1;
  #revision = 0;
  #history: EtcdRecord[] = [];
  #late: { readonly writes: readonly EtcdWrite[]; readonly lease: number }[] = [];

  do(step: Step): void {
    switch (step.kind) {
      case 'put': {
        const one = entry(`n${step.node}`, { 'shop.web': [step.pid] });
        this.wanted.set(keyOf(one), one);
        this.own.put(one);
        return;
      }
      case 'remove': {
        const one = entry(`n${step.node}`);
        this.wanted.delete(keyOf(one));
        this.own.remove(identityOf(one));
        return;
      }
      case 'write':
        this.#write(step.answer);
        return;
      case 'late':
        for (const { writes, lease } of this.#late.splice(0)) {
          this.#apply(writes, lease);
        }
        return;
      case 'watch':
        for (const record of this.#history.splice(0)) {
          this.own.see(record);
        }
        return;
      case 'reconnect':
        this.#history = [];
        this.own.reset([...this.keys.values()]);
        return;
      case 'lease ends':
        this.#apply(
          [...this.keys.values()].filter(({ lease }) => lease === String(this.lease)).map(({ key }) => ({ key, value: undefined })),
          this.lease,
        );
        this.lease += 1;
        this.own.doubt();
    }
  }

  #write(answer: 'comes' | 'is lost' | 'never, and it is done later'): void {
    const writes = this.own.next(String(this.lease), 2);
    if (answer === 'never, and it is done later') {
      this.#late.push({ writes, lease: this.lease });
      return;
    }
    const revision = this.#apply(writes, this.lease);
    if (answer === 'comes') {
      this.own.wrote(writes, String(this.lease), revision);
    }
  }

  #apply(writes: readonly EtcdWrite[], lease: number): number {
    const real = writes.filter(({ key, value }) => value !== undefined || this.keys.has(key));
    // one that comes with a lease that has ended is refused
    if (real.length === 0 || lease < this.lease) {
      return this.#revision;
    }
    this.#revision += 1;
    for (const { key, value } of real) {
      const record = { key, value, lease: value === undefined ? undefined : String(lease), revision: this.#revision };
      if (value === undefined) {
        this.keys.delete(key);
      } else {
        this.keys.set(key, record);
      }
      this.#history.push(record);
    }
    return this.#revision;
  }
}

test('whatever becomes of writes, in the end there is what was told', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      const model = new Model();
      for (const step of [...steps, { kind: 'late' } as const, { kind: 'watch' } as const]) {
        model.do(step);
      }
      for (let tries = 0; model.own.next(String(model.lease)).length > 0; tries += 1) {
        expect(tries).toBeLessThan(10);
        model.do({ kind: 'write', answer: 'comes' });
        model.do({ kind: 'watch' });
      }
      const there = [...model.keys.values()].map(({ key, value }) => [key, decodeEntry(P, key, value ?? '')]);
      expect(new Map(there as [string, NodeEntry][])).toEqual(model.wanted);
      expect([...model.keys.values()].every(({ lease }) => lease === String(model.lease))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WritePace } from '../../../src/lookupd/etcd/write-pace.ts';
import { openStore } from '../../support/etcd-store.ts';
import { FakeEtcd, type FakeReply } from '../../support/fake-etcd.ts';
import { entry } from '../store-contract.ts';

vi.setConfig({ testTimeout: 60_000 });

const LONG_MS = 10_000;
const soon = { timeout: LONG_MS, interval: 10 };
const FULL: FakeReply = { kind: 'refusal', code: 8, message: 'etcdserver: mvcc: database space exceeded' };

function warnings(log: readonly string[]): readonly string[] {
  return log.filter((line) => line.startsWith('warning'));
}

/** What is under a key, as etcd tells it. */
function kv(key: string, revision: number, value: object): object {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return { key: base64(`/gaffer/lookup/${key}`), value: base64(JSON.stringify(value)), mod_revision: String(revision) };
}

function nodeKv(name: string, revision: number): object {
  return kv(`x/${name}%20o`, revision, { name, origin: 'o', version: '1', generation: 1, jobs: {} });
}

test('goes on reading an etcd that takes nothing, says so once, and writes when it takes something again', async () => {
  const etcd = await FakeEtcd.open();
  etcd.on('kv/txn', () => FULL);
  const { store, log } = openStore(etcd.address);
  store.put(entry('a'));
  await expect
    .poll(() => warnings(log), soon)
    .toEqual(["warning: etcd does not take what nodes tell here, so other lookupds can't see it: etcdserver: mvcc: database space exceeded"]);
  etcd.tell({ result: { header: { revision: '6' }, events: [{ kv: nodeKv('b', 6) }] } });
  await expect.poll(() => store.topology.nodes.map(({ name }) => name), soon).toEqual(['a', 'b']);
  await expect(store.settled(50)).rejects.toThrow('etcd has not taken everything');
  expect(store.isConnected).toBe(true);
  etcd.off('kv/txn');
  await store.settled(LONG_MS);
  expect(warnings(log)).toHaveLength(1);
});

test('writes what is told while it says that everything is written', async () => {
  const etcd = await FakeEtcd.open();
  const written: string[] = [];
  etcd.on('kv/txn', (body) => {
    if (written.push(JSON.stringify(body)) === 1) {
      store.put(entry('a'));
    }
    return { kind: 'answer', body: { header: { revision: String(5 + written.length) } } };
  });
  const { store } = openStore(etcd.address);
  await store.settled(LONG_MS);
  expect(written).toHaveLength(2);
});

test('writes no more than etcd bears: what is told meanwhile goes with the next write', async () => {
  const etcd = await FakeEtcd.open();
  const values: string[] = [];
  etcd.on('kv/txn', (body) => {
    values.push(...[...JSON.stringify(body).matchAll(/"value":"([^"]+)"/g)].map(([, base64 = '']) => Buffer.from(base64, 'base64').toString()));
    return { kind: 'answer', body: { header: { revision: String(5 + values.length) } } };
  });
  const { store } = openStore(etcd.address, { pace: new WritePace({ burstBytes: 100, bytesPerSecond: 400 }) });
  const from = performance.now();
  for (let pid = 1; pid <= 20; pid += 1) {
    store.put(entry('a', { 'shop.web': [pid] }, { seq: pid }));
    await new Promise((resolve) => setTimeout(resolve, 10)); // time enough to write each, if it were written
  }
  const most = 100 + 400 * ((performance.now() - from) / 1000);
  await store.settled(LONG_MS);
  const told = values.filter((value) => value.includes('shop.web'));
  expect(told.slice(0, -2).join('').length).toBeLessThan(most); // the last but one may be more than is left, and the last one waited for
  expect(told.at(-1)).toContain('[20]');
});

test('reads everything anew when etcd has forgotten what has changed since, and is connected all the time', async () => {
  const etcd = await FakeEtcd.open();
  const { store, told, log } = openStore(etcd.address);
  etcd.tell({ result: { header: { revision: '6' }, events: [{ kv: nodeKv('a', 6) }] } });
  await store.settled(LONG_MS);
  etcd.tell({ result: { header: { revision: '6' }, events: [{ kv: nodeKv('a', 6) }] } });
  await expect.poll(() => told, soon).toContain('identify a');
  etcd.on('kv/range', () => ({ kind: 'answer', body: { header: { revision: '9' }, kvs: [nodeKv('b', 8)] } }));
  etcd.tell({ result: { canceled: true, compact_revision: '8' } });
  await expect.poll(() => told.filter((line) => !line.startsWith('add_node')), soon).toEqual(['identify a', 'identify b', 'remove_node a']);
  await store.settled(LONG_MS);
  expect(log).toHaveLength(1);
});

test('reads everything of an etcd that answers in pages', async () => {
  const etcd = await FakeEtcd.open();
  const asked: unknown[] = [];
  etcd.on('kv/range', ({ key, revision }) => {
    asked.push([Buffer.from(String(key), 'base64').toString(), revision]);
    const page = asked.length === 1 ? { kvs: [nodeKv('a', 1)], more: true } : { kvs: [nodeKv('b', 1)] };
    return { kind: 'answer', body: { header: { revision: String(4 + asked.length) }, ...page } };
  });
  const { store } = openStore(etcd.address);
  await store.settled(LONG_MS);
  expect(asked).toEqual([
    ['/gaffer/lookup/', undefined],
    ['/gaffer/lookup/x/a%20o\0', '5'],
  ]);
  expect(store.topology.nodes.map(({ name }) => name)).toEqual(['a', 'b']);
});

test('connects anew with an etcd that says it tells of changes, and does not', async () => {
  const etcd = await FakeEtcd.open();
  const { store, log } = openStore(etcd.address, { ttlMs: 1000, timeoutMs: 200 });
  await store.settled(LONG_MS);
  await expect.poll(() => log, soon).toContainEqual(expect.stringMatching(/^warning: etcd is away.* does not tell of changes$/));
  await expect.poll(() => etcd.countOf('watch'), soon).toBeGreaterThan(1);
});

test('leaves an etcd alone that tells of changes: only the lease is kept', async () => {
  const etcd = await FakeEtcd.open();
  const { store, log } = openStore(etcd.address, { ttlMs: 3000 });
  await store.settled(LONG_MS);
  let revision = 100;
  const timer = setInterval(() => {
    revision += 1;
    etcd.tell({ result: { header: { revision: String(revision) }, events: [{ kv: nodeKv('a', revision) }] } });
  }, 50);
  onTestFinished(() => clearInterval(timer));
  await expect.poll(() => etcd.countOf('lease/keepalive'), soon).toBe(2);
  expect(etcd.countOf('kv/txn')).toBe(1);
  expect(log).toHaveLength(1);
});

test.each<readonly [string, string, FakeReply, RegExp]>([
  ['answers nothing', 'kv/range', { kind: 'silence' }, /did not answer within 0.2 s/],
  ['answers something else', 'kv/range', { kind: 'text', text: '<html>' }, /expected a JSON object, as etcd answers, got "<html>"/],
  ['has no leader', 'kv/range', { kind: 'refusal', code: 14, message: 'etcdserver: no leader' }, /no leader/],
  ['begins no watch', 'watch', { kind: 'silence' }, /did not answer within 0.2 s/],
  ['ends the watch', 'watch', { kind: 'stream', lines: [{ result: {} }], ends: true }, /etcd has ended the watch: its connection is closed/],
  ['cancels the watch', 'watch', { kind: 'stream', lines: [{ result: { canceled: true, cancel_reason: 'no' } }] }, /etcd has ended the watch: no/],
  ['refuses within the watch', 'watch', { kind: 'stream', lines: [{ error: { grpc_code: 14, message: 'closing' } }] }, /: closing$/],
  ['gives no lease', 'lease/grant', { kind: 'refusal', code: 14, message: 'timed out' }, /: timed out$/],
  ['takes no change', 'kv/txn', { kind: 'silence' }, /did not answer within 0.2 s/],
])('tries again, with pauses, when etcd %s', async (_, path, reply, reason) => {
  const etcd = await FakeEtcd.open();
  etcd.on(path, () => reply);
  const { store, log } = openStore(etcd.address, reply.kind === 'silence' ? { timeoutMs: 200 } : {});
  store.put(entry('a'));
  await expect.poll(() => warnings(log)[0], soon).toMatch(reason);
  const [tries, from] = [etcd.countOf('kv/range'), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(etcd.countOf('kv/range') - tries).toBeLessThan(3 + (performance.now() - from) / 100); // the shortest pause
  expect(store.topology.nodes).toHaveLength(1);
  etcd.off(path);
  await store.settled(LONG_MS);
  expect(store.isConnected).toBe(true);
});

test('is not held up by an etcd that takes connections and says nothing', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const { store, log } = openStore(`etcd://127.0.0.1:${port}`, { timeoutMs: 100 });
  store.put(entry('a'));
  expect(store.topology.nodes).toHaveLength(1);
  await expect.poll(() => log[0], soon).toMatch(/did not answer/);
  await store.close();
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { identityOf } from '../../src/lookupd/node-entry.ts';
import { TestAuthority } from '../support/certificates.ts';
import { type EtcdTestOptions, HAS_ETCD, TestEtcd } from '../support/etcd.ts';
import { answersOf, type OpenedStore, openStore } from '../support/etcd-store.ts';
import { Proxy } from '../support/proxy.ts';
import { describeStore, entry } from './store-contract.ts';

const LONG_MS = 20_000;
const soon = { timeout: LONG_MS, interval: 10 };

/** An etcd of one test. */
async function ownEtcd(options: EtcdTestOptions = {}): Promise<TestEtcd> {
  const etcd = await TestEtcd.start(options);
  onTestFinished(() => etcd.end());
  return etcd;
}

function names({ store }: OpenedStore): string[] {
  return store.topology.nodes.map(({ name }) => name ?? '?').toSorted();
}

// Debian: apt-get install etcd-server
describe.skipIf(!HAS_ETCD)('etcd', { timeout: 90_000 }, () => {
  let etcd: TestEtcd;
  let count = 0;
  const prefix = (): string => {
    count += 1;
    return `test${count}`;
  };
  beforeAll(async () => {
    etcd = await TestEtcd.start();
  });
  afterAll(() => etcd.end());

  describeStore('a store in etcd', async () => openStore(etcd.address(prefix())).store);

  test('is the same for all lookupds, and each tells each change once', async () => {
    const address = etcd.address(prefix());
    const [one, two, three] = [openStore(address), openStore(address), openStore(address)];
    one.store.put(entry('a', { 'shop.web': [1, 2] }));
    two.store.put(entry('b', { 'shop.web': [5], 'blog.web': [6] }));
    three.store.put(entry('c'));
    await Promise.all([one, two, three].map(({ store }) => store.settled(LONG_MS)));
    for (const { store } of [one, two, three]) {
      await expect.poll(() => answersOf(store), soon).toBe(answersOf(one.store));
    }
    one.store.put(entry('a', { 'shop.web': [2, 3] }, { seq: 2 }));
    two.store.remove(identityOf(entry('b')));
    await expect.poll(() => names(three), soon).toEqual(['a', 'c']);
    await expect.poll(() => three.store.topology.sourcesOf('shop.web')[0]?.pids, soon).toEqual([2, 3]);
    const all = [
      'identify a',
      'add_job a shop.web',
      ...[1, 2, 3].map((pid) => `add_process a shop.web ${pid}`),
      'remove_process a shop.web 1',
      'identify b',
      'add_job b shop.web',
      'add_process b shop.web 5',
      'add_job b blog.web',
      'add_process b blog.web 6',
      'remove_process b shop.web 5',
      'remove_job b shop.web',
      'remove_process b blog.web 6',
      'remove_job b blog.web',
      'remove_node b',
      'identify c',
    ];
    for (const { told } of [one, two, three]) {
      await expect.poll(() => told.filter((line) => !line.startsWith('add_node')).toSorted(), soon).toEqual(all.toSorted());
    }
  });

  test('knows a node as long as one lookupd is connected with it', async () => {
    const address = etcd.address(prefix());
    const [one, two, watcher] = [openStore(address), openStore(address), openStore(address)];
    one.store.put(entry('a', { 'shop.web': [1] }));
    two.store.put(entry('a', { 'shop.web': [1] }));
    await Promise.all([one.store.settled(LONG_MS), two.store.settled(LONG_MS)]);
    await expect.poll(() => watcher.store.topology.tellers.length, soon).toBe(2);
    one.store.remove(identityOf(entry('a')));
    await expect.poll(() => watcher.store.topology.tellers.length, soon).toBe(1);
    expect(names(watcher)).toEqual(['a']);
    expect(watcher.told.filter((line) => line.startsWith('remove'))).toEqual([]);
    two.store.remove(identityOf(entry('a')));
    await expect.poll(() => names(watcher), soon).toEqual([]);
  });

  test('is known to a lookupd that is started again, and forgotten with the lease of the one before', async () => {
    const address = etcd.address(prefix());
    const before = openStore(address, { ttlMs: 3000 }); // time enough to start the next one
    before.store.put(entry('a', { 'shop.web': [1] }));
    before.store.put(entry('b', { 'shop.web': [2] }));
    await before.store.settled(LONG_MS);
    await before.store.close(); // what is left in etcd is what a killed one leaves
    const after = openStore(address);
    await after.store.settled(LONG_MS);
    expect(names(after)).toEqual(['a', 'b']);
    after.store.put(entry('a', { 'shop.web': [1] }, { seq: 5 }));
    await expect.poll(() => names(after), soon).toEqual(['a']);
    expect(after.told.filter((line) => line.startsWith('remove'))).toEqual(['remove_process b shop.web 2', 'remove_job b shop.web', 'remove_node b']);
    expect(await etcd.keys(`/test${count}/`)).toHaveLength(2); // a, and the lookupd's own
  });

  test('takes 1,000 nodes that come at once, in bundles', async () => {
    const address = etcd.address(prefix());
    const [one, two] = [openStore(address), openStore(address)];
    await one.store.settled(LONG_MS);
    const { header: before } = (await etcd.call('kv/range', { key: 'eA==' })) as { header: { revision: string } };
    const jobs = Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`shop.job${number}`, [number, number + 1000]]));
    for (let number = 0; number < 1000; number += 1) {
      one.store.put(entry(`node${number}`, jobs));
    }
    await one.store.settled(LONG_MS);
    await expect.poll(() => two.store.topology.nodes.length, soon).toBe(1000);
    expect(answersOf(two.store)).toBe(answersOf(one.store));
    const { header: after } = (await etcd.call('kv/range', { key: 'eA==' })) as { header: { revision: string } };
    expect(Number(after.revision) - Number(before.revision)).toBeLessThan(100);
  });

  test('writes nothing for a number alone', async () => {
    const { store } = openStore(etcd.address(prefix()));
    store.put(entry('a', { 'shop.web': [1] }, { seq: undefined }));
    await store.settled(LONG_MS);
    const written = async (): Promise<string | undefined> => (await etcd.keys(`/test${count}/`)).find(({ key }) => key.includes('a%20'))?.value;
    store.put(entry('a', { 'shop.web': [1] }, { seq: 7 })); // now it has told everything
    await store.settled(LONG_MS);
    expect(JSON.parse((await written()) ?? '')).toMatchObject({ seq: 7 });
    store.put(entry('a', { 'shop.web': [1] }, { seq: 8 }));
    await store.settled(LONG_MS);
    expect(JSON.parse((await written()) ?? '')).toMatchObject({ seq: 7 });
    store.put(entry('a', { 'shop.web': [2] }, { seq: 9 }));
    await store.settled(LONG_MS);
    expect(JSON.parse((await written()) ?? '')).toMatchObject({ seq: 9, jobs: { 'shop.web': [2] } });
  });

  test('puts right what somebody else has done to its keys', async () => {
    const { store } = openStore(etcd.address(prefix()), { id: 'me' });
    store.put(entry('a', { 'shop.web': [1] }));
    await store.settled(LONG_MS);
    const [key] = (await etcd.keys(`/test${count}/me/`)).map((one) => one.key);
    const pidsThere = async (): Promise<unknown> => {
      const [there] = await etcd.keys(`/test${count}/me/`);
      return there?.lease === undefined ? undefined : (JSON.parse(there.value) as { jobs: unknown }).jobs;
    };
    // as a write that was given up long ago, and is done now
    await etcd.put(key ?? '', JSON.stringify({ name: 'a', origin: 'http://a:5000', version: '0.1', generation: 1, jobs: { 'shop.old': [9] } }));
    await expect.poll(pidsThere, soon).toEqual({ 'shop.web': [1] });
    await etcd.call('kv/deleterange', { key: Buffer.from(key ?? '').toString('base64') });
    await expect.poll(pidsThere, soon).toEqual({ 'shop.web': [1] });
    await etcd.put(`${key}2`, 'left over');
    await expect.poll(async () => (await etcd.keys(`/test${count}/me/`)).length, soon).toBe(1);
  });

  test('gets a new lease where somebody has ended its own, and writes everything again', async () => {
    const address = etcd.address(prefix());
    const [one, two] = [openStore(address, { id: 'me' }), openStore(address)];
    one.store.put(entry('a', { 'shop.web': [1] }));
    await one.store.settled(LONG_MS);
    const leaseThere = async (): Promise<string | undefined> => (await etcd.keys(`/test${count}/me/`))[0]?.lease;
    const lease = await leaseThere();
    await etcd.call('lease/revoke', { ID: lease });
    await expect.poll(leaseThere, soon).toMatch(/^\d+$/);
    expect(await leaseThere()).not.toBe(lease);
    await expect.poll(() => names(two), soon).toEqual(['a']);
    expect(two.log.filter((line) => line.startsWith('warning'))).toEqual([]);
  });

  test('leaves out what no lookupd has written, with one line for each', async () => {
    const address = etcd.address(prefix());
    const at = (key: string): string => `/test${count}/${key}`;
    await etcd.put(at('elsewhere/a%20b/c'), 'hello');
    await etcd.put(at(''), 'nothing');
    await etcd.put(at('x/a%20http://a'), JSON.stringify({ name: 'a', origin: 'http://b', version: '1', generation: 0, jobs: {} }));
    const { store, log } = openStore(address);
    await store.settled(LONG_MS);
    await etcd.put(at('x/b%20o'), JSON.stringify({ name: 'b', origin: 'o', version: '1', generation: 0, jobs: { '.': [1] } }));
    await etcd.put(at('x/c%20o'), JSON.stringify({ name: 'c', origin: 'o', version: '1', generation: 0, jobs: { web: [1] }, new: true }));
    await etcd.put(at('elsewhere/a%20b/c'), 'hello again');
    await expect.poll(() => store.topology.nodes.map(({ name }) => name), soon).toEqual(['c']);
    await expect.poll(() => log.filter((line) => line.startsWith('warning')).length, soon).toBe(4);
    expect(log.find((line) => line.includes('elsewhere'))).toBe(
      `warning: "/test${count}/elsewhere/a%20b/c" in etcd is not what a lookupd of this version writes: it is left out`,
    );
  });

  test('is asked at the next address where one does not answer', async () => {
    const { store, log } = openStore(`etcd://127.0.0.1:1,127.0.0.1:${etcd.port}/${prefix()}`);
    store.put(entry('a'));
    await store.settled(LONG_MS);
    expect(log).toEqual([
      'warning: etcd is away, answers go on with what is known: cannot reach http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
      `info: connected with etcd at http://127.0.0.1:${etcd.port}: nodes known: 1, other lookupds: 0`,
    ]);
  });

  test('is connected with anew when the connection is cut, and what has changed meanwhile is told once, though etcd has forgotten how it came', async () => {
    const proxy = await Proxy.open(etcd.port);
    const where = prefix();
    const cut = openStore(etcd.address(where, Number(new URL(proxy.url).port)));
    const other = openStore(etcd.address(where));
    other.store.put(entry('gone', { 'shop.web': [1] }));
    other.store.put(entry('stays', { 'shop.web': [2] }));
    await cut.store.settled(LONG_MS);
    await expect.poll(() => names(cut), soon).toEqual(['gone', 'stays']);
    cut.told.length = 0;
    proxy.cut(false);
    await expect.poll(() => cut.store.isConnected, soon).toBe(false);
    other.store.remove(identityOf(entry('gone')));
    for (let pid = 3; pid < 20; pid += 1) {
      other.store.put(entry('stays', { 'shop.web': [pid] }, { seq: pid }));
      await other.store.settled(LONG_MS);
    }
    cut.store.put(entry('mine', { 'shop.web': [4] }));
    cut.store.put(entry('short', {}));
    cut.store.remove(identityOf(entry('short')));
    await etcd.compact();
    expect(names(cut)).toEqual(['gone', 'mine', 'stays']);
    proxy.mend();
    await cut.store.settled(LONG_MS);
    await expect.poll(() => answersOf(other.store), soon).toBe(answersOf(cut.store)); // others are told of what was written a moment later
    expect(cut.told.filter((line) => !/add_node|mine|short/.test(line)).toSorted()).toEqual(
      [
        'add_process stays shop.web 19',
        'remove_process stays shop.web 2',
        'remove_process gone shop.web 1',
        'remove_job gone shop.web',
        'remove_node gone',
      ].toSorted(),
    );
    expect(cut.log.map((line) => line.split(':')[0])).toEqual(['info', 'warning', 'info']);
  });

  test('may cut the watch alone: it is read anew', async () => {
    const proxy = await Proxy.open(etcd.port);
    const where = prefix();
    const [cut, other] = [openStore(etcd.address(where, Number(new URL(proxy.url).port))), openStore(etcd.address(where))];
    await cut.store.settled(LONG_MS);
    proxy.cutPath('/v3/watch');
    other.store.put(entry('a'));
    await expect.poll(() => names(cut), soon).toEqual(['a']);
  });

  test('loses nothing when it is killed and started again with what it has kept', async () => {
    const own = await ownEtcd();
    const [one, two] = [openStore(own.address('x')), openStore(own.address('x'))];
    one.store.put(entry('a', { 'shop.web': [1] }));
    two.store.put(entry('b', { 'shop.web': [2] }));
    await Promise.all([one, two].map(({ store }) => store.settled(LONG_MS)));
    await expect
      .poll(() => [names(one), names(two)], soon)
      .toEqual([
        ['a', 'b'],
        ['a', 'b'],
      ]);
    one.told.length = 0;
    two.told.length = 0;
    await own.kill();
    one.store.put(entry('a', { 'shop.web': [1], 'shop.job': [] }, { seq: 2 }));
    two.store.put(entry('c'));
    await expect.poll(() => one.store.isConnected || two.store.isConnected, soon).toBe(false);
    await expect(one.store.settled(50)).rejects.toThrow('etcd has not taken everything within 0.05 s');
    expect(names(one)).toEqual(['a', 'b']);
    await own.startAgain();
    await Promise.all([one, two].map(({ store }) => store.settled(LONG_MS)));
    await expect.poll(() => answersOf(one.store), soon).toBe(answersOf(two.store));
    expect(names(one)).toEqual(['a', 'b', 'c']);
    expect(one.told.filter((line) => !line.startsWith('add_node'))).toEqual(['add_job a shop.job', 'identify c']);
    expect(two.told.filter((line) => !line.startsWith('add_node'))).toEqual(['identify c', 'add_job a shop.job']);
  });

  test('hangs for longer than leases last: nobody is forgotten who comes back, and who does not is', async () => {
    const own = await ownEtcd();
    const open = (): OpenedStore => openStore(own.address('x'), { ttlMs: 1000, timeoutMs: 500 });
    const [one, two, dying] = [open(), open(), open()];
    one.store.put(entry('a', { 'shop.web': [1] }));
    two.store.put(entry('b', { 'shop.web': [2] }));
    dying.store.put(entry('d', { 'shop.web': [3] }));
    await Promise.all([one, two, dying].map(({ store }) => store.settled(LONG_MS)));
    await expect.poll(() => [names(one).length, names(two).length], soon).toEqual([3, 3]);
    one.told.length = 0;
    two.told.length = 0;
    own.freeze();
    await dying.store.close();
    await expect.poll(() => one.store.isConnected || two.store.isConnected, soon).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 1500)); // the lease is over, and etcd does not know it yet
    expect([names(one), names(two)]).toEqual([
      ['a', 'b', 'd'],
      ['a', 'b', 'd'],
    ]);
    own.thaw();
    await Promise.all([one, two].map(({ store }) => store.settled(LONG_MS)));
    await expect
      .poll(() => [names(one), names(two)], soon)
      .toEqual([
        ['a', 'b'],
        ['a', 'b'],
      ]);
    const gone = ['remove_process d shop.web 3', 'remove_job d shop.web', 'remove_node d'];
    expect([one.told, two.told]).toEqual([gone, gone]);
    await expect.poll(async () => (await own.keys('/x/')).filter(({ key }) => key.includes('%20')).length, soon).toBe(2);
  });

  test('is begun anew where etcd has lost everything', async () => {
    const own = await ownEtcd();
    const [one, two] = [openStore(own.address('x')), openStore(own.address('x'))];
    one.store.put(entry('a', { 'shop.web': [1] }));
    two.store.put(entry('b', { 'shop.web': [2] }));
    await Promise.all([one, two].map(({ store }) => store.settled(LONG_MS)));
    await expect.poll(() => [names(one).length, names(two).length], soon).toEqual([2, 2]);
    one.told.length = 0;
    await own.kill();
    own.wipe();
    await own.startAgain();
    await Promise.all([one, two].map(({ store }) => store.settled(LONG_MS)));
    await expect.poll(async () => (await own.keys('/x/')).filter(({ key }) => key.includes('%20')).length, soon).toBe(2);
    expect(answersOf(one.store)).toBe(answersOf(two.store));
    expect(one.told).toEqual([]);
  });

  test('does not take more of one node than it can: the others are not held up', async () => {
    const own = await ownEtcd({ args: ['--max-request-bytes=4000'] });
    const [one, two] = [openStore(own.address('x')), openStore(own.address('x'))];
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, number) => [`shop.job${number}`, [number]]));
    for (let number = 0; number < 30; number += 1) {
      one.store.put(entry(`small${number}`, { 'shop.web': [1] }));
    }
    one.store.put(entry('large', many));
    await one.store.settled(LONG_MS);
    await expect.poll(() => names(two).length, soon).toBe(30);
    expect(names(one)).toHaveLength(31);
    expect(one.log.filter((line) => line.startsWith('warning'))).toEqual([
      expect.stringMatching(/^warning: what a node has told is more than etcd takes in one value, so other lookupds can't see it: .*large%20/),
    ]);
    one.store.put(entry('large', { 'shop.web': [1] }, { seq: 2 }));
    await expect.poll(() => names(two).length, soon).toBe(31);
  });

  test('asks for a password, which is no part of what is logged', async () => {
    const own = await ownEtcd();
    await own.lock('s3cret@/');
    const nobody = openStore(own.address('x'));
    await expect.poll(() => nobody.log[0], soon).toMatch(/^warning: etcd is away.*user name is empty/);
    const wrong = openStore(`etcd://root:wrong@127.0.0.1:${own.port}/x`);
    await expect.poll(() => wrong.log[0], soon).toMatch(/authentication failed/);
    const right = openStore(`etcd://root:s3cret%40%2F@127.0.0.1:${own.port}/x`);
    right.store.put(entry('a'));
    await right.store.settled(LONG_MS);
    expect([...right.log, ...wrong.log].join()).not.toMatch(/s3cret|wrong/);
  });

  test('is asked over TLS, with a certificate where it wants one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gaffer-etcd-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const authority = new TestAuthority();
    const [server, client] = [authority.member(), authority.client()];
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const ca = file('ca.pem', authority.ca);
    const own = await ownEtcd({ tls: { cert: file('server.pem', server.cert), key: file('server.key', server.key), ca } });
    const address = `etcds://127.0.0.1:${own.tlsPort}/x`;
    const known = openStore(`${address}?cacert=${ca}&certfile=${file('client.pem', client.cert)}&keyfile=${file('client.key', client.key)}`);
    known.store.put(entry('a'));
    await known.store.settled(LONG_MS);
    const [trusting, doubting, lost] = [openStore(`${address}?cacert=${ca}`), openStore(address), openStore(`${address}?cacert=${ca}.none`)];
    await expect.poll(() => trusting.log[0], soon).toMatch(/cannot reach https:.*(certificate required|bad certificate|ECONNRESET)/);
    await expect.poll(() => doubting.log[0], soon).toMatch(/cannot reach https:.*(unable to|self-signed)/);
    await expect.poll(() => lost.log[0], soon).toMatch(/cannot read what TLS to etcd takes: ENOENT/);
  });
});

import { describe, expect, onTestFinished, test } from 'vitest';
import { HAS_ETCD } from '../support/etcd.ts';
import { type LookupName, LookupSite, type NodeName } from '../support/lookup-site.ts';
import { reasonAgainstNetworks } from '../support/network.ts';

const BEAT_MS = 1500;
const TWO_BEATS_MS = 2 * BEAT_MS;

/** Whoever is silent is forgotten after two to three heartbeats; a busy machine may take longer. */
const PATIENCE = { timeout: 10 * BEAT_MS, interval: 50 };

/** What runs at a node changes; it answers at once, whomever it reaches. */
async function change(site: LookupSite, node: NodeName, { load, unload }: { readonly load: string; readonly unload?: string }): Promise<void> {
  const sinceMs = performance.now();
  expect((await site.ask(node, 'POST', '/jobs/app', { name: load, cmd: 'sleep 1000' })).status).toBe(200);
  if (unload !== undefined) {
    expect((await site.ask(node, 'DELETE', `/jobs/app/${unload}?wait=true`)).status).toBe(200);
  }
  expect(performance.now() - sinceMs).toBeLessThan(TWO_BEATS_MS); // nobody is taken for gone sooner
}

/** How long it may take until all agree that can reach each other again: two heartbeats, and what this machine needs besides to tell and to ask. */
async function patienceWith(site: LookupSite): Promise<number> {
  await change(site, 'node1', { load: 'zero' });
  const there = await site.agreed();
  await change(site, 'node1', { load: 'nil', unload: 'zero' });
  expect((await site.ask('node1', 'DELETE', '/jobs/app/nil?wait=true')).status).toBe(200);
  return TWO_BEATS_MS + 10 * Math.max(there, await site.agreed());
}

async function nodesOf(site: LookupSite, name: LookupName): Promise<string> {
  return (await site.answers(name)).nodes.join(' ');
}

async function jobsOf(site: LookupSite, name: LookupName, node: NodeName): Promise<string[]> {
  return Object.keys((await site.answers(name)).running).filter((one) => one.startsWith(`${node} `));
}

describe('nodes, lookupds and an etcd, each at a machine of its own', { timeout: 180_000 }, () => {
  test('agree two heartbeats after they were cut off, and no job is touched by it', async ({ skip }) => {
    const reason = HAS_ETCD ? reasonAgainstNetworks() : 'there is no etcd';
    skip(reason !== undefined, reason); // namespaces take root and iproute2, and machines that allow it
    const site = await LookupSite.open(BEAT_MS);
    onTestFinished(() => site.close());
    const { network } = site;
    await site.agreed();
    const lives = await site.lives('app.web');
    expect(lives).toHaveLength(6);
    const inTimeMs = await patienceWith(site);

    // two nodes: the cable of one is pulled, of the other everything is lost on the way
    network.unplug('node1');
    network.silence('node2');
    await change(site, 'node1', { load: 'one' });
    await change(site, 'node2', { load: 'two' });
    await change(site, 'node3', { load: 'three' });
    await expect.poll(() => nodesOf(site, 'lookup1'), PATIENCE).toBe('node3');
    await expect.poll(() => nodesOf(site, 'lookup2'), PATIENCE).toBe('node3');
    expect(await jobsOf(site, 'lookup1', 'node3')).toEqual(['node3 app.three', 'node3 app.web']);
    network.mend('node1');
    network.mend('node2');
    expect(await site.agreed()).toBeLessThan(inTimeMs);

    // a lookupd: it forgets who is registered with it alone, what it has from others stays as it was; others forget who is registered there alone
    network.silence('lookup1');
    await change(site, 'node1', { load: 'four', unload: 'one' });
    await change(site, 'node2', { load: 'four', unload: 'two' });
    await change(site, 'node3', { load: 'four', unload: 'three' });
    await expect.poll(() => jobsOf(site, 'lookup2', 'node1'), PATIENCE).toEqual(['node1 app.four', 'node1 app.web']);
    await expect.poll(() => nodesOf(site, 'lookup2'), PATIENCE).toBe('node1 node3');
    await expect.poll(() => jobsOf(site, 'lookup1', 'node2'), PATIENCE).toEqual([]);
    expect(await jobsOf(site, 'lookup1', 'node3')).toEqual(['node3 app.three', 'node3 app.web']);
    network.mend('lookup1');
    expect(await site.agreed()).toBeLessThan(inTimeMs);

    // etcd: each goes on with what it knows, and with what it is told itself
    network.unplug('etcd');
    await site.logOf('lookup1').until(/etcd is away/, 2);
    await site.logOf('lookup2').until(/etcd is away/);
    await change(site, 'node2', { load: 'five', unload: 'four' });
    await change(site, 'node3', { load: 'six', unload: 'four' });
    await expect.poll(() => jobsOf(site, 'lookup1', 'node2'), PATIENCE).toEqual(['node2 app.five', 'node2 app.web']);
    await expect.poll(() => jobsOf(site, 'lookup2', 'node3'), PATIENCE).toEqual(['node3 app.six', 'node3 app.web']);
    expect(await jobsOf(site, 'lookup1', 'node3')).toEqual(['node3 app.four', 'node3 app.web']);
    expect(await jobsOf(site, 'lookup2', 'node2')).toEqual(['node2 app.four', 'node2 app.web']);
    network.mend('etcd');
    expect(await site.agreed()).toBeLessThan(inTimeMs);

    const truth = await site.truth();
    await expect.poll(() => [site.followed('lookup1'), site.followed('lookup2')], PATIENCE).toEqual([truth, truth]);

    // kill -9: a lookupd, etcd, and a node at a moment when nobody is told that it is gone, so that a ghost of it is there
    await site.kill('lookup2');
    await site.startLookupd('lookup2');
    expect((await site.answers('lookup2')).running).toEqual(truth);
    await change(site, 'node3', { load: 'seven', unload: 'six' });
    expect(await site.agreed()).toBeLessThan(inTimeMs);
    await site.kill('etcd');
    await change(site, 'node2', { load: 'eight', unload: 'five' });
    site.startEtcd();
    expect(await site.agreed()).toBeLessThan(inTimeMs);
    expect(await site.lives('app.web')).toEqual(lives);
    network.silence('node2');
    await site.kill('node2');
    await site.startNode('node2');
    network.mend('node2');
    expect(await site.agreed()).toBeLessThan(inTimeMs);
    expect(await site.lives('app.web', ['node1', 'node3'])).toEqual(lives.slice(0, 2).concat(lives.slice(4)));
    await expect.poll(() => site.followed('lookup1'), PATIENCE).toEqual(await site.truth());
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { Log } from '../../src/daemon/log.ts';
import { readLookupdConfig } from '../../src/lookupd/config.ts';
import { Lookupd } from '../../src/lookupd/lookupd.ts';
import { HAS_ETCD, TestEtcd } from '../support/etcd.ts';

/** A lookupd at a free port, as its program makes it. */
async function openLookupd(store: string): Promise<Lookupd> {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-lookupd-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { config, findings } = readLookupdConfig({
    flags: { bind: ['127.0.0.1:0'], 'state-dir': folder, store },
    env: {},
    cwd: folder,
    home: folder,
    isRoot: false,
  });
  expect(findings).toEqual([]);
  const lookupd = new Lookupd({ config: config!, version: '1', log: new Log({ level: 'critical' }) });
  onTestFinished(() => lookupd.stop());
  await lookupd.start();
  return lookupd;
}

async function nodesOf(lookupd: Lookupd): Promise<readonly (string | null)[]> {
  const { nodes } = (await (await fetch(`${lookupd.addresses[0]}/nodes`)).json()) as { nodes: readonly { name: string | null }[] };
  return nodes.map(({ name }) => name);
}

describe.skipIf(!HAS_ETCD)('a lookupd with an etcd', { timeout: 60_000 }, () => {
  test('that is stopped and started again knows the nodes of before at once', async () => {
    const etcd = await TestEtcd.start();
    onTestFinished(() => etcd.end());
    const before = await openLookupd(etcd.address('x'));
    const node = new WebSocket(`${before.addresses[0]?.replace('http', 'ws')}/ws`);
    await new Promise((resolve) => node.once('open', resolve));
    node.send(JSON.stringify({ type: 'IDENTIFY', msgid: '1', name: 'a', origin: 'http://a:5000', version: '0.1', generation: 1 }));
    await expect.poll(async () => (await etcd.keys('/x/')).some(({ key }) => key.includes('a%20'))).toBe(true);
    const gone = new Promise((resolve) => node.once('close', resolve));
    await before.stop();
    await gone;
    expect((await etcd.keys('/x/')).some(({ key }) => key.includes('a%20'))).toBe(true);
    expect(await nodesOf(await openLookupd(etcd.address('x')))).toEqual(['a']);
  });

  test('that is away listens all the same', async () => {
    const lookupd = await openLookupd('etcd://127.0.0.1:1');
    expect(await nodesOf(lookupd)).toEqual([]);
  });
});

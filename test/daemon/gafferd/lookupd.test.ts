import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, onTestFinished } from 'vitest';
import { Store } from '../../../src/daemon/store.ts';
import type { LookupdInfo } from '../../../src/protocol/lookupd-info.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { FakeLookupd } from '../../support/fake-lookupd.ts';
import type { Gafferd } from '../../support/gafferd.ts';
import { test } from '../../support/machine.ts';
import { becomes } from '../../support/processes.ts';

const WEB = ['[process:shop:web]', 'cmd = sleep 1000', 'numprocesses = 2'];

/** Every lookupd, as the API tells it. */
async function lookupds(daemon: Gafferd): Promise<LookupdInfo[]> {
  return ((await daemon.ask('GET', '/lookupds')).json as { lookupds: LookupdInfo[] }).lookupds;
}

/** A server that accepts connections and never says a word. */
async function mute(): Promise<string> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

describe('gafferd', () => {
  test('registers with every lookupd that it is given, and none is in its way', async ({ machine }) => {
    const lookupd = await FakeLookupd.open();
    const hanging = await mute();
    machine.configure(`lookupd_address = ${hanging}`, `lookupd_address2 = ${lookupd.url}`, 'lookupd_address3 = http://127.0.0.1:1', ...WEB);
    const daemon = await machine.start();
    expect((await lookupds(daemon))[0]).toMatchObject({ address: hanging, state: 'connecting', last_error: null });
    expect(await becomes(() => lookupd.topology['shop.web']?.length === 2, 10_000)).toBe(true);
    expect(lookupd.last.identity).toMatchObject({ origin: daemon.urls[0], version: '0.1', generation: expect.any(Number) as number });
    await daemon.ask('POST', '/jobs/blog', { name: 'api', cmd: 'sleep 1000', os_env: true });
    await lookupd.until('REGISTER_JOB blog.api');
    const { pid } = (await daemon.ask('POST', '/jobs/blog/api/commit', {})).json as { pid: number };
    await lookupd.until(`REGISTER_PROCESS blog.api ${pid}`);
    await daemon.ask('DELETE', '/jobs/blog/api?wait=true');
    await lookupd.until('UNREGISTER_JOB blog.api');
    expect(lookupd.topology).toEqual({ 'shop.web': [1, 2] });
    await expect
      .poll(async () => await lookupds(daemon))
      .toEqual([
        expect.objectContaining({ address: hanging, jobs: 0 }),
        expect.objectContaining({ address: lookupd.url, state: 'connected', jobs: 1, processes: 2, last_error: null }),
        expect.objectContaining({ address: 'http://127.0.0.1:1', jobs: 0, last_error: 'nobody listens there' }),
      ]);
    await daemon.stderr.until(/\[WARNING\] lookupd is told that this node is at http:\/\/127\.0\.0\.1:\d+, where other machines can't reach it/);
    await daemon.stderr.until(/\[INFO\] registered with the lookupd http:\/\/127\.0\.0\.1:\d+: \d jobs?, \d process/);
    await daemon.stderr.until(/\[WARNING\] can't register with the lookupd http:\/\/127\.0\.0\.1:1: nobody listens there/);
    const beginMs = performance.now();
    expect((await daemon.end('SIGTERM')).code).toBe(0);
    expect(performance.now() - beginMs).toBeLessThan(9_000); // a connection may take ten seconds
    expect(await becomes(() => !lookupd.last.isOpen, 10_000)).toBe(true);
  });

  test('comes back as a later run of the same node after it was killed, though the clock was set back by a minute since', async ({ machine }) => {
    const lookupd = await FakeLookupd.open();
    machine.configure(...WEB);
    const args = ['--lookupd-address', lookupd.url, '--broadcast-address', 'https://node1.example'];
    const first = await machine.start(args);
    await lookupd.until('REGISTER_PROCESS shop.web 2');
    const before = lookupd.last.identity;
    await first.end('SIGKILL');
    const store = Store.open(machine.state, { onProblem: (problem) => expect.unreachable(problem) });
    const ahead = store.nextGeneration(Date.now() + 60_000); // as the first one would have had it
    store.close();
    await machine.start(args);
    expect(await becomes(() => lookupd.connections.length === 2 && lookupd.topology['shop.web']?.length === 2, 10_000)).toBe(true);
    const { name, origin, generation } = lookupd.last.identity ?? {};
    expect({ name, origin }).toEqual({ name: before?.['name'], origin: 'https://node1.example' });
    expect(before?.['generation']).toBeCloseTo(Date.now(), -5);
    expect(generation).toBe(ahead + 1);
  });

  test('goes over to other lookupd servers on SIGHUP, and restarts nothing because of it', async ({ machine }) => {
    const [stays, goes, comes] = [await FakeLookupd.open(), await FakeLookupd.open(), await FakeLookupd.open()];
    machine.configure(`lookupd_address = ${stays.url} ${goes.url}`, ...WEB);
    const daemon = await machine.start();
    await Promise.all([stays, goes].map((lookupd) => lookupd.until('REGISTER_PROCESS shop.web 2')));
    machine.configure(`lookupd_address = ${stays.url} ${comes.url}`, ...WEB);
    daemon.signal('SIGHUP');
    await comes.until('REGISTER_PROCESS shop.web 2');
    expect(await becomes(() => !goes.last.isOpen, 10_000)).toBe(true);
    expect(stays.connections).toHaveLength(1);
    expect(comes.topology).toEqual({ 'shop.web': [1, 2] });
  });

  test('shows its key, and trusts the authority that it is told', async ({ machine }) => {
    const authority = new TestAuthority();
    const lookupd = await FakeLookupd.open({ tls: authority.server() });
    machine.write('ca.pem', authority.ca);
    machine.write('key', 'secret-of-node1');
    machine.configure(`lookupd_address = ${lookupd.url}`, '[lookup]', 'key_file = key', '[lookup_ssl]', 'cacert = ca.pem', ...WEB);
    const daemon = await machine.start(['--log-level', 'debug']);
    await lookupd.until('REGISTER_PROCESS shop.web 2');
    expect(lookupd.last).toMatchObject({ path: '/ws', headers: { 'x-api-key': 'secret-of-node1' } });
    expect(JSON.stringify(await lookupds(daemon)) + daemon.stderr.text).not.toContain('secret-of-node1');
  });

  test('keeps the key of its environment from its jobs', async ({ machine }) => {
    const lookupd = await FakeLookupd.open();
    machine.configure(...WEB);
    const daemon = await machine.start(['--lookupd-address', lookupd.url], { env: { GAFFERD_LOOKUPD_KEY: 'secret-of-node1' } });
    await lookupd.until('REGISTER_PROCESS shop.web 2');
    expect(lookupd.last.headers['x-api-key']).toBe('secret-of-node1');
    const [osPid] = await daemon.osPids({ session: 'shop', job: 'web' });
    const environment = readFileSync(`/proc/${osPid}/environ`, 'utf8');
    expect(environment).toContain('GAFFER_TEST=');
    expect(environment).not.toContain('secret-of-node1');
  });
});

import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { parsePermissionWords } from '../../src/access/permission-words.ts';
import { openSharedAccounts } from '../../src/daemon/shared-accounts.ts';
import { TestAuthority } from '../support/certificates.ts';
import { askAt } from '../support/gafferd.ts';
import { identity, NodeClient } from '../support/node-client.ts';
import { makeLookupd, startLookupd } from '../support/own-lookupd.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { greet } from '../support/tls-client.ts';

const soon = { timeout: 10_000, interval: 10 };

/** What `gaffer_lookupd --create-key` and `--delete-key` do, from another process. */
function openKeys(stateDir: string) {
  const shared = openSharedAccounts(stateDir, { onProblem: (message) => expect.fail(message) });
  onTestFinished(() => shared.close());
  return {
    create: (...words: readonly string[]) => shared.accounts.keys.create({ permissions: parsePermissionWords(words), label: undefined }),
    delete: (id: string) => shared.accounts.keys.delete(id),
  };
}

describe('a lookupd', () => {
  test('answers at all its addresses, and removes what it made when it stops', async () => {
    const folder = tempFolder();
    const [socket, pidfile] = [join(folder, 'lookupd.sock'), join(folder, 'pid')];
    const { lookupd, log } = await startLookupd(folder, { bind: ['127.0.0.1:0', `unix:${socket}`], pidfile });
    expect(lookupd.addresses).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), `unix://${socket}`]);
    expect(log.text).toMatch(/\[INFO\] gaffer_lookupd 1\.2\.3 listens on http:\/\/127\.0\.0\.1:\d+, unix:\/\/.*lookupd\.sock\n$/);
    const { addresses } = lookupd;
    for (const url of addresses) {
      expect(await askAt(url, 'GET', '/version')).toMatchObject({ status: 200, json: { version: '1.2.3' } });
    }
    expect(readFileSync(pidfile, 'utf8')).toBe(`${process.pid}\n`);
    await lookupd.stop();
    expect([existsSync(socket), existsSync(pidfile), existsSync(join(folder, 'state'))]).toEqual([false, false, false]);
    await expect(askAt(addresses[0] ?? '', 'GET', '/ping')).rejects.toThrow('ECONNREFUSED');
  });

  test('is the only one at an address, and one that does not start leaves nothing', async () => {
    const folder = tempFolder();
    const { lookupd } = await startLookupd(folder, { bind: ['127.0.0.1:0', `unix:${join(folder, 's')}`] });
    const { port } = new URL(lookupd.addresses[0] ?? '');
    for (const bind of [`127.0.0.1:${port}`, `unix:${join(folder, 's')}`]) {
      const pidfile = join(folder, 'pid');
      const second = makeLookupd(folder, { bind: [bind], pidfile });
      await expect(second.lookupd.start()).rejects.toThrow(`cannot listen on ${bind}: another program listens there`);
      expect(existsSync(pidfile)).toBe(false);
    }
    expect((await askAt(`unix://${join(folder, 's')}`, 'GET', '/ping')).text).toBe('OK');
  });

  test('does not take the pidfile of another program that runs', () => {
    const folder = tempFolder();
    const pidfile = join(folder, 'pid');
    writeFileSync(pidfile, `${process.ppid}\n`);
    expect(() => makeLookupd(folder, { pidfile })).toThrow(`gaffer_lookupd is running already: ${pidfile} names process ${process.ppid}`);
  });

  test('opens its log anew when it is told to', async () => {
    const folder = tempFolder();
    const file = join(folder, 'log');
    const { lookupd, config } = await startLookupd(folder, { 'error-log': file });
    renameSync(file, `${file}.1`);
    await lookupd.refresh(config.log);
    await askAt(lookupd.addresses[0] ?? '', 'GET', '/jobs');
    await expect.poll(() => (existsSync(file) ? readFileSync(file, 'utf8') : ''), soon).toContain('"GET /jobs" 200');
    expect(readFileSync(`${file}.1`, 'utf8')).not.toContain('/jobs');
  });
});

describe('the keys of a lookupd', () => {
  test('are asked for where they are to be, made and deleted by others while it runs, and who used one is cut off', async () => {
    const folder = tempFolder();
    const { lookupd, config } = await startLookupd(folder, { 'require-key': true });
    const [url = ''] = lookupd.addresses;
    const port = Number(new URL(url).port);
    const keys = openKeys(config.stateDir);
    expect(statSync(config.stateDir).mode & 0o777).toBe(0o700);
    const [own, reader] = [keys.create('a+m'), keys.create('*+r')];
    const node = await NodeClient.open(port, { headers: { 'x-api-key': own.secret } });
    expect(await node.tell('IDENTIFY', identity('a'))).toMatchObject({ ok: true });
    const nodes = async (): Promise<unknown> => (await askAt(url, 'GET', '/nodes', undefined, { 'x-api-key': reader.secret })).json;
    expect(await nodes()).toEqual({ nodes: [identity('a')] });
    keys.delete(own.info.id);
    expect(await node.closing()).toEqual([1008, 'the key is valid no more']);
    expect(await nodes()).toEqual({ nodes: [] });
    keys.delete(reader.info.id);
    await expect.poll(nodes, soon).toMatchObject({ errno: 403 });
  });

  test('have to be there before others can reach it', () => {
    const folder = tempFolder();
    const open = { bind: ['0.0.0.0:0'], pidfile: join(folder, 'pid') };
    expect(() => makeLookupd(folder, open)).toThrow('other machines can reach 0.0.0.0:0, so a key is asked for there, and there is none yet');
    expect(existsSync(open.pidfile)).toBe(false);
    openKeys(join(folder, 'state')).create('*+r');
    expect(() => void makeLookupd(folder, open).lookupd.stop()).not.toThrow();
  });
});

describe('TLS', () => {
  /** Files for one test, and the options that name them. */
  function files(folder: string, authority: TestAuthority) {
    const [certfile, keyfile, cacert] = [join(folder, 'cert.pem'), join(folder, 'key.pem'), join(folder, 'ca.pem')];
    const put = ({ cert, key }: { readonly cert: string; readonly key: string }): void => {
      writeFileSync(certfile, cert);
      writeFileSync(keyfile, key, { mode: 0o600 });
    };
    put(authority.server());
    writeFileSync(cacert, authority.ca);
    return { certfile, keyfile, cacert, put };
  }

  test('carries the API and nodes, and certificates are changed while it runs', async () => {
    const folder = tempFolder();
    const authority = new TestAuthority();
    const { certfile, keyfile, put } = files(folder, authority);
    const { lookupd, config } = await startLookupd(folder, { certfile, keyfile });
    const [url = ''] = lookupd.addresses;
    expect(url).toMatch(/^https:/);
    const { serial } = await greet(url, { ca: authority.ca });
    const node = new WebSocket(`${url.replace('https', 'wss')}/ws`, { ca: authority.ca });
    onTestFinished(() => node.terminate());
    await new Promise((resolve) => node.once('open', resolve));
    const answer = new Promise<string>((resolve) => node.once('message', (data: Buffer) => resolve(data.toString())));
    node.send(JSON.stringify({ msgid: '1', type: 'IDENTIFY', ...identity('a') }));
    expect(JSON.parse(await answer)).toEqual({ ok: true, msgid: '1' });
    put(authority.server());
    await lookupd.refresh(config.log);
    const after = await greet(url, { ca: authority.ca });
    expect(after.serial).not.toBe(serial);
    expect((await askAt(url, 'GET', '/nodes')).json).toEqual({ nodes: [identity('a')] }); // that connection stays
  });

  test('is for those alone whose certificate the named authority has signed', async () => {
    const folder = tempFolder();
    const [authority, other] = [new TestAuthority(), new TestAuthority()];
    const { put: _, ...named } = files(folder, authority);
    const { lookupd } = await startLookupd(folder, named);
    const [url = ''] = lookupd.addresses;
    const { ca } = authority;
    await expect(greet(url, { ca, ...authority.client() })).resolves.toMatchObject({ protocol: 'TLSv1.3' });
    await expect(greet(url, { ca })).rejects.toThrow();
    await expect(greet(url, { ca, ...other.client() })).rejects.toThrow();
    const connects = (options: object): Promise<boolean> =>
      new Promise((resolve) => {
        const node = new WebSocket(`${url.replace('https', 'wss')}/ws`, { ca, ...options });
        onTestFinished(() => node.terminate());
        node.once('open', () => resolve(true)).once('error', () => resolve(false));
      });
    expect([await connects(authority.client()), await connects({}), await connects(other.client())]).toEqual([true, false, false]);
  });
});

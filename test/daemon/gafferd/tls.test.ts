import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, onTestFinished } from 'vitest';
import type { Identity } from '../../../src/certificates/certificate.ts';
import { RemoteNode } from '../../../src/client/remote-node.ts';
import { selfSigned, TestAuthority } from '../../support/certificates.ts';
import { askAt, type Gafferd } from '../../support/gafferd.ts';
import { type TestMachine, test } from '../../support/machine.ts';
import { becomes } from '../../support/processes.ts';
import { greet, KeptConnection, openWss } from '../../support/tls-client.ts';

const authority = new TestAuthority();
const { ca } = authority;

const SSL = ['[ssl]', 'certfile = server.pem', 'keyfile = server.key'];

/** Puts a certificate where the configuration names it. */
function install(machine: TestMachine, { cert, key }: Identity, name = 'server'): string {
  machine.write(`${name}.pem`, cert);
  machine.write(`${name}.key`, key);
  return new X509Certificate(cert).serialNumber;
}

async function reload(daemon: Gafferd, says = 'is read anew'): Promise<void> {
  const before = daemon.stderr.text.split(says).length - 1;
  daemon.signal('SIGHUP');
  await daemon.stderr.until(says, before + 1);
}

/** Where it answers, by the name in its certificate. */
function urlOf(daemon: Gafferd): string {
  return (daemon.urls[0] ?? '').replace('127.0.0.1', 'localhost');
}

function plain(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) }, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
    });
    socket.once('error', reject).once('close', () => resolve(answer));
  });
}

describe('gafferd with TLS', () => {
  test('speaks TLS 1.3 and 1.2, and nothing older', async ({ machine }) => {
    install(machine, authority.server());
    machine.configure(...SSL);
    const daemon = await machine.start([], { env: { NODE_OPTIONS: '--tls-min-v1.0' } });
    expect((await greet(urlOf(daemon), { ca })).protocol).toBe('TLSv1.3');
    expect((await greet(urlOf(daemon), { ca, maxVersion: 'TLSv1.2' })).protocol).toBe('TLSv1.2');
    const old = greet(urlOf(daemon), { ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    await expect(old).rejects.toThrow(/protocol version/);
  });

  test('takes a key that is encrypted, with its passphrase', async ({ machine }) => {
    const { cert, key } = authority.server();
    const locked = createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' }).toString();
    const serial = install(machine, { cert, key: locked });
    const file = machine.configure(...SSL);
    const refused = await machine.run([]);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        `gafferd: ${file}:3: [ssl] certfile: ${machine.root}/server.key: the key is encrypted: its passphrase is needed (passphrase)`,
      ) as string,
    });
    machine.configure(...SSL, 'passphrase = open');
    expect((await greet(urlOf(await machine.start()), { ca })).serial).toBe(serial);
  });

  test('goes on with all that is open when it takes up another certificate at SIGHUP', async ({ machine }) => {
    const first = install(machine, authority.server());
    machine.configure(...SSL);
    const daemon = await machine.start();
    const url = urlOf(daemon);
    const kept = new KeptConnection(url, ca);
    const channel = await openWss(url, ca);
    const node = new RemoteNode({ endpoint: url, tls: { ca } });
    onTestFinished(() => node.close());
    const told: string[] = [];
    const { end } = await node.followEvents(undefined, (entry) => told.push(JSON.stringify(entry)));
    onTestFinished(end);
    expect([await kept.get('/ping'), (await greet(url, { ca })).serial]).toEqual([200, first]);

    const second = install(machine, authority.server());
    await reload(daemon);
    expect((await greet(url, { ca })).serial).toBe(second);
    expect(await kept.get('/ping')).toBe(200);
    expect(kept.sockets.size).toBe(1);
    channel.ping();
    await once(channel, 'pong');
    await node.load('shop', { name: 'web', cmd: 'sleep 100' });
    expect(await becomes(() => told.some((text) => text.includes('"load"')), 10_000)).toBe(true);
  });

  test('stays with its certificate when the new one can not be used, and says why', async ({ machine }) => {
    const serial = install(machine, authority.server());
    machine.configure(...SSL);
    const daemon = await machine.start();
    machine.write('server.key', authority.server().key);
    await reload(daemon, 'everything stays as it is');
    expect(daemon.stderr.text).toContain(
      `[ssl] certfile: ${machine.root}/server.key: expected the key of the certificate (${machine.root}/server.pem), got the key of another one`,
    );
    machine.write('server.pem', 'half a certif');
    await reload(daemon, 'everything stays as it is');
    expect(daemon.stderr.text).toContain(`${machine.root}/server.pem: expected a certificate (-----BEGIN CERTIFICATE-----), got none`);
    expect((await greet(urlOf(daemon), { ca })).serial).toBe(serial);
  });

  test('asks for certificates of clients from the next connection on, once it is told to', async ({ machine }) => {
    install(machine, authority.server());
    machine.write('ca.pem', ca);
    machine.configure(...SSL);
    const daemon = await machine.start();
    const url = urlOf(daemon);
    const kept = new KeptConnection(url, ca);
    expect(await kept.get('/ping')).toBe(200);
    const tickets = await Promise.all(
      (['TLSv1.2', 'TLSv1.3'] as const).map(async (version) => (await greet(url, { ca, maxVersion: version })).ticket),
    );
    expect((await greet(url, { ca, session: tickets[1] })).isResumed).toBe(true);

    machine.configure(...SSL, 'cacert = ca.pem', 'cert_reqs = required');
    await reload(daemon);
    await expect(greet(url, { ca })).rejects.toThrow(/certificate required/);
    for (const session of tickets) {
      await expect(greet(url, { ca, session })).rejects.toThrow(/certificate required|handshake failure/);
    }
    await expect(greet(url, { ca, ...new TestAuthority().client() })).rejects.toThrow();
    await expect(greet(url, { ca, ...authority.client({ from: -9, until: -2 }) })).rejects.toThrow();
    await expect(greet(url, { ca, ...authority.server() })).rejects.toThrow(); // it is for servers
    expect((await greet(url, { ca, ...authority.client() })).protocol).toBe('TLSv1.3');
    expect([await kept.get('/ping'), kept.sockets.size]).toEqual([200, 1]);

    const others = new TestAuthority();
    machine.write('ca.pem', others.ca);
    const { ticket } = await greet(url, { ca, ...authority.client() });
    await reload(daemon);
    await expect(greet(url, { ca, ...authority.client() })).rejects.toThrow();
    await expect(greet(url, { ca, ...authority.client(), session: ticket })).rejects.toThrow();
    expect((await greet(url, { ca, ...others.client() })).isResumed).toBe(false);

    machine.configure(...SSL);
    await reload(daemon);
    expect((await greet(url, { ca })).protocol).toBe('TLSv1.3');
  });

  test('serves who shows no certificate where one is optional, but nobody with a wrong one', async ({ machine }) => {
    install(machine, authority.server());
    machine.write('ca.pem', ca);
    machine.configure('log_level = debug', ...SSL, 'ca_certs = ca.pem', 'cert_reqs = optional');
    const daemon = await machine.start();
    const url = urlOf(daemon);
    expect((await greet(url, { ca })).protocol).toBe('TLSv1.3');
    const { ticket } = await greet(url, { ca });
    expect((await greet(url, { ca, session: ticket })).isResumed).toBe(true);
    await greet(url, { ca, ...authority.client() });
    await expect(greet(url, { ca, ...selfSigned() })).rejects.toThrow('it was closed, with ""');
    await daemon.stderr.until('refused the connection of 127.0.0.1: its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)');
  });

  test('tells who speaks plain HTTP what to do, and takes no harm of anything else', async ({ machine }) => {
    install(machine, authority.server());
    machine.configure('log_level = debug', ...SSL);
    const daemon = await machine.start();
    const url = urlOf(daemon);
    const { status, json } = await askAt(url.replace('https:', 'http:'), 'POST', '/jobs/x', { name: 'x', cmd: 'x' });
    expect({ status, json }).toEqual({
      status: 400,
      json: { error: 400, errno: 400, reason: 'bad_request', message: 'this address speaks TLS: use https:// here' },
    });
    const node = new RemoteNode({ endpoint: url.replace('https:', 'http:') });
    await expect(node.version()).rejects.toMatchObject({ message: 'this address speaks TLS: use https:// here' });
    node.close();
    const handshake = Buffer.from([0x16, 3, 1]);
    for (const garbage of ['SSH-2.0-x\r\n', `${handshake.toString('latin1')}\xff\xff\xff`, '\x00', '\x80\x2e\x01\x00\x02']) {
      await plain(url, garbage.padEnd(600, '\x01'));
    }
    expect((await greet(url, { ca })).protocol).toBe('TLSv1.3');
    await daemon.stderr.until('refused the connection of 127.0.0.1: it does not speak TLS');
    expect(daemon.stderr.text.match(/refused the connection/g)!.length).toBeLessThan(5);
  });

  test('tells webhooks behind TLS whose authority NODE_EXTRA_CA_CERTS names, and no others', async ({ machine }) => {
    const told: string[] = [];
    const receiver = createServer({ ...authority.server() }, (asked, response) => {
      told.push(asked.method ?? '');
      asked.resume().once('end', () => response.end());
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      receiver.close();
      receiver.closeAllConnections();
    });
    const { port } = receiver.address() as AddressInfo;
    machine.write('ca.pem', ca);
    machine.configure('log_level = debug', '[webhooks]', `load = https://localhost:${port}/`, '[process:web]', 'cmd = sleep 100');
    const suspicious = await machine.start();
    const [hook] = ((await suspicious.ask('GET', '/webhooks')).json as { webhooks: { id: string }[] }).webhooks;
    expect(hook).toBeDefined();
    await suspicious.stderr.until(/unable to verify the first certificate|unable to get local issuer certificate/);
    await suspicious.end('SIGTERM');
    expect(told).toEqual([]);
    await machine.start([], { env: { NODE_EXTRA_CA_CERTS: `${machine.root}/ca.pem` } });
    expect(await becomes(() => told.length > 0, 10_000)).toBe(true);
  });

  test('ends although somebody has connected who says nothing', async ({ machine }) => {
    install(machine, authority.server());
    machine.configure(...SSL);
    const daemon = await machine.start();
    const { port } = new URL(urlOf(daemon));
    const silent = connect({ host: '127.0.0.1', port: Number(port) }).on('error', () => undefined);
    const stuck = connect({ host: '127.0.0.1', port: Number(port) }, () => stuck.write(Buffer.of(0x16, 3, 1, 2, 0))).on('error', () => undefined);
    await Promise.all<unknown>([silent, stuck].map((socket) => once(socket, 'connect')));
    const begin = performance.now();
    expect((await daemon.end('SIGTERM')).code).toBe(0);
    expect(performance.now() - begin).toBeLessThan(15_000); // a handshake may take two minutes
  });

  test.for([
    ['has expired', { from: -9, until: -2 }, /certificate \S+\/server\.pem has expired on \d{4}-\d\d-\d\d: make a new one, then SIGHUP/],
    ['does not hold yet', { from: 2 }, /certificate \S+\/server\.pem does not hold before \d{4}-\d\d-\d\d: make/],
    ['ends soon', { until: 9.5 }, /certificate \S+\/server\.pem expires on \d{4}-\d\d-\d\d, in 9 days: make/],
  ] as const)('warns of a certificate that %s, until there is a better one', async ([_what, days, warning], { machine }) => {
    install(machine, authority.server(days));
    machine.configure(...SSL);
    const daemon = await machine.start();
    await daemon.stderr.until(warning);
    await reload(daemon);
    expect(daemon.stderr.text.match(/\[WARNING\] the certificate/g)).toHaveLength(2);
    install(machine, authority.server());
    await reload(daemon);
    expect(daemon.stderr.text.match(/\[WARNING\] the certificate/g)).toHaveLength(2);
  });
});

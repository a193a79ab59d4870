import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { describe, expect } from 'vitest';
import { askAt } from '../../support/gafferd.ts';
import { type TestMachine, test } from '../../support/machine.ts';

/** Certificates are made here, so that none can run out; a machine without openssl can't. */
const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0;

/** Makes a certificate for localhost beside the configuration. */
function makeCertificate(machine: TestMachine, name: string): void {
  const files = ['-keyout', join(machine.root, `${name}.key`), '-out', join(machine.root, `${name}.pem`)];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
  execFileSync('openssl', ['req', ...kind, ...files], { stdio: 'ignore' });
}

/** Whose certificate a server shows. */
function subjectAt(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), rejectUnauthorized: false }, () => {
      const { subject } = socket.getPeerCertificate() as Partial<PeerCertificate>;
      resolve(String(subject?.CN));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

describe('gafferd listens', () => {
  test.skipIf(!HAS_OPENSSL)('at every kind of address at once', async ({ machine }) => {
    makeCertificate(machine, 'first');
    const socket = join(machine.root, 'gafferd.sock');
    machine.configure(
      `bind = 127.0.0.1:0, localhost:0, unix:${socket}`,
      'http_endpoints = safe',
      ...['[endpoint:safe]', 'bind = 127.0.0.1:0', 'certfile = first.pem', 'keyfile = first.key'],
    );
    const daemon = await machine.start([], { bind: [] });
    expect(daemon.urls.map((url) => url.replace(/\d+$/, 'N'))).toEqual([
      'http://127.0.0.1:N',
      'http://localhost:N',
      `unix://${socket}`,
      'https://127.0.0.1:N',
    ]);
    for (const url of daemon.urls) {
      expect(await askAt(url, 'GET', '/ping')).toMatchObject({ status: 200, text: 'OK' });
    }
    expect(statSync(socket).mode & 0o777).toBe(0o600);
  });

  test.skipIf(!HAS_OPENSSL)('with TLS, and takes up another certificate at SIGHUP', async ({ machine }) => {
    makeCertificate(machine, 'first');
    makeCertificate(machine, 'second');
    machine.configure('[ssl]', 'certfile = first.pem', 'keyfile = first.key');
    const daemon = await machine.start();
    const [url = ''] = daemon.urls;
    expect(await subjectAt(url)).toBe('first');
    machine.configure('[ssl]', 'certfile = second.pem', 'keyfile = second.key');
    daemon.signal('SIGHUP');
    await daemon.stderr.until('is read anew');
    expect(await subjectAt(url)).toBe('second');
    makeCertificate(machine, 'third');
    execFileSync('cp', [join(machine.root, 'third.pem'), join(machine.root, 'second.pem')]);
    daemon.signal('SIGHUP');
    await daemon.stderr.until('everything stays as it is'); // the key is not the certificate's
    expect(await subjectAt(url)).toBe('second');
  });

  test('at a socket that a killed one has left', async ({ machine }) => {
    const socket = join(machine.root, 'gafferd.sock');
    const killed = await machine.start([], { bind: ['--bind', `unix:${socket}`] });
    await killed.end('SIGKILL');
    expect(statSync(socket).isSocket()).toBe(true);
    const next = await machine.start([], { bind: ['--bind', `unix:${socket}`] });
    expect((await next.ask('GET', '/ping')).text).toBe('OK');
    await next.end('SIGTERM');
    expect(statSync(socket, { throwIfNoEntry: false })).toBeUndefined();
  });

  test('not at a socket that somebody answers, or in the place of a file', async ({ machine }) => {
    const socket = join(machine.root, 'other.sock');
    const server = createServer().listen(socket);
    await new Promise((resolve) => server.once('listening', resolve));
    const file = machine.write('file', 'precious');
    for (const path of [socket, file]) {
      expect(await machine.run([], { bind: ['--bind', `unix:${path}`] })).toMatchObject({
        code: 1,
        stderr: `gafferd: cannot listen on unix:${path}: another program listens there; stop it, or name another address with --bind\n`,
      });
    }
    expect(statSync(socket).isSocket()).toBe(true);
    server.close();
    const missing = await machine.run([], { bind: ['--bind', 'unix:nowhere/gafferd.sock'] });
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no such folder') as string });
  });
});

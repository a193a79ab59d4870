import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { areasOf, createAuthority, issue } from '../../src/certificates/authority.ts';
import type { Identity } from '../../src/certificates/certificate.ts';
import { parseArea, parseServerName } from '../../src/certificates/server-name.ts';
import { selfSigned } from '../support/certificates.ts';

const AREAS = ['localhost', 'example.org', '127.0.0.0/8', '10.1.0.0/15', '::1', 'fd00::/8'];
const period = { from: new Date('2026-01-02T03:04:05.678Z'), until: new Date('2055-06-07T08:09:10.999Z') };
const authority = createAuthority({ name: 'authority of a test', areas: AREAS.map(parseArea), period });

function server(...names: readonly string[]): Identity {
  return issue(authority, { kind: 'server', names: names.map(parseServerName), period });
}

/** What a client of Node says to a server with this certificate: nothing when it is trusted. */
async function verdict(identity: Identity, host: string): Promise<string> {
  const listening = createServer({ ...identity });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void listening.close());
  const { port } = listening.address() as AddressInfo;
  return await new Promise((resolve) => {
    const socket = connect({ host, lookup: (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]), port, ca: authority.cert });
    socket.once('secureConnect', () => resolve('trusted'));
    socket.once('error', (error: Error) => resolve(error.message));
    socket.once('close', () => socket.destroy());
    onTestFinished(() => void socket.destroy());
  });
}

describe('a certificate', () => {
  const leaf = new X509Certificate(server('node.example.org', '*.example.org', '10.1.2.3', '::1').cert);

  test('says whose it is, who has signed it, and from when until when it holds, to the second', () => {
    expect(leaf.subject).toBe('CN=server node.example.org');
    expect(leaf.issuer).toBe('CN=authority of a test');
    expect([new Date(leaf.validFrom), new Date(leaf.validTo)]).toEqual([new Date('2026-01-02T03:04:05Z'), new Date('2055-06-07T08:09:10Z')]);
    expect(leaf.subjectAltName).toBe('DNS:node.example.org, DNS:*.example.org, IP Address:10.1.2.3, IP Address:0:0:0:0:0:0:0:1');
    expect(leaf.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
    expect(leaf.checkIssued(new X509Certificate(authority.cert))).toBe(true);
  });

  test('is no authority; an authority is one', () => {
    expect([leaf.ca, new X509Certificate(authority.cert).ca]).toEqual([false, true]);
  });

  test('is for a server, or for a client', () => {
    const client = issue(authority, { kind: 'client', name: 'alice', period });
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(new X509Certificate(client.cert).keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  test('has a key on P-256 of its own, and a number that nobody can foresee', () => {
    const others = Array.from({ length: 50 }, () => new X509Certificate(server('localhost').cert));
    expect(leaf.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(new Set(others.map(({ serialNumber }) => serialNumber)).size).toBe(50);
    expect(others.every(({ serialNumber }) => /^[0-9A-F]{32}$/.test(serialNumber))).toBe(true);
    expect(new Set(others.map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' }))).size).toBe(50);
  });

  test('does not outlive its authority', () => {
    const longer = { ...period, until: new Date('2055-06-07T08:09:11Z') };
    expect(() => issue(authority, { kind: 'client', name: 'alice', period: longer })).toThrow(/expected an end before 2055-06-07/);
  });
});

describe('an authority can sign', () => {
  test.each([
    ['localhost', 'localhost'],
    ['example.org', 'example.org'],
    ['a.b.example.org', 'a.b.example.org'],
    ['*.example.org', 'x.example.org'],
    ['127.0.0.1', '127.0.0.1'],
    [`${'x'.repeat(60)}.${'y'.repeat(60)}.example.org`, `${'x'.repeat(60)}.${'y'.repeat(60)}.example.org`],
  ])('for %s, which is trusted then', async (name, host) => {
    expect(await verdict(server(name), host)).toBe('trusted');
  });

  test.each([
    ['bank.example', 'bank.example'],
    ['badexample.org', 'badexample.org'],
    ['8.8.8.8', 'localhost'],
    ['11.0.0.1', 'localhost'],
    ['fe80::1', 'localhost'],
  ])('for %s, and nobody believes it', async (name, host) => {
    expect(await verdict(server('localhost', name), host)).toBe('permitted subtree violation');
  });

  test('only for what it tells', () => {
    expect(areasOf(authority, 'ca.pem').map(({ name }) => name)).toEqual([
      'localhost',
      'example.org',
      '127.0.0.0/8',
      '10.0.0.0/15',
      '::1',
      'fd00::/8',
    ]);
    expect(() => areasOf(selfSigned(), 'ca.pem')).toThrow('ca.pem: expected an authority that "gaffer certs create" has made');
  });
});

const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** openssl is only asked for a second opinion. */
test.runIf(hasOpenssl)('OpenSSL finds nothing to blame in them, however strict it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-certs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const ca = write('ca.pem', authority.cert);
  const client = issue(authority, { kind: 'client', name: 'alice', period });
  for (const [purpose, { cert }] of [
    ['sslserver', server('localhost', '127.0.0.1', '::1')],
    ['sslclient', client],
  ] as const) {
    const file = write('one.pem', cert);
    const attime = String(new Date('2030-01-01').getTime() / 1000);
    expect(
      execFileSync('openssl', ['verify', '-x509_strict', '-attime', attime, '-purpose', purpose, '-CAfile', ca, file], { encoding: 'utf8' }),
    ).toBe(`${file}: OK\n`);
  }
});

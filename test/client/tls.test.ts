import { createPrivateKey } from 'node:crypto';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { TlsMaterial } from '../../src/certificates/material.ts';
import { RemoteNode } from '../../src/client/remote-node.ts';
import { selfSigned, TestAuthority } from '../support/certificates.ts';

const authority = new TestAuthority();
const stranger = new TestAuthority();
const { ca } = authority;
const good = authority.server();

/** Listens as long as the test runs. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    (server as { closeAllConnections?: () => void }).closeAllConnections?.();
  });
  return (server.address() as AddressInfo).port;
}

function tlsServer(options: ServerOptions): Promise<number> {
  return listen(
    createServer(options, (_request, response) => response.setHeader('content-type', 'application/json').end('{"name":"x","version":"1"}')),
  );
}

/** Asks, and tells the failure; the port is written as a word. */
async function failure(endpoint: string, tls?: TlsMaterial): Promise<readonly [string, string]> {
  const node = new RemoteNode({ endpoint, tls });
  onTestFinished(() => node.close());
  const error = await node.version().then(
    () => expect.fail('it was let in'),
    (thrown: unknown) => thrown as Error & { code: string },
  );
  return [error.code, error.message.replaceAll(/:\d{4,5}/g, ':PORT')];
}

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('a node with TLS is asked', () => {
  test.each([
    ['by its name', 'localhost', {}],
    ['by its address', '127.0.0.1', {}],
    ['with a certificate that it asks for', 'localhost', { requestCert: true, rejectUnauthorized: true }],
    ['with a certificate that it does not ask for', '127.0.0.1', {}],
  ])('%s', async (_how, host, more) => {
    const port = await tlsServer({ ...good, ca, ...more });
    const node = new RemoteNode({ endpoint: `https://${host}:${port}`, tls: { ca, ...authority.client() } });
    expect(await node.version()).toEqual({ name: 'x', version: '1' });
    node.close();
  });

  test('with a key that is encrypted', async () => {
    const port = await tlsServer({ ...good, ca, requestCert: true, rejectUnauthorized: true });
    const { cert, key } = authority.client();
    const locked = createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' }).toString();
    const node = new RemoteNode({ endpoint: `https://localhost:${port}`, tls: { ca, cert, key: locked, passphrase: 'open' } });
    expect(await node.version()).toEqual({ name: 'x', version: '1' });
    node.close();
  });
});

describe("a node's certificate is refused", () => {
  const U = 'https://localhost:PORT';
  test.each([
    [
      'an authority that is not known',
      good,
      undefined,
      `the certificate of ${U} is not trusted here: "authority of a test" has signed it, who is not known here; if that is right, name it with --cacert`,
    ],
    [
      'another authority of the same name',
      good,
      { ca: stranger.ca },
      `the certificate of ${U} is not trusted here: "authority of a test" has signed it, who is not known here; if that is right, name it with --cacert`,
    ],
    ['itself', selfSigned(), undefined, `the certificate of ${U} is not trusted here: it has signed itself; if that is right, name it with --cacert`],
    [
      'an authority, but it has expired',
      authority.server({ from: -30, until: -2 }),
      { ca },
      `the certificate of ${U} has expired on ${day(-2)}: the node needs a new one, unless the clock here is wrong`,
    ],
    [
      'an authority, but it does not hold yet',
      authority.server({ from: 3 }),
      { ca },
      `the certificate of ${U} does not hold before ${day(3)}: the node needs a new one, unless the clock here is wrong`,
    ],
    [
      'an authority, but for others',
      authority.server({}, ['node.example.org', '127.0.0.9', '::1']),
      { ca },
      `the certificate of ${U} is for node.example.org, 127.0.0.9, ::1, not for localhost: name the node as the certificate does, or have one made for this name too`,
    ],
    [
      'an authority that may not sign for its name',
      authority.server({}, ['localhost', 'bank.example']),
      { ca },
      `the certificate of ${U} can't be trusted: permitted subtree violation; the node needs another one`,
    ],
    [
      'an authority, but for clients',
      authority.client(),
      { ca },
      `the certificate of ${U} can't be trusted: unsuitable certificate purpose; the node needs another one`,
    ],
  ])('that is signed by %s', async (_what, identity, tls, message) => {
    const port = await tlsServer({ ...identity });
    expect(await failure(`https://localhost:${port}`, tls)).toEqual(['tls_failed', message]);
  });

  test('that is signed by an authority that has expired', async () => {
    const old = new TestAuthority({ until: -1 });
    const port = await tlsServer({ ...old.server({ from: -20, until: -2 }) });
    expect((await failure(`https://localhost:${port}`, { ca: old.ca }))[1]).toContain(`has expired on ${day(-2)}`);
  });
});

describe('a node refuses', () => {
  const U = 'https://localhost:PORT';
  const asking = { ...good, ca, requestCert: true, rejectUnauthorized: true };
  test.each([
    ['TLSv1.3', 'who shows no certificate', { ca }, `${U} asks for a certificate of yours: name it with --certfile, and its key with --keyfile`],
    ['TLSv1.2', 'who shows no certificate', { ca }, `${U} asks for a certificate of yours: name it with --certfile, and its key with --keyfile`],
    [
      'TLSv1.3',
      "who shows a stranger's certificate",
      { ca, ...stranger.client() },
      `${U} does not accept the certificate that was shown (--certfile): it has closed the connection without an answer`,
    ],
    [
      'TLSv1.2',
      "who shows a stranger's certificate",
      { ca, ...stranger.client() },
      `${U} does not accept the certificate that was shown (--certfile): it has closed the connection without an answer`,
    ],
  ] as const)('with %s %s', async (version, _who, tls, message) => {
    const port = await tlsServer({ ...asking, maxVersion: version });
    expect(await failure(`https://localhost:${port}`, tls)).toEqual(['tls_failed', message]);
  });

  test('who speaks only newer versions of TLS', async () => {
    const port = await tlsServer({ ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(await failure(`https://localhost:${port}`, { ca })).toEqual([
      'tls_failed',
      `${U} speaks other versions of TLS only: this one speaks TLS 1.2 and 1.3; change min_version or max_version there`,
    ]);
  });

  test('who speaks TLS, for it speaks none', async () => {
    const port = await listen(createPlainServer());
    expect(await failure(`https://localhost:${port}`)).toEqual(['tls_failed', `${U} does not speak TLS; try http://localhost:PORT`]);
  });

  test('who speaks no TLS, for it speaks nothing else', async () => {
    const port = await tlsServer(good);
    expect(await failure(`http://localhost:${port}`)).toEqual([
      'unreachable',
      expect.stringMatching(/the node has stopped, or it is no gafferd, or it speaks TLS \(https:\/\/localhost:PORT\)$/),
    ]);
  });

  test('nobody when it is gone: that is no question of certificates', async () => {
    const port = await listen(createNetServer((socket) => socket.destroy()));
    expect((await failure(`https://localhost:${port}`, { ca, ...authority.client() }))[0]).toBe('unreachable');
  });
});

describe('what TLS can not use is said before anything is asked', () => {
  const client = authority.client();
  const locked = createPrivateKey(client.key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' }).toString();
  test.each<readonly [string, TlsMaterial, string]>([
    ['an authority that is no PEM', { ca: 'x' }, 'tls.ca: expected a certificate (-----BEGIN CERTIFICATE-----), got none'],
    ['a key for an authority', { ca: client.key }, 'tls.ca: expected a certificate (-----BEGIN CERTIFICATE-----), got a private key alone'],
    [
      'a broken certificate',
      { ca: ca.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA') },
      expect.stringMatching(/^tls\.ca: expected a certificate, got a broken one \(.*\)$/) as string,
    ],
    ['a key alone', { key: client.key }, 'tls.key: expected a certificate beside it (tls.cert), got none'],
    ['a certificate alone', { cert: client.cert }, 'tls.cert: expected a private key (-----BEGIN PRIVATE KEY-----), got none'],
    [
      'a key of another certificate',
      { cert: client.cert, key: good.key },
      'tls.key: expected the key of the certificate (tls.cert), got the key of another one',
    ],
    [
      'a broken key',
      { cert: client.cert, key: client.key.replace(/\n.{20}/, '\nAAAA') },
      expect.stringContaining('tls.key: expected a private key, got a broken one (') as string,
    ],
    ['a key without its passphrase', { cert: client.cert, key: locked }, 'tls.key: the key is encrypted: its passphrase is needed (tls.passphrase)'],
    [
      'a key with a wrong passphrase',
      { cert: client.cert, key: locked, passphrase: 'no' },
      'tls.key: the passphrase (tls.passphrase) is not that of the key',
    ],
    [
      'a certificate that has expired',
      authority.client({ from: -9, until: -3 }),
      `tls.cert: the certificate has expired on ${day(-3)}: name another one`,
    ],
    ['a certificate of tomorrow', authority.client({ from: 1 }), `tls.cert: the certificate does not hold before ${day(1)}: name another one`],
  ])('%s', (_what, tls, message) => {
    expect(() => new RemoteNode({ endpoint: 'https://localhost:1', tls })).toThrow(expect.objectContaining({ code: 'bad_usage', message }) as Error);
  });
});

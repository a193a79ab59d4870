import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { formatAddress } from '../../../src/daemon/config/address.ts';
import type { DaemonConfig } from '../../../src/daemon/config/config.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { type ConfigRig, test } from './rig.ts';

function addresses({ endpoints }: DaemonConfig): readonly string[] {
  return endpoints.map(({ address }) => formatAddress(address));
}

function writeCertificates(rig: ConfigRig): void {
  rig.write('cert.pem', CERTIFICATE);
  rig.write('key.pem', KEY);
}

describe('endpoints', () => {
  test('are those of bind and of the sections that are listed', ({ rig }) => {
    writeCertificates(rig);
    const text = `[gaffer]
bind = :1
backlog = 9
http_endpoints = b, a
[endpoint:a]
bind = 127.0.0.1:2, unix:///tmp/x.sock
backlog = 10
certfile = cert.pem
keyfile = key.pem
[endpoint:b]
bind = [::1]:3
`;
    const config = rig.config(text);
    expect(addresses(config)).toEqual([':1', '[::1]:3', '127.0.0.1:2', 'unix:/tmp/x.sock']);
    expect(config.endpoints.map(({ backlog }) => backlog)).toEqual([9, 9, 10, 10]);
    expect(config.endpoints.map(({ tls }) => tls?.certfile)).toEqual([undefined, undefined, join(rig.home, 'cert.pem'), undefined]);
  });

  test('have the TLS of [ssl] unless they have their own', ({ rig }) => {
    writeCertificates(rig);
    rig.write('other.pem', CERTIFICATE + KEY);
    const text = `[gaffer]
http_endpoints = a b
[ssl]
certfile = cert.pem
keyfile = key.pem
ciphers = ECDHE-ECDSA-AES128-GCM-SHA256
min_version = tlsv1.3
[endpoint:a]
bind = :1
[endpoint:b]
bind = :2
certfile = other.pem
keyfile = other.pem
`;
    const [a, b] = rig.config(text).endpoints;
    expect(a?.tls).toMatchObject({ certfile: join(rig.home, 'cert.pem'), ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', minVersion: 'TLSv1.3' });
    expect(b?.tls).toMatchObject({ certfile: join(rig.home, 'other.pem'), ciphers: undefined, minVersion: undefined });
  });

  test('are those of the command line alone, if it names some', ({ rig }) => {
    const text = '[gaffer]\nbind = :1\nhttp_endpoints = a\n[endpoint:a]\nbind = :2\nbacklog = 2';
    expect(addresses(rig.config(text, { bind: [':3,:4', ':5'] }))).toEqual([':3', ':4', ':5']);
    expect(rig.config(text, { backlog: '7' }).endpoints.map(({ backlog }) => backlog)).toEqual([7, 7]);
  });

  test('are HTTPS by the command line', ({ rig }) => {
    writeCertificates(rig);
    const flags = { certfile: 'cert.pem', keyfile: 'key.pem', bind: [':1', 'unix:x'] };
    expect(rig.config('[gaffer]', flags).endpoints.map(({ tls }) => tls?.keyfile)).toEqual([join(rig.home, 'key.pem'), undefined]);
  });

  test('may all be on ports that the system chooses', ({ rig }) => {
    expect(addresses(rig.config('[gaffer]\nbind = localhost:0 localhost:0'))).toEqual(['localhost:0', 'localhost:0']);
  });

  test('that are not listed are doubtful', ({ rig }) => {
    expect(rig.findings('[gaffer]\n[endpoint:a]\nbind = :1')).toEqual(['x.ini:3: [endpoint:a]: not used, for http_endpoints does not name it']);
  });

  test.for<[string, readonly string[]]>([
    ['bind =', ['x.ini:2: [gaffer] bind: expected at least one address to listen at, got none']],
    ['bind = :1, x:y', ['x.ini:2: [gaffer] bind: expected a port from 0 to 65535, got "x:y"']],
    ['bind = :1 :1', ['x.ini:2: [gaffer] bind: address :1 is there twice; remove one']],
    ['bind = localhost LOCALHOST:5000', ['x.ini:2: [gaffer] bind: address localhost:5000 is there twice; remove one']],
    ['bind = unix:a unix:./a', [expect.stringMatching(/^x.ini:2: \[gaffer\] bind: address unix:a is there twice; remove one$/)]],
    [
      'bind = :1\nhttp_endpoints = a\n[endpoint:a]\nbind = :1',
      ['x.ini:5: [endpoint:a] bind: address :1 is there twice, also at x.ini:2; remove one'],
    ],
    ['http_endpoints = a', ['x.ini:2: [gaffer] http_endpoints: expected a section [endpoint:a] with a bind in it, found none']],
    [
      'http_endpoints = fornt\n[endpoint:front]\nbind = :1',
      [
        'x.ini:2: [gaffer] http_endpoints: expected a section [endpoint:fornt] with a bind in it, found none; did you mean "front"?',
        'x.ini:4: [endpoint:front]: not used, for http_endpoints does not name it',
      ],
    ],
    ['http_endpoints = a\n[endpoint:a]', ['x.ini:2: [gaffer] http_endpoints: expected at least one address to listen at, got none']],
    [
      'http_endpoints = a\n[endpoint:a]\nbind = :1\nbacklog = x\nport = 1',
      [expect.stringContaining('x.ini:5: [endpoint:a] backlog: backlog should be an integer'), 'x.ini:6: [endpoint:a] port: no such key'],
    ],
    ['[ssl]\ncertfile = a', ['x.ini:3: [ssl] certfile: expected a certfile and a keyfile, got [ssl] certfile alone']],
    ['[ssl]\nkeyfile = a', ['x.ini:3: [ssl] keyfile: expected a certfile and a keyfile, got [ssl] keyfile alone']],
    ['[ssl]\ncertfile = no.pem\nkeyfile = key.pem', ['x.ini:3: [ssl] certfile: cannot read no.pem: there is no such file']],
    ['[ssl]\ncertfile = cert.pem\nkeyfile = no.pem', ['x.ini:4: [ssl] keyfile: cannot read no.pem: there is no such file']],
    [
      '[ssl]\ncertfile = x.ini\nkeyfile = key.pem',
      ['x.ini:3: [ssl] certfile: x.ini: expected a certificate (-----BEGIN CERTIFICATE-----), got none'],
    ],
    ['[ssl]\ncertfile = cert.pem\nkeyfile = key.pem\nciphers = none', [expect.stringContaining('settings that fit, got')]],
    [
      '[ssl]\ncertfile = cert.pem\nkeyfile = key.pem\nmin_version = 1',
      [expect.stringContaining('[ssl] min_version: expected one of TLSv1.2, TLSv1.3')],
    ],
    [
      '[ssl]\ncertfile = cert.pem\nkeyfile = key.pem\ncacert = cert.pem\nca_certs = b\ncert_reqs = required',
      ['x.ini:6: [ssl] ca_certs: x.ini:5 says this already; remove one'],
    ],
    [
      '[ssl]\ncertfile = cert.pem\nkeyfile = key.pem\ncert_reqs = required',
      ["x.ini:5: [ssl] cert_reqs: expected a cacert beside it, the authority that signs the clients' certificates, got none"],
    ],
    [
      '[ssl]\ncertfile = cert.pem\nkeyfile = key.pem\nca_certs = cert.pem\ncert_reqs = none',
      ['x.ini:5: [ssl] ca_certs: not used, for clients are not asked for certificates; cert_reqs = required or optional does that'],
    ],
    [
      '[ssl]\ncertfile = cert.pem\nkeyfile = key.pem\ncacert = x.ini\ncert_reqs = optional',
      ['x.ini:3: [ssl] certfile: x.ini: expected a certificate (-----BEGIN CERTIFICATE-----), got none'],
    ],
  ])('%j', ([text, expected], { rig }) => {
    writeCertificates(rig);
    expect(rig.findings(`[gaffer]\n${text}`)).toEqual(expected);
  });

  test('of unix sockets have paths that the system can take', ({ rig }) => {
    expect(rig.findings(`[gaffer]\nbind = unix:/${'x'.repeat(107)}`)).toEqual([
      expect.stringMatching(/^x.ini:2: \[gaffer\] bind: expected a path of at most 10[37] bytes for a unix socket, got "/),
    ]);
  });

  test('on the command line are told with their option or variable', ({ rig }) => {
    expect(rig.findings('[gaffer]', { bind: ['x:y', ''], certfile: 'c' })).toEqual([
      '--certfile: expected a certfile and a keyfile, got --certfile alone',
      '--bind: expected a port from 0 to 65535, got "x:y"',
      '--bind: expected at least one address to listen at, got none',
    ]);
    expect(rig.findings('[gaffer]', {}, { env: { GAFFERD_BIND: ':x' } })).toEqual(['GAFFERD_BIND: expected a port from 0 to 65535, got ":x"']);
  });
});

describe('TLS towards lookupd', () => {
  test('may be authorities alone, from either word', ({ rig }) => {
    writeCertificates(rig);
    const config = rig.config('[gaffer]\n[lookup_ssl]\nca_certs = cert.pem');
    expect(config.lookupd.tls).toMatchObject({ cacert: join(rig.home, 'cert.pem'), certfile: undefined });
  });

  test('is that of the command line before that of the file', ({ rig }) => {
    writeCertificates(rig);
    const flags = { 'client-certfile': 'cert.pem', 'client-keyfile': 'key.pem', cacert: 'cert.pem' };
    const config = rig.config('[gaffer]\n[lookup_ssl]\ncertfile = a\nkeyfile = b\nca_certs = c', flags);
    expect(config.lookupd.tls).toMatchObject({ certfile: join(rig.home, 'cert.pem'), cacert: join(rig.home, 'cert.pem') });
    expect(config.endpoints[0]?.tls).toBeUndefined();
  });
});

import { expect } from 'vitest';
import { tlsOptionsOf } from '../../../src/daemon/config/tls-settings.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { test } from './rig.ts';

test('the settings of TLS become the options of Node', ({ rig }) => {
  rig.write('cert.pem', CERTIFICATE);
  rig.write('key.pem', KEY);
  const text = `[gaffer]
[ssl]
certfile = cert.pem
keyfile = key.pem
cacert = cert.pem
passphrase = x
max_version = TLSv1.3
cert_reqs = optional
`;
  const [endpoint] = rig.config(text).endpoints;
  expect(tlsOptionsOf(endpoint!.tls!)).toEqual({
    cert: Buffer.from(CERTIFICATE),
    key: Buffer.from(KEY),
    ca: Buffer.from(CERTIFICATE),
    passphrase: 'x',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    requestCert: true,
    rejectUnauthorized: false,
  });
});

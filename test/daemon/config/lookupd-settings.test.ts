import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { environmentForJobs } from '../../../src/daemon/job-environment.ts';
import { test } from './rig.ts';

const KEY = 'a'.repeat(32);

describe('the addresses of lookupd servers', () => {
  test('may be unix sockets', ({ rig }) => {
    const { lookupd } = rig.config('[gaffer]\nlookupd_address = unix:/run/a.sock, unix:///run/b.sock http://c:5010');
    expect(lookupd.addresses).toEqual(['unix:/run/a.sock', 'unix:///run/b.sock', 'http://c:5010']);
  });

  test('have to be addresses', ({ rig }) => {
    expect(rig.findings('[gaffer]\nlookupd_address = unix:a.sock node1:5010 unix:')).toEqual([
      'x.ini:2: [gaffer] lookupd_address: expected an absolute path, like unix:/run/lookupd.sock, got "unix:a.sock"',
      'x.ini:2: [gaffer] lookupd_address: expected an address that starts with http:// or https://, got "node1:5010"',
      'x.ini:2: [gaffer] lookupd_address: expected an absolute path, like unix:/run/lookupd.sock, got "unix:"',
    ]);
  });
});

describe('the heartbeat for lookupd servers', () => {
  test('is 15 seconds, unless the files say another one', ({ rig }) => {
    expect(rig.config('[gaffer]').lookupd.heartbeatMs).toBe(15_000);
    expect(rig.config('[gaffer]\n[lookup]\nheartbeat = 1.5').lookupd.heartbeatMs).toBe(1500);
  });

  test.for(['0', '0.5', '3601', '-1', 'often', '1e3', ''])('is not "%s"', (text, { rig }) => {
    expect(rig.findings(`[gaffer]\n[lookup]\nheartbeat = ${text}`)).toEqual([
      `x.ini:3: [lookup] heartbeat: expected a number of seconds from 1 to 3600, got "${text}"`,
    ]);
  });
});

describe('the key for lookupd servers', () => {
  test('is in the file, in a file beside it, or in a variable, which wins', ({ rig }) => {
    rig.write('key', `${KEY}\n`);
    expect(rig.config(`[gaffer]\n[lookup]\nkey = ${KEY}`).lookupd.key).toBe(KEY);
    expect(rig.config('[gaffer]\n[lookup]\nkey_file = key').lookupd).toMatchObject({ key: KEY, keyFile: join(rig.home, 'key') });
    expect(rig.config('[gaffer]\n[lookup]\nkey_file = key', {}, { env: { GAFFERD_LOOKUPD_KEY: 'other' } }).lookupd.key).toBe('other');
    expect(rig.config('[gaffer]\n[lookup]\nkey_file = key', {}, { env: { GAFFERD_LOOKUPD_KEY: '' } }).lookupd.key).toBe(KEY);
  });

  test('is told by nobody who complains of it', ({ rig }) => {
    rig.write('key', 'no key\nat all');
    expect(rig.findings('[gaffer]\n[lookup]\nkey = no key')).toEqual([
      'x.ini:3: [lookup] key: expected the secret of a key, letters and digits without blanks, got something else',
    ]);
    expect(rig.findings('[gaffer]\n[lookup]\nkey_file = key')).toEqual([
      expect.stringMatching(/^x\.ini:3: \[lookup\] key_file: expected one line with the secret of a key in key, got something else$/) as string,
    ]);
    expect(rig.findings('[gaffer]\n[lookup]\nkey_file = none')).toEqual([expect.stringContaining('there is no such file') as string]);
    expect(rig.findings('[gaffer]', {}, { env: { GAFFERD_LOOKUPD_KEY: 'a b' } })).toEqual([
      'GAFFERD_LOOKUPD_KEY: expected the secret of a key, letters and digits without blanks, got something else',
    ]);
  });

  test('is said once', ({ rig }) => {
    rig.write('key', KEY);
    expect(rig.findings(`[gaffer]\n[lookup]\nkey = ${KEY}\nkey_file = key`)).toEqual([
      'x.ini:4: [lookup] key_file: x.ini:3 says this already; remove one',
    ]);
    expect(rig.findings('[gaffer]\n[lookup]\nkye = x')).toEqual(['x.ini:3: [lookup] kye: no such key; did you mean "key"?']);
  });

  test('is none of the jobs', () => {
    expect(environmentForJobs({ GAFFERD_LOOKUPD_KEY: 's', GAFFERD_LOOKUPD_ADDRESS: 'http://a', PATH: '/bin' })).toEqual({
      GAFFERD_LOOKUPD_ADDRESS: 'http://a',
      PATH: '/bin',
    });
  });
});

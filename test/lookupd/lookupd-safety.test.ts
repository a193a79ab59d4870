import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/daemon/config/address.ts';
import type { Endpoint } from '../../src/daemon/config/endpoints.ts';
import type { TlsSettings } from '../../src/daemon/config/tls-settings.ts';
import { expectKeys, lookupdDoubts } from '../../src/lookupd/lookupd-safety.ts';

const TLS = {} as TlsSettings;

function at(address: string, tls?: TlsSettings): readonly Endpoint[] {
  return [{ address: parseAddress(address), backlog: 128, tls }];
}

describe('a lookupd that other machines reach', () => {
  it.each(['0.0.0.0:5010', ':5010', '[::]:5010', '10.0.0.1:5010', 'lookup.example:5010'])(
    'does not start at %s where nobody has a key, unless that is meant',
    (address) => {
      const set = { requireKey: undefined, endpoints: at(address) };
      expect(() => expectKeys(set, 0)).toThrow(/other machines can reach .*--create-key NODE\+m.*--create-key '\*\+r'.*--no-require-key/);
      expect(() => expectKeys(set, 1)).not.toThrow();
      expect(() => expectKeys({ ...set, requireKey: false }, 0)).not.toThrow();
      expect(() => expectKeys({ ...set, requireKey: true }, 0)).not.toThrow();
    },
  );

  it.each(['127.0.0.1:5010', '[::1]:5010', 'localhost:5010', 'unix:/run/lookupd.sock'])('is none at %s', (address) => {
    expect(() => expectKeys({ requireKey: undefined, endpoints: at(address) }, 0)).not.toThrow();
    expect(lookupdDoubts({ requireKey: undefined, endpoints: at(address) }, 0)).toEqual([]);
  });

  it.each([
    ['that anybody may register', { requireKey: false, endpoints: at(':5010') }, 1, [/whoever reaches .*:5010 can register what he likes/]],
    ['that nobody gets in', { requireKey: true, endpoints: at('127.0.0.1:5010') }, 0, [/nobody gets in; "gaffer_lookupd --create-key"/]],
    ['that keys can be read on the way', { requireKey: undefined, endpoints: at(':5010') }, 1, [/read them: serve it with TLS/]],
    ['nothing where it has TLS and keys', { requireKey: undefined, endpoints: at(':5010', TLS) }, 1, []],
  ])('says %s', (_, set, keys, doubts) => {
    expect(lookupdDoubts(set, keys)).toEqual(doubts.map((doubt) => expect.stringMatching(doubt) as string));
  });
});
